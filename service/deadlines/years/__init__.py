"""A year's arrangement of holidays: as somebody wrote it, as it is checked, as it is drawn and taken elsewhere."""
