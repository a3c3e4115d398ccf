"""Pages of the congress office."""
