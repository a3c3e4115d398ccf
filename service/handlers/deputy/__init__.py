"""Pages of deputies: their own evaluations."""
