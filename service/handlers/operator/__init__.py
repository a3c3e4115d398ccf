"""What those who run the service ask of it: whether it lives, is ready, and how it is doing."""
