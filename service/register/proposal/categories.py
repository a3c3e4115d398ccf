"""What a suggestion is about, which committee follows it, and which units usually handle it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import rulebook
from service.register.people import directory as people
from service.register.proposal.status import OVER
from service.rulebook import Consequence, Control, Fault, Listing, Row, asked
from service.tables.suggestions import Suggestion


class Category(Row):
    """One category: its name, its committee, its usual units."""

    code: str = asked("标识", control=Control.FIXED, longest=30)
    name: str = asked("名称", "代表提交时看到的类别名称。", longest=20)
    committee: str = asked(
        "对口工委", "立案以后由哪个工委跟踪督办。", Control.COMMITTEE, may_be_empty=True, default=""
    )
    units: tuple[str, ...] = asked(
        "常办单位",
        "这类建议通常由哪些单位承办，拟定承办方案时供参考，可以不选。",
        Control.UNITS,
        may_be_empty=True,
        default=(),
    )
    active: bool = asked(
        "可选", "选“否”就不再供选择，已经属于它的建议不变。", Control.FLAG, default=True
    )


def _faults(
    session: Session, rows: Sequence[Category], before: Sequence[Category]
) -> Iterator[Fault]:
    """Refuse to drop a category that open suggestions are of, and to choose committees and units nobody knows."""
    open_, left = _open(session), {one.code for one in rows}
    for one in before:
        if one.code not in left and (count := sum(open_.get(one.code, (0, 0)))):
            yield Fault(
                None,
                "",
                f"“{one.name}”有 {count} 件在办的建议，不能删除；不想再用的，请把“可选”改为“否”。",
            )
    names = people.unit_names(session)
    known = {one.code: one for one in before}
    for number, row in enumerate(rows):
        was = known.get(row.code, row)
        if row.committee != was.committee and row.committee and row.committee not in names:
            yield Fault(number, "committee", "没有这个工委，请重新选择。")
        if unknown := [code for code in row.units if code not in names]:
            yield Fault(number, "units", f"没有这些单位：{'、'.join(unknown)}，请重新选择。")
    if not any(one.active for one in rows):
        yield Fault(None, "", "至少要有一类可选，否则代表提交不了建议。")


def _consequences(
    session: Session, before: Sequence[Category], after: Sequence[Category], at: datetime
) -> list[Consequence]:
    """Say of each category with another committee how many suggestions get it, and how many keep the one they have."""
    open_, names = _open(session), people.unit_names(session)
    new = {one.code: one for one in after}
    found = []
    for one in before:
        changed = new.get(one.code)
        if changed is None or changed.committee == one.committee:
            continue
        waiting, registered = open_.get(one.code, (0, 0))
        old, now = (names.get(each.committee, "没有对口工委") for each in (one, changed))
        found.append(Consequence(f"“{one.name}”类等待立案的建议", old, now, waiting))
        found.append(
            Consequence(f"“{one.name}”类已立案的在办建议", old, f"{old}（不变）", registered)
        )
    return found


CATEGORIES = rulebook.declare(
    Listing(
        "categories",
        "类别与对口工委",
        "代表建议分哪些类，各类由哪个工委对口督办，通常由哪些单位承办。",
        (
            "代表提交建议、代表工委审查时，从可选的类别里选；",
            "立案编号时，按类别确定对口督办工委；",
            "拟定承办方案时，列出这类建议的常办单位供参考；",
            "建议页面上显示类别名称。",
        ),
        "已经立案的建议保留立案时确定的对口工委。",
        Category,
        (
            Category(code="finance", name="财经", committee="CJ"),
            Category(code="agriculture", name="农业农村", committee="NW"),
            Category(code="construction", name="城建环资", committee="HW"),
            Category(code="education", name="教科文卫", committee="JK"),
            Category(code="justice", name="监察司法", committee="JS"),
            Category(code="society", name="社会建设", committee="SW"),
            Category(code="transport", name="交通水利", committee="HW"),
            Category(code="culture", name="文旅", committee="JK"),
            Category(code="other", name="其他", committee="CJ"),
        ),
        faults=_faults,
        consequences=_consequences,
    )
)


def offered(session: Session) -> list[Category]:
    """Return the categories to choose from, in order."""
    return [one for one in rulebook.rows(session, CATEGORIES) if one.active]


def is_known(session: Session, code: str) -> bool:
    """Say whether there is such a category, also one that is no longer offered."""
    return any(one.code == code for one in rulebook.rows(session, CATEGORIES))


def committee(session: Session, code: str) -> str | None:
    """Return the committee that follows a category, by its unit code."""
    found = rulebook.row(session, CATEGORIES, code)
    return found.committee or None if found else None


def usual_units(session: Session, code: str) -> tuple[str, ...]:
    """Return the units that usually handle a category."""
    found = rulebook.row(session, CATEGORIES, code)
    return found.units if found else ()


def name(session: Session, code: str) -> str:
    """Return what a category is called, as it was last where it is no longer in the list."""
    found = rulebook.row(session, CATEGORIES, code)
    return found.name if found else code


def _open(session: Session) -> dict[str, tuple[int, int]]:
    """Return how many open suggestions wait for registration and are registered, by category."""
    registered = func.count(Suggestion.registered_at)
    query = (
        select(Suggestion.category, func.count() - registered, registered)
        .where(Suggestion.status.not_in(OVER))
        .group_by(Suggestion.category)
    )
    return {code: (waiting, counted) for code, waiting, counted in session.execute(query)}
