"""Decision tables: read from files, and asked by business rule tasks.

`dmn` reads a file into `decisions`, whose `logic` is a table or an expression; `asking` puts a question to a table;
`ruling` is what a task asks, and what the answer becomes.
"""
