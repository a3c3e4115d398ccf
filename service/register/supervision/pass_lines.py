"""How well each unit keeps to its limits, beside the lines officials have drawn, and from how many cases on it counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from service import rulebook
from service.deadlines import lateness
from service.labels import Labelled
from service.register.dispatch.status import ENDED, Duty
from service.register.handling.kinds import Confirmation
from service.register.people import directory as people
from service.register.reply import classes
from service.rulebook import Consequence, Control, Listing, Row, asked
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord, Reply


class Figure(Labelled):
    """What is measured of a unit."""

    ON_TIME = "on_time", "按时答复率"
    CONTACT = "contact", "联系代表率"
    RESOLVED = "resolved", "办成率"


class PassLine(Row):
    """The line of one figure, and the fewest cases by which a unit is judged."""

    code: str = asked("标识", control=Control.FIXED, longest=30)
    name: str = asked("指标", control=Control.FIXED, longest=40)
    percent: int = asked("及格线（%）", "达到这个百分比算达标。", Control.NUMBER, longest=100)
    minimum: int = asked(
        "最小样本（件）",
        "少于这个件数的单位只列数据，不评达标，例如 3。",
        Control.NUMBER,
        longest=100,
    )


@dataclass(frozen=True)
class Rate:
    """One figure of one unit: how many of how many, and what that means beside the line."""

    kept: int
    of: int
    line: PassLine

    @property
    def percent(self) -> int:
        """The share in whole per cent, rounded down: 79.9 does not reach 80."""
        return self.kept * 100 // self.of if self.of else 0

    @property
    def verdict(self) -> str:
        if self.of < max(self.line.minimum, 1):
            return "样本不足"
        return "达标" if self.percent >= self.line.percent else "未达标"


@dataclass(frozen=True)
class Measured:
    """The figures of one unit."""

    unit: str
    name: str
    rates: tuple[Rate, ...]


def _consequences(
    session: Session, before: Sequence[PassLine], after: Sequence[PassLine], at: datetime
) -> list[Consequence]:
    """Say of which unit something else would be said."""
    old, new = (_measured(session, at, lines) for lines in (before, after))
    return [
        Consequence(
            f"{one.name}的{now.line.name}（{now.kept}/{now.of} 件）", was.verdict, now.verdict
        )
        for one, other in zip(old, new, strict=True)
        for was, now in zip(one.rates, other.rates, strict=True)
        if was.verdict != now.verdict
    ]


PASS_LINES = rulebook.declare(
    Listing(
        "pass_lines",
        "及格线和最小样本",
        "督查看板的“达标情况”里，各单位的指标达到多少算达标，少于几件不评。",
        ("督查看板的“达标情况”一页，按它标明达标、未达标或样本不足。",),
        "只改“达标情况”上的标注，不产生任何处理；已经印发的通报不变。",
        PassLine,
        (
            PassLine(code=Figure.ON_TIME, name=Figure.ON_TIME.label, percent=80, minimum=3),
            PassLine(code=Figure.CONTACT, name=Figure.CONTACT.label, percent=90, minimum=3),
            PassLine(code=Figure.RESOLVED, name=Figure.RESOLVED.label, percent=50, minimum=3),
        ),
        is_fixed=True,
        consequences=_consequences,
    )
)


def measured(session: Session, at: datetime) -> list[Measured]:
    """Return the figures of every unit that answers for something, beside the lines in force."""
    return _measured(session, at, rulebook.rows(session, PASS_LINES))


def _measured(session: Session, at: datetime, lines: Sequence[PassLine]) -> list[Measured]:
    rows = session.execute(_counts(at, classes.resolved(session))).all()
    names = people.unit_names(session, [row.unit for row in rows]) if rows else {}
    counted = {
        Figure.ON_TIME: lambda row: (row.on_time, row.due),
        Figure.CONTACT: lambda row: (row.contacted, row.signed),
        Figure.RESOLVED: lambda row: (row.resolved, row.answered),
    }
    return [
        Measured(
            row.unit,
            names.get(row.unit, row.unit),
            tuple(Rate(*counted[Figure(line.code)](row), line) for line in lines),
        )
        for row in rows
    ]


def _counts(at: datetime, resolved: Collection[str]) -> Any:
    """Count of what a unit answers for: due and in time, signed and talked over, answered and by that resolved."""
    talked = exists().where(
        ContactRecord.assignment_id == Assignment.id,
        ContactRecord.confirmation != Confirmation.DENIED,
    )
    is_answered = Reply.issued_at.is_not(None)
    is_due, is_signed = lateness.late(Assignment.due_at, at), Assignment.signed_at.is_not(None)
    return (
        select(
            Assignment.unit,
            _sum(is_due).label("due"),
            _sum(and_(is_due, lateness.in_time(Assignment.due_at, Assignment.replied_at))).label(
                "on_time"
            ),
            _sum(is_signed).label("signed"),
            _sum(and_(is_signed, talked)).label("contacted"),
            _sum(is_answered).label("answered"),
            _sum(and_(is_answered, Reply.reply_class.in_(resolved))).label("resolved"),
        )
        .outerjoin(Reply, Reply.assignment_id == Assignment.id)
        .where(Assignment.role != Duty.ASSIST, Assignment.status.not_in(ENDED))
        .group_by(Assignment.unit)
        .order_by(Assignment.unit)
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
