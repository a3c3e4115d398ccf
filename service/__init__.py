"""Tibanping: deputies' suggestions from proposal through handling to evaluation.

The diagrams in `processes/` say what happens; this package runs them and gives people pages to act on them.
`engine` wraps SpiffWorkflow and knows no table and no web; `runtime` keeps instances, user tasks, timers and history.
`register` keeps what the business keeps; `operations` are the functions that service tasks name.
`deadlines` turns a named limit into a date and explains it; `forms` turns a diagram's form data into a page.
`handlers` are the pages. One command on one process instance is one transaction.
Read `runtime/instances.py` first, then `engine/execution.py`.
"""
