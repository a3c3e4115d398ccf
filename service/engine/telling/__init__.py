"""A diagram in plain Chinese."""
