"""A process as drawn becomes specifications: `nodes` makes one for each element, `scopes` joins them by the flows."""
