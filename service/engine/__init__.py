"""SpiffWorkflow behind a few verbs: bytes in, values out; no table, no web, no clock of its own.

`definitions.parse` reads diagrams, `lint.check` says what keeps one from being deployed, `execution.Execution` runs
one instance in memory. `source` reads the XML, `graph`, `faults`, `soundness` and `drawing` look at it; `spiff`
extends the library, `gateways`, `events` and `activities` say what each element does, `variables` what tokens carry;
`state` makes an instance bytes, `movement` puts tokens elsewhere, `expressions` and `timing` evaluate what designers
write, `twin` tells a diagram in words. `bundle` tells diagrams from decision tables, `dmn` reads these, `feel` and
`kinds` their cells, `decisions` answers, `ruling` says what a task asks and keeps. Start with `execution.py`.
"""
