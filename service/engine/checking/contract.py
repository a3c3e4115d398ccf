"""What an operation or a named list needs of the diagram that names it, and what it gives, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Need:
    """A field of a form, or a column of a table, that an operation reads."""

    name: str
    label: str
    types: tuple[str, ...]
    """The field types that give a value of this kind."""
    may_be_empty: bool = False
    may_be_missing: bool = False
    choices: tuple[str, ...] = ()
    """The codes the operation understands; () where it takes any."""
    columns: tuple["Need", ...] = ()


@dataclass(frozen=True)
class Variable:
    """A variable that is read or given."""

    name: str
    label: str
    may_be_missing: bool = False


@dataclass(frozen=True)
class Contract:
    """One operation's, or one named list's, word and what it asks in return."""

    name: str
    title: str = ""
    needs: tuple[Need, ...] = ()
    reads: tuple[Variable, ...] = ()
    gives: tuple[Variable, ...] = ()
    cases: tuple[str, ...] = ()
    """The kinds of case it acts on; () where it acts on none."""
    processes: tuple[str, ...] = ()
    """The only processes that may name it; () where every process may."""
    is_sealed: bool = False
    """Must a user task that names it be sealed?"""
    is_open: bool = False
    """May it read and give variables it does not name?"""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Contract":
        """Return what `dataclasses.asdict` and JSON made plain as a contract again."""
        return cls(
            **dict(data)
            | {
                "needs": _needs(data["needs"]),
                "reads": tuple(Variable(**one) for one in data["reads"]),
                "gives": tuple(Variable(**one) for one in data["gives"]),
                "cases": tuple(data["cases"]),
                "processes": tuple(data["processes"]),
            }
        )


def _needs(rows: Iterable[Mapping[str, Any]]) -> tuple[Need, ...]:
    return tuple(
        Need(
            **dict(row)
            | {
                "types": tuple(row["types"]),
                "choices": tuple(row["choices"]),
                "columns": _needs(row["columns"]),
            }
        )
        for row in rows
    )
