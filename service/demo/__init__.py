"""清沅市, a county-level city that does not exist: its people, and the suggestions that show every branch."""
