"""What a diagram file says, as plain values: nothing is judged but the XML itself.

`reading` goes from bytes to `source`, in this order: `encoding` makes text of them, `markup` a tree, `processes` and
`elements` values. `graph` looks at a process as a graph; `findings` says what is to be said of it.
"""
