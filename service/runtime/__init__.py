"""The process runtime on the database: one command on one instance is one transaction.

Read `instances` first: it loads, steps and saves. `tasks`, `timers`, `messages` and `starts` are the commands that use
it; `inbox` and `drafts` are what people see before they act. `publishing` deploys, `versions` says what is deployed and
`listening` what begins by itself; `incidents` keeps what failed, `retries` runs it again.
"""
