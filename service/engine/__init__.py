"""SpiffWorkflow behind a few verbs: bytes in, values out; no table, no web, no clock of its own.

`definitions.parse` reads diagrams, `lint.check` says what keeps one from being deployed, `execution.Execution` runs one
instance in memory. Below them `source` reads the XML, `spiff` and `nodes` extend the library, `state` makes an
instance bytes, `expressions` and `timing` evaluate what designers write. Start with `execution.py`.
"""
