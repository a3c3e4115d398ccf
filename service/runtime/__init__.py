"""The process runtime on the database: one command on one instance is one transaction.

Read `instances` first: it loads, steps and saves. `tasks`, `timers` and `messages` are the commands that use it;
`deployments` keeps the diagrams, `history` what happened, `incidents` what failed.
"""
