"""The moves of a change as a reader sees them: whose case, which unit, who has it, from when to when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import words
from service.deadlines.effects import Kind, Move
from service.deadlines.standstill import TOWN
from service.handlers.admin import titles
from service.register.casefile.cases import Case
from service.register.people import directory as people
from service.tables.people import Person
from service.tables.runtime import UserTask

_SUGGESTIONS = "suggestions"  # the place in which a suggestion keeps its date
_AT_ONCE = 5_000  # how many ids one query names


@dataclass(frozen=True)
class Filter:
    """Which moves a reader asks for; an empty field asks for all."""

    kind: str = ""
    unit: str = ""
    late: str = ""
    q: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filter":
        """Read it from an address; what is no choice of the page finds nothing, as the page then says."""
        return cls(
            **{name: given.get(name, "").strip()[:100] for name in ("kind", "unit", "late", "q")}
        )

    @property
    def given(self) -> dict[str, str]:
        """Return what was asked for, as an address has it."""
        return {name: text for name, text in asdict(self).items() if text}


@dataclass(frozen=True)
class Line:
    """One move in words."""

    move: Move
    case: Case | None
    unit: str
    holder: str
    before: str
    after: str
    difference: str
    joined: str = ""  # 并入第 2026-003 号, of a suggestion that is handled with another

    @property
    def number(self) -> str:
        return self.case.number if self.case else ""

    @property
    def title(self) -> str:
        return self.case.title if self.case else ""


def units_of(found: Iterable[Move], names: Mapping[str, str]) -> dict[str, str]:
    """Return the names of the units and towns whose moments move, by code."""
    return {code: _called(code, names) for code in sorted({m.unit for m in found} - {""})}


def matching(
    session: Session, found: Sequence[Move], wanted: Filter, units: Mapping[str, str]
) -> Sequence[Move]:
    """Return the moves a reader asks for."""
    if wanted.q:
        named = titles.matching(session, wanted.q)
        found = [
            move
            for move in found
            if {move.business_key, _own_key(move)} & named
            or wanted.q in move.name
            or wanted.q in _called(move.unit, units)
        ]
    return [
        move
        for move in found
        if wanted.kind in {"", move.kind}
        and wanted.unit in {"", move.unit}
        and wanted.late in {"", move.lateness}
    ]


def lines(session: Session, found: Sequence[Move], units: Mapping[str, str]) -> list[Line]:
    """Return the moves in words; a few queries for each five thousand of them."""
    told: list[Line] = []
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        keys = {key for move in some for key in (move.business_key, _own_key(move))}
        named = titles.described(session, keys)
        holders = _holders(session, some, units)
        told += [_line(move, named, holders, units) for move in some]
    return told


def _line(
    move: Move,
    named: Mapping[str, Case],
    holders: Mapping[str, str],
    units: Mapping[str, str],
) -> Line:
    own, main = _own_key(move), move.business_key
    return Line(
        move,
        named.get(own or ""),
        units.get(move.unit, ""),
        holders.get(_task_of(move), ""),
        words.moment(move.before),
        words.moment(move.after),
        words.difference(move.before, move.after),
        _joined(named.get(main or "")) if own != main else "",
    )


def _own_key(move: Move) -> str | None:
    """Return the case a moment is kept for: a merged suggestion keeps its own date, in the process of its main one."""
    place, _, number = move.id.partition(":")
    is_of_suggestion = move.kind is Kind.RECORD and place == _SUGGESTIONS
    return f"suggestion:{number}" if is_of_suggestion else move.business_key


def _joined(main: Case | None) -> str:
    return f"并入第 {main.number} 号" if main and main.number else "已并入另一件"


def _called(code: str, names: Mapping[str, str]) -> str:
    """Name a unit by its code, or the suggestions of a town, whose own dates no unit's are."""
    if code.startswith(TOWN):
        return f"{names.get(code.removeprefix(TOWN), code)}（镇级建议）"
    return names.get(code, code)


def _holders(session: Session, found: Iterable[Move], units: Mapping[str, str]) -> dict[str, str]:
    """Return for whom each task waits, by its id."""
    rows = session.execute(
        select(UserTask.id, UserTask.assignee, UserTask.candidates, Person.name)
        .outerjoin(Person, Person.login == UserTask.assignee)
        .where(UserTask.id.in_({_task_of(move) for move in found} - {""}))
    ).all()
    holders = {row.id: row.name or row.assignee for row in rows if row.assignee}
    awaited = {row.id: row.candidates for row in rows if not row.assignee}
    groups = {group for awaiting in awaited.values() for group in awaiting}
    names = people.group_names(session, groups, units)
    return holders | {
        task: "、".join(names.get(group, group) for group in awaiting)
        for task, awaiting in awaited.items()
    }


def _task_of(move: Move) -> str:
    """Return the id of the task a moment belongs to: its own, or that of its reminder or overdue timer."""
    return "" if move.kind is Kind.RECORD else move.id.partition(":")[0]
