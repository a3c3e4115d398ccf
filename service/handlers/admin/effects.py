"""What a change of limits, calendar or a case's clock would move: one page for all of them, before it is made.

Whatever is asked for waits as its author's draft, so that it survives paging, a reload and signing in again. The page
carries what it was computed on and what was asked; confirming is refused once either has changed.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, g, request, url_for
from sqlalchemy.orm import Session

from service.deadlines import changes, record, words
from service.deadlines.effects import Effect, Kind, Lateness
from service.errors import ProcessFailed, StaleVersion
from service.handlers import paging, sheets, web
from service.handlers.admin import moves, titles
from service.handlers.admin.moves import Filter, Line
from service.register.people import directory as people
from service.register.supervision import foresight, standing
from service.register.supervision.facts import Supposed
from service.register.supervision.foresight import Foreseen
from service.register.supervision.standing import Standing
from service.runtime import drafts

PAGE = 50
_HEADS = (
    "类别",
    "事项编号",
    "事项",
    "单位",
    "由谁办理",
    "名称",
    "原来",
    "改为",
    "相差",
    "是否逾期",
)


@dataclass(frozen=True)
class Asked:
    """A change that somebody asks for and has not confirmed: what it is, why, and where its pages are."""

    title: str  # 把“签收”由 3 个工作日改为 5 个工作日
    reason: str
    page: str  # the address of the effect, to which confirming is posted
    back: str  # the address at which it was asked for
    document: Mapping[str, Any]  # all that was asked; a page confirms this and nothing else
    sides: Sequence[tuple[str, str, str]] = ()  # what is called how, as it is, as it would be
    notes: Sequence[str] = ()  # what else its author should know
    button: str = "确认生效"

    @property
    def digest(self) -> str:
        """Return what tells this from any other change asked for at the same place."""
        text = orjson.dumps(dict(self.document), default=str, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()[:20]


def keep(page: str, document: Mapping[str, Any], instead_of: str = "") -> None:
    """Keep what was asked for until it is confirmed or given up; what was typed at another page goes with it."""
    with web.database().transaction() as session:
        drafts.save(session, page, web.actor(), document, g.at)
        forget(session, instead_of)


def kept(session: Session, page: str) -> Mapping[str, Any] | None:
    """Return what this person asked for at a page and has not confirmed."""
    return drafts.of(session, page, web.actor())


def forget(session: Session, page: str) -> None:
    """Drop what was asked for; whoever makes the change calls this in the same transaction."""
    drafts.forget(session, page, web.actor().login)


def shown(session: Session, asked: Asked, effect: Effect) -> Response:
    """Return the page of an effect, or the file that was asked for: what is filtered, and all of it."""
    # Nothing graver is proposed where nothing is late for longer; the rules are not asked then.
    known = standing.of_units(session, effect.at) if effect.is_graver else None
    units = _names(known) if known else people.unit_names(session)
    wanted = Filter.of(request.args)
    found = moves.matching(session, effect.moves, wanted, units)
    kind = request.args.get("format", "")
    if kind in sheets.KINDS:
        return sheets.sent(kind, "影响", _HEADS, _cells(moves.lines(session, found, units)))
    cards, fault = _cards(session, effect, known) if known else ([], "")
    part = paging.part(found, web.whole_number(request.args.get("p")), PAGE)
    return web.page(
        "admin/effect.html",
        asked=asked,
        effect=effect,
        headline=words.headline(effect),
        seen=f"{effect.stamp}.{asked.digest}",
        rows=moves.lines(session, part.rows, units),
        count=part.count,
        filter=wanted,
        kinds=[one for one in Kind if any(move.kind is one for move in effect.moves)],
        lates=[one for one in Lateness if one],
        units=moves.units_of(effect.moves, units),
        previous=_address(asked, wanted, p=part.previous) if part.previous else "",
        next=_address(asked, wanted, p=part.next) if part.next else "",
        first=part.first,
        files=[(one.upper(), _address(asked, wanted, format=one)) for one in sheets.KINDS],
        messages=moves.lines(session, effect.messages[:PAGE], units),
        cards=cards,
        fault=fault,
    )


def confirmed(asked: Asked) -> str:
    """Return the stamp that the confirmed page was computed on; refuse a page that showed another change."""
    stamp, _, digest = request.form.get("seen", "").partition(".")
    if digest != asked.digest:
        raise StaleVersion("您在别处改过这项修改，这个页面显示的已经不是它的影响。")
    return stamp


def done(sentence: str) -> StaleVersion:
    """Return the refusal of a page that was confirmed before; it leads to the record of changes."""
    return StaleVersion(sentence, leads=("查看修改记录", url_for("changes.listed")))


def stale(asked: Asked, error: StaleVersion) -> Response:
    """Say that the page is out of date, what changed since and by whom, and where the fresh effect is."""
    stamp = request.form.get("seen", "").partition(".")[0]
    with web.database().reading() as session:
        since = record.since(session, stamp) if changes.stamp(session) != stamp else []
        names = people.names(session, [one.by for one in since])
        sentences = titles.sentences(session, since)
    return web.page(
        "admin/stale.html",
        409,
        asked=asked,
        since=since,
        names=names,
        sentences=sentences,
        sentence=str(error),
    )


def catch_up(change_id: int) -> None:
    """Move what a command that began before the change still wrote by the old rule; call it once that is durable."""
    with web.database().transaction() as session:
        changes.catch_up(session, change_id, g.at)


def _names(known: Standing) -> dict[str, str]:
    return {code: one.name for code, one in known.units.items()}


def _cards(session: Session, effect: Effect, known: Standing) -> tuple[list[Foreseen], str]:
    """Return for whom the rules would propose a graver card than now, or why they cannot say."""
    supposed = Supposed.of(effect.moves, effect.calendar)
    try:
        changed = foresight.set_off(session, effect.at, supposed, known)
    except ProcessFailed as failed:
        return [], str(failed)
    return [one for one in changed if one.is_graver], ""


def _cells(rows: Iterable[Line]) -> Iterable[list[sheets.Cell]]:
    for row in rows:
        yield [
            row.move.kind.label,
            row.number,
            row.title,
            row.unit,
            row.holder,
            f"{row.move.name}（{row.joined}）" if row.joined else row.move.name,
            row.before,
            row.after,
            row.difference,
            row.move.lateness.label,
        ]


def _address(asked: Asked, wanted: Filter, **more: Any) -> str:
    return f"{asked.page}?{urlencode({**wanted.given, **more})}"
