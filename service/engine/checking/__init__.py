"""What keeps a diagram from being deployed, and what its designer should know besides."""
