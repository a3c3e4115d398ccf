"""The clockwork: it wakes when something is due, and knows nothing that would be lost with it.

What is due stands in the tables; `jobs` does it, each piece in its own transaction; `clockwork` decides when to look.
Any number of these processes may run at once. `service` never imports this package.
"""
