"""Pages of the units that handle suggestions."""
