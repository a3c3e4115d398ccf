"""What a year's arrangement would move, and putting it in force."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, g, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import changes, policies, seed
from service.deadlines.effects import Effect
from service.deadlines.seed import Break
from service.deadlines.years import breaks, differences, lists
from service.handlers import web
from service.handlers.admin.calendar import waiting, years
from service.handlers.admin.calendar.waiting import Document, Waiting
from service.handlers.admin.effects import Asked
from service.handlers.admin.sections import administrators
from service.tables.deadlines import DeadlineChange

blueprint = Blueprint("applying", __name__)

LONGEST_REASON = 200


@web.route(blueprint, "/m/calendar/<int:year>/effect", policy=administrators)
def effect(year: int) -> AnyResponse:
    """Show what the arrangement that waits would move."""
    years.check(year)
    return waiting.shown(_waiting(year))


@web.route(blueprint, "/m/calendar/<int:year>/effect", policy=administrators, methods=["POST"])
def confirm(year: int) -> AnyResponse:
    """Put the year in force, exactly as its effect was shown."""
    years.check(year)
    return waiting.confirmed(_waiting(year))


@web.route(blueprint, "/m/calendar/<int:year>/forget", policy=administrators, methods=["POST"])
def forget(year: int) -> AnyResponse:
    """Give up the arrangement that waits."""
    years.check(year)
    return waiting.given_up(address(year), url_for("calendar.years.show", year=year))


def address(year: int) -> str:
    """Return the page of the effect; what was asked for waits under it."""
    return url_for("calendar.applying.effect", year=year)


def document(found: Sequence[Break], confirmed: bool, reason: str) -> dict[str, Any]:
    """Return all that is asked for, as it waits to be confirmed."""
    listed = [
        {
            "name": one.name,
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
            "made_up": [day.isoformat() for day in one.made_up],
        }
        for one in found
    ]
    return {"breaks": listed, "confirmed": confirmed, "reason": reason}


def asked_for(kept: Document) -> tuple[list[Break], bool, str]:
    """Return the holidays that wait, whether they are the State Council's, and why."""
    found = [
        Break(
            one["name"],
            date.fromisoformat(one["first"]),
            date.fromisoformat(one["last"]),
            tuple(map(date.fromisoformat, one["made_up"])),
        )
        for one in kept["breaks"]
    ]
    return found, kept["confirmed"], kept["reason"]


def _waiting(year: int) -> Waiting:
    return Waiting(
        address(year),
        url_for("calendar.years.show", year=year),
        partial(_asked, year),
        partial(_foreseen, year),
        partial(_make, year),
    )


def _make(year: int, session: Session, kept: Document, stamp: str) -> DeadlineChange:
    found, confirmed, reason = asked_for(kept)
    by, days = web.actor().login, seed.days(found)
    return changes.apply_calendar(session, year, days, reason, by, g.at, stamp, confirmed=confirmed)


def _asked(year: int, session: Session, kept: Document) -> Asked:
    found, confirmed, reason = asked_for(kept)
    days = seed.days(found)
    before = policies.calendar(session)
    known = lists.years(session).get(year)
    return Asked(
        f"录入 {year} 年放假安排（{_state(confirmed)}）",
        reason,
        address(year),
        url_for("calendar.editing.edit", year=year),
        kept,
        _sides(year, breaks.arranged(before.of_year(year)), found, known, confirmed),
        [*differences.in_words(year, before, days), *differences.unlawful(year, days)],
    )


def _foreseen(year: int, session: Session, kept: Document) -> Effect:
    found, confirmed, _ = asked_for(kept)
    return changes.preview_calendar(session, year, seed.days(found), g.at, confirmed=confirmed)


def _sides(
    year: int,
    before: Sequence[Break],
    after: Sequence[Break],
    known: lists.Known | None,
    confirmed: bool,
) -> list[tuple[str, str, str]]:
    """Return each holiday as it is and as it would be, where the two differ."""
    old, new = _by_name(before), _by_name(after)
    named = [(name, old.get(name, "没有"), new.get(name, "没有")) for name in {**new, **old}]
    was = _state(known.confirmed) if known else "没有录入"
    sides = [(f"{year} 年的安排", was, _state(confirmed)), *named]
    return [side for side in sides if side[1] != side[2]]


def _by_name(found: Sequence[Break]) -> dict[str, str]:
    told: dict[str, str] = {}
    for one in found:
        told[one.name] = told.get(one.name, "") + breaks.in_words(one).partition("：")[2]
    return told


def _state(confirmed: bool) -> str:
    return "正式" if confirmed else "暂定"
