"""The names that exist outside the files a check is given."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from service.engine.checking.contract import Contract
from service.engine.drawn.offers import offered

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
    contracts: Mapping[str, Contract] = field(default_factory=dict, hash=False)
    """What operations need and give, by name, as far as they say so."""
    lists: Mapping[str, Contract] = field(default_factory=dict, hash=False)
    """What named lists need, by name."""
    tables: Mapping[str, Contract] = field(default_factory=dict, hash=False)
    """What the service asks of decisions itself, by their id: it reads facts to them and needs their results."""
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What operations, roles, limits, processes and decisions are called in Chinese, by name."""

    def near(self, name: str, allowed: Collection[str]) -> str:
        """Return the sentence that offers the names one may have meant, each with its title; nothing where none is like it."""
        return offered(name, allowed, self.titles)

    def role(self, title: str) -> str:
        """Return the role that has this title, or nothing."""
        return next((one for one in sorted(self.roles) if self.titles.get(one) == title), "")

    def titled(self, names: Iterable[str]) -> dict[str, str]:
        """Return what these names are called, as far as they have a title."""
        return {name: self.titles[name] for name in names if name in self.titles}

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        found: dict[str, Any] = {name: sorted(getattr(self, name)) for name in _NAMES}
        found["titles"] = dict(self.titles)
        return found | {
            name: [asdict(one) for one in getattr(self, name).values()] for name in _CONTRACTS
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Known":
        """Return what `plain` made of one."""
        found: dict[str, Any] = {name: frozenset(plain[name]) for name in _NAMES}
        return cls(
            titles=plain["titles"],
            **found
            | {name: {one["name"]: Contract.of(one) for one in plain[name]} for name in _CONTRACTS},
        )


_CONTRACTS = ("contracts", "lists", "tables")
_NAMES = tuple(one.name for one in fields(Known) if one.name not in {*_CONTRACTS, "titles"})


def choices(name: str, allowed: Collection[str]) -> str:
    """Return the sentence that offers the names most like one that does not exist."""
    if not allowed:
        return "目前没有可用的名称。"
    near = get_close_matches(name, sorted(allowed), n=_MOST_CHOICES, cutoff=0.0)
    return f"可用的有：{'、'.join(near)}{' 等' if len(allowed) > len(near) else ''}。"
