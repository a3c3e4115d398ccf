"""The supervision board: for every unit what is due, late, without contact, carded — and the rows behind each number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, true
from sqlalchemy.orm import Session

from service.deadlines.lateness import late, pending
from service.deadlines.workdays import local_day, moment
from service.register.dispatch.status import ENDED, AssignmentStatus, Duty
from service.register.handling.kinds import Confirmation
from service.register.supervision import cards, forecast, proposals, standing
from service.register.supervision.colors import Color, rank
from service.register.supervision.forecast import Forecast
from service.register.supervision.proposals import Candidate
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord
from service.tables.people import Unit
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard, SupervisionCase

# What the board counts, in the order of its columns; each is a list of its own.
COUNTS: Mapping[str, str] = {
    "open": "在办",
    "due_this_week": "本周到期",
    "overdue": "逾期未答复",
    "assist_overdue": "协办意见逾期",
    "no_contact": "未联系代表",
    "cases": "督查在办",
    "cards": "未销号通知单",
}
LISTS: Mapping[str, str] = {**COUNTS, "candidates": "建议亮牌"}
_ANSWERED = ENDED | {AssignmentStatus.DELIVERED, AssignmentStatus.OVERDUE_ABSENT}
_DUTIES = ("open", "due_this_week", "overdue", "assist_overdue", "no_contact")


@dataclass(frozen=True)
class Line:
    """One unit's numbers; `colors` counts its cards that are not cleared."""

    unit: str
    name: str
    counts: Mapping[str, int]
    colors: Mapping[str, int] = field(default_factory=dict)

    @property
    def color(self) -> str:
        """The unit's colour is the gravest of its cards."""
        return max(self.colors, key=rank, default=Color.NONE)


@dataclass(frozen=True)
class Board:
    """The numbers of every unit, and the days to come."""

    lines: Sequence[Line]
    totals: Mapping[str, int]
    colors: Mapping[str, int]
    forecast: Forecast

    @property
    def candidates(self) -> Sequence[Candidate]:
        """Whom the rules would card today."""
        return self.forecast.candidates

    @property
    def fault(self) -> str:
        """Why the rules cannot be asked."""
        return self.forecast.fault


@dataclass(frozen=True)
class Entry:
    """One row of a list: whose, about what, since or until when, and where it leads."""

    unit: str
    unit_name: str
    title: str
    number: str
    at: datetime | None
    suggestion_id: int | None = None
    supervision_id: int | None = None
    card_id: int | None = None
    color: str = Color.NONE
    state: str = ""
    role: str = ""


@dataclass(frozen=True)
class Listing:
    """A page of a list, and how long the whole is."""

    entries: Sequence[Entry]
    total: int


def board(session: Session, at: datetime) -> Board:
    """Return the numbers of every unit that has any, the gravest colour and the most overdue first."""
    duties = {row.unit: row for row in session.execute(_duties_by_unit(at))}
    known = standing.of_units(session, at)
    colors, cases = known.colors, known.cases
    lines = [
        Line(
            code,
            facts.name,
            {
                **{key: getattr(duties[code], key) if code in duties else 0 for key in _DUTIES},
                "cases": cases.get(code, 0),
                "cards": sum(colors.get(code, {}).values()),
            },
            colors.get(code, {}),
        )
        for code, facts in known.units.items()
        if code in duties or code in colors or code in cases
    ]
    lines.sort(key=lambda line: (-rank(line.color), -line.counts["overdue"]))
    thirty_days = forecast.forecast(session, at, known)
    return Board(
        lines,
        {key: sum(line.counts[key] for line in lines) for key in COUNTS},
        _summed(line.colors for line in lines),
        thirty_days,
    )


def listed(
    session: Session, kind: str, at: datetime, unit: str | None, limit: int, offset: int = 0
) -> Listing:
    """Return the rows that a number of the board counts, of one unit or of all."""
    if kind == "candidates":
        return _candidates(session, at, unit, limit, offset)
    if kind == "cards":
        question, entry = _cards(unit), _card_entry
    elif kind == "cases":
        question, entry = _cases(unit), _case_entry
    else:
        question, entry = _duties(kind, at, unit), _duty_entry
    total = session.scalar(select(func.count()).select_from(question.order_by(None).subquery()))
    rows = session.execute(question.limit(limit).offset(offset))
    return Listing([entry(row) for row in rows], total or 0)


# Duties: assignments that a unit has not answered


def _duty_conditions(at: datetime) -> dict[str, ColumnElement[bool]]:
    answers = Assignment.role != Duty.ASSIST
    before = exists().where(
        ContactRecord.assignment_id == Assignment.id,
        ContactRecord.confirmation != Confirmation.DENIED,
    )
    return {
        "open": true(),
        "due_this_week": pending(Assignment.due_at, at, _end_of_week(at)),
        "overdue": and_(answers, late(Assignment.due_at, at)),
        "assist_overdue": and_(~answers, late(Assignment.due_at, at)),
        "no_contact": and_(answers, Assignment.signed_at.is_not(None), ~before),
    }


def _is_open() -> ColumnElement[bool]:
    return and_(
        Assignment.replied_at.is_(None),
        Assignment.status.not_in(_ANSWERED),
    )


def _duties_by_unit(at: datetime) -> Select[*tuple[Any, ...]]:
    sums = [
        func.sum(case((condition, 1), else_=0)).label(name)
        for name, condition in _duty_conditions(at).items()
    ]
    return select(Assignment.unit, *sums).where(_is_open()).group_by(Assignment.unit)


def _duties(kind: str, at: datetime, unit: str | None) -> Select[*tuple[Any, ...]]:
    question = (
        select(
            Assignment.unit,
            Unit.short_name,
            Suggestion.title,
            Suggestion.case_no,
            Assignment.due_at,
            Suggestion.id,
            Assignment.role,
        )
        .join(Suggestion, Suggestion.id == Assignment.suggestion_id)
        .join(Unit, Unit.code == Assignment.unit)
        .where(_is_open(), _duty_conditions(at)[kind])
        .order_by(Assignment.due_at, Assignment.id)
    )
    return question if unit is None else question.where(Assignment.unit == unit)


def _duty_entry(row: Any) -> Entry:
    unit, name, title, case_no, due_at, suggestion_id, role = row
    return Entry(unit, name, title, case_no or "未编号", due_at, suggestion_id, role=role)


def _end_of_week(at: datetime) -> datetime:
    """The week ends on Sunday at midnight, where the office is."""
    today = local_day(at)
    monday = today + timedelta(days=7 - today.weekday())
    return moment(monday, datetime.min.time())


# Cards and cases


def _cards(unit: str | None) -> Select[*tuple[Any, ...]]:
    gravity = case(
        *((ControlCard.color == color, -color.rank) for color in (Color.RED, Color.YELLOW)),
        else_=0,
    )
    question = (
        select(
            ControlCard.unit,
            Unit.short_name,
            ControlCard.requirement,
            ControlCard.number,
            ControlCard.due_at,
            ControlCard.id,
            ControlCard.supervision_id,
            ControlCard.color,
            ControlCard.state,
        )
        .join(Unit, Unit.code == ControlCard.unit)
        .where(ControlCard.state.in_(cards.STANDING))
        .order_by(gravity, ControlCard.due_at, ControlCard.id)
    )
    return question if unit is None else question.where(ControlCard.unit == unit)


def _card_entry(row: Any) -> Entry:
    unit, name, requirement, number, due_at, card_id, supervision_id, color, state = row
    return Entry(
        unit,
        name,
        requirement,
        number,
        due_at,
        supervision_id=supervision_id,
        card_id=card_id,
        color=color,
        state=state,
    )


def _cases(unit: str | None) -> Select[*tuple[Any, ...]]:
    question = (
        select(
            SupervisionCase.unit,
            Unit.short_name,
            SupervisionCase.basis,
            SupervisionCase.number,
            SupervisionCase.opened_at,
            SupervisionCase.id,
            SupervisionCase.status,
        )
        .join(Unit, Unit.code == SupervisionCase.unit)
        .where(SupervisionCase.closed_at.is_(None))
        .order_by(SupervisionCase.opened_at, SupervisionCase.id)
    )
    return question if unit is None else question.where(SupervisionCase.unit == unit)


def _case_entry(row: Any) -> Entry:
    unit, name, basis, number, opened_at, supervision_id, status = row
    return Entry(unit, name, basis, number, opened_at, supervision_id=supervision_id, state=status)


def _candidates(
    session: Session, at: datetime, unit: str | None, limit: int, offset: int
) -> Listing:
    found = [each for each in proposals.candidates(session, at) if unit in (None, each.unit)]
    entries = [
        Entry(
            each.unit,
            each.facts.name,
            each.title,
            each.case_no or "未编号",
            None,
            each.suggestion_id,
            color=each.measure,
            state="".join(each.proposal.reasons),
        )
        for each in found[offset : offset + limit]
    ]
    return Listing(entries, len(found))


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in counts:
        for color, count in each.items():
            found[color] = found.get(color, 0) + count
    return found
