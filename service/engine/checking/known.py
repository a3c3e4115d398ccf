"""The names that exist outside the files a check is given."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

_MOST_CHOICES = 5


@dataclass(frozen=True)
class Known:
    """The names that exist outside the files. `processes` and `decisions` are those deployed already."""

    operations: Collection[str] = frozenset()
    deadlines: Collection[str] = frozenset()
    roles: Collection[str] = frozenset()
    field_types: Collection[str] = frozenset()
    sources: Collection[str] = frozenset()
    processes: Collection[str] = frozenset()
    decisions: Collection[str] = frozenset()


def choices(name: str, allowed: Collection[str]) -> str:
    """Return the sentence that offers the names most like one that does not exist."""
    if not allowed:
        return "目前没有可用的名称。"
    near = get_close_matches(name, sorted(allowed), n=_MOST_CHOICES, cutoff=0.0)
    return f"可用的有：{'、'.join(near)}{' 等' if len(allowed) > len(near) else ''}。"
