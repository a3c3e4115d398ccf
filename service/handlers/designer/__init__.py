"""Pages of those who draw processes: what is deployed, and what a check says of a new drawing."""
