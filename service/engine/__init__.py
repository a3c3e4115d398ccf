"""SpiffWorkflow behind a few verbs: bytes in, values out; no table, no web, no clock of its own.

`definitions.parse` reads diagrams, `checking.lint.check` says what keeps one from being deployed, and
`execution.Execution` runs one instance in memory. The rooms behind them:

* `language`: what designers write — expressions, the idioms of other engines, moments;
* `feel`: what the cells of decision tables say;
* `drawn`: what a file says, read from hostile bytes into values, and looked at as a graph;
* `deciding`: decision tables, read and asked; `bundle` tells their files from diagrams;
* `running`: SpiffWorkflow extended — tokens, the variables they carry, the terms of their tasks;
* `elements`: what each kind of element does when a token comes to it;
* `state`: an instance as bytes, compacted, and fitted to another version of its diagram;
* `faults`: what cannot be executed as it is drawn, by rule and by playing every way through;
* `movement`: tokens put at another element by hand;
* `checking`: the verdict before deployment, with advice to the designer;
* `telling`: a diagram in plain Chinese.

`host` is what a step asks of the world outside. Start with `execution.py`.
"""
