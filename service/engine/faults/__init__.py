"""What keeps a diagram from being executed as it is drawn: rule by rule, and by playing every way through."""
