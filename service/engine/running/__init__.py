"""Tokens of one instance: where they are, which variables they carry, which terms their tasks have.

`spiff` says which names of SpiffWorkflow are used, and why; `instances` is the tree of tokens that commands move.
"""
