"""Which names are offered to somebody who wrote one that does not exist: those that are near, each with its title."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from types import MappingProxyType

_MOST = 5
_ALIKE = 0.6  # how like one another two names must be, as difflib measures it
UNTITLED: Mapping[str, str] = MappingProxyType({})


def offered(name: str, allowed: Collection[str], titles: Mapping[str, str] = UNTITLED) -> str:
    """Return the sentence that offers the names one may have meant, each with its title; nothing where none is like it."""
    titled = {titles[one]: one for one in allowed if titles.get(one)}
    alike = get_close_matches(name, [*sorted(allowed), *titled], n=_MOST, cutoff=_ALIKE)
    found = dict.fromkeys(titled.get(one, one) for one in alike)
    shown = (f"{one}（{titles[one]}）" if titles.get(one) else one for one in found)
    return f"可用的有：{'、'.join(shown)}。" if found else ""
