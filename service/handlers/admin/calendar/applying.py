"""What a year's arrangement would move, and putting it in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import changes, policies, seed
from service.deadlines.effects import Effect
from service.deadlines.seed import Break
from service.deadlines.years import breaks, differences, lists
from service.errors import StaleVersion
from service.handlers import web
from service.handlers.admin import effects
from service.handlers.admin.calendar import years
from service.handlers.admin.effects import Asked
from service.handlers.admin.sections import administrators

blueprint = Blueprint("applying", __name__)

LONGEST_REASON = 200
_NONE_WAITS = "没有等待确认的放假安排，可能已经生效。请重新填写。"
_IS_DONE = "这份放假安排已经生效或已经放弃，没有再改一次。请查看修改记录。"


@web.route(blueprint, "/m/calendar/<int:year>/effect", policy=administrators)
def effect(year: int) -> AnyResponse:
    """Show what the arrangement that waits would move."""
    years.check(year)
    with web.database().reading() as session:
        document = effects.kept(session, address(year))
        if document is None:
            flash(_NONE_WAITS)
            return redirect(url_for("calendar.years.show", year=year), 303)
        return effects.shown(session, *_asked(session, year, document))


@web.route(blueprint, "/m/calendar/<int:year>/effect", policy=administrators, methods=["POST"])
def confirm(year: int) -> AnyResponse:
    """Put the year in force, exactly as its effect was shown."""
    years.check(year)
    with web.database().reading() as session:
        document = effects.kept(session, address(year))
        if document is None:
            raise StaleVersion(_IS_DONE)
        asked, _ = _asked(session, year, document)
    found, confirmed, reason = asked_for(document)
    try:
        stamp = effects.confirmed(asked)
        with web.database().transaction() as session:
            change = changes.apply_calendar(
                session, year, seed.days(found), reason, web.actor().login, g.at, stamp,
                confirmed=confirmed,
            )  # fmt: skip
            effects.forget(session, address(year))
            number, sentence = change.id, change.sentence
    except StaleVersion as error:
        return effects.stale(asked, error)
    effects.catch_up(number)
    flash(f"已生效：{sentence}需要时可以在修改记录里撤销。")
    return redirect(url_for("calendar.years.show", year=year), 303)


@web.route(blueprint, "/m/calendar/<int:year>/forget", policy=administrators, methods=["POST"])
def forget(year: int) -> AnyResponse:
    """Give up the arrangement that waits."""
    years.check(year)
    with web.database().transaction() as session:
        effects.forget(session, address(year))
    flash(f"已放弃刚才的安排，{year} 年的日历没有变。")
    return redirect(url_for("calendar.years.show", year=year), 303)


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


def asked_for(kept: Mapping[str, Any]) -> tuple[list[Break], bool, str]:
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


def _asked(session: Session, year: int, kept: Mapping[str, Any]) -> tuple[Asked, Effect]:
    found, confirmed, reason = asked_for(kept)
    days = seed.days(found)
    before = policies.calendar(session)
    known = lists.years(session).get(year)
    foreseen = changes.preview_calendar(session, year, days, g.at, confirmed=confirmed)
    asked = Asked(
        f"录入 {year} 年放假安排（{_state(confirmed)}）",
        reason,
        address(year),
        url_for("calendar.editing.edit", year=year),
        kept,
        _sides(year, breaks.arranged(before.of_year(year)), found, known, confirmed),
        [*differences.in_words(year, before, days), *differences.unlawful(year, days)],
    )
    return asked, foreseen


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
