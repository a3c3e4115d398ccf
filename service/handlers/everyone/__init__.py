"""Pages of everybody with an account: signing in, the to-do list, tasks, starting, cases, files."""
