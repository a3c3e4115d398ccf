"""Messages leave the house: who is written to, when, by which channel, and what became of it.

`kinds` and `house` are what officials decide; `digests` makes of notices and open tasks one message for each person;
`outbox` keeps what waits, goes and fails; `channels` is the interface of e-mail (`mail`) and of a gateway (`gateway`).
"""
