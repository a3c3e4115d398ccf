"""What a diagram file says, read from hostile bytes into values, and looked at as a graph."""
