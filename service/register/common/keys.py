"""Business keys: which row of the register an instance or a task is about, such as `suggestion:17`."""

import re

_KEY = re.compile(r"([a-z]+):([1-9][0-9]{0,9})", re.ASCII)
_LARGEST_ID = 2**31 - 1


def parse(business_key: str | None) -> tuple[str, int]:
    """Return the kind of row and its number, `("", 0)` for a key of any other shape.

    Programs choose the keys of processes of their own: a number no row can have must never reach the database, which
    would refuse the query of whoever lists the tasks with that key.
    """
    parts = _KEY.fullmatch(business_key or "")
    if parts is None or int(parts[2]) > _LARGEST_ID:
        return "", 0
    return parts[1], int(parts[2])
