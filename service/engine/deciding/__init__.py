"""Decision tables: read, asked, and called by business rule tasks."""
