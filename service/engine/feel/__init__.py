"""Cells of decision tables: `cells` reads them; what they say is in `operands` and `conditions`, as values of some kind."""
