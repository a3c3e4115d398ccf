"""个案: one case's dates and how each came about, its pauses and extensions; every case on hold, every extension.

Administrators see number, title, steps and dates of every case; whoever may not read a case sees not a word of what was
written in it.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, g, request
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from service.authority import reading, timing
from service.deadlines import policies, record
from service.errors import NotFound
from service.handlers import web, wording
from service.handlers.admin import casedates, sections, titles
from service.register.casefile import clock
from service.register.common import keys
from service.register.extension import applications
from service.register.extension.kinds import State
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Extension
from service.tables.suggestions import Suggestion

PAGE = 50

blueprint = Blueprint("individual", __name__)
readers = web.group(Role.ADMIN, Role.DEPUTY_OFFICE, Role.TOWN_PRESIDIUM)

sections.section(
    "个案",
    "individual.listed",
    "查一件建议的每个日期是怎么来的；看哪些件暂停了计时、哪些单位申请了延期；必要时给一处另定日期。",
    order=30,
    policy=readers,
)


@dataclass(frozen=True)
class Line:
    """One case in a list; a title that is withheld is empty."""

    id: int
    number: str
    title: str
    status: str
    about: str


@web.route(blueprint, "/m/cases", policy=readers)
def listed() -> Response:
    """The cases of this number or title, those whose clock stands, and the extensions asked for."""
    asked = request.args.get("q", "").strip()[:60]
    with web.database().reading() as session:
        found = _matching(session, asked) if asked else []
        held = _held(session)
        asking = _extended(session)
    return web.page("admin/cases.html", asked=asked, found=found, held=held, extensions=asking)


@web.route(blueprint, "/m/cases/<int:suggestion_id>", policy=readers)
def show(suggestion_id: int) -> Response:
    """One case: what is open, what the clock will do, what the register keeps, and how each date came about."""
    actor = web.actor()
    with web.database().reading() as session:
        is_reader = reading.suggestion(session, actor, suggestion_id) is not None
        suggestion = session.get(Suggestion, suggestion_id)
        if suggestion is None or not (is_reader or _is_keeper(actor)):
            raise NotFound("没有这件建议，或者您不能查看它。请返回个案页重新查找。")
        units = people.unit_names(session)
        book, key = policies.in_force(session), f"suggestion:{suggestion_id}"
        groups = [
            ("待办任务", casedates.tasks(session, actor, suggestion), "redate"),
            ("定时", casedates.jobs(session, actor, suggestion), "redate"),
            ("台账日期", casedates.kept(session, suggestion), ""),
        ]
        pauses = clock.pauses(session, suggestion.merged_into_id or suggestion_id, g.at)
        extensions = clock.in_words(
            applications.of(session, suggestion_id), units, tells_why=is_reader
        )
        done = record.of(session, f"case:{key}")
        names = people.names(session, {row.by for row in done})
        title = titles.described(session, [key])[key].title
        sentences = titles.sentences(session, done)
    return web.page(
        "admin/case.html",
        suggestion=suggestion,
        title=title,
        state=CaseStatus.label_of(suggestion.status, suggestion.status),
        groups=groups,
        distances={
            one.due_at: wording.distance(book, one.due_at, g.at, key)
            for _, rows, _ in groups
            for one in rows
        },
        pauses=pauses,
        extensions=extensions,
        changes=[(one, sentences[one.id]) for one in done],
        names=names,
        is_reader=is_reader,
        may_undo=_is_keeper(actor),
        may_hold=suggestion.merged_into_id is None and timing.may_hold(actor, suggestion.town),
        may_redate=timing.may_redate(actor, suggestion.town),
    )


def _matching(session: Session, asked: str) -> list[Line]:
    """Return the cases of this number or title; by title only those whose title the reader may know."""
    by_title = reading.titled(web.actor()) & Suggestion.title.contains(asked, autoescape=True)
    wanted = or_(Suggestion.case_no.contains(asked, autoescape=True), by_title)
    return _lines(session, wanted, {})


def _held(session: Session) -> list[Line]:
    """Return the cases whose clock stands now, and since when."""
    book = policies.in_force(session)
    since = {
        keys.parse(key)[1]: stood
        for key in book.pauses
        if keys.parse(key)[0] == "suggestion" and (stood := book.stands_since(key)) is not None
    }
    return _lines(session, Suggestion.id.in_(since), since)


def _extended(session: Session) -> list[tuple[Line, Extension, str, str]]:
    """Return the applications, the latest first, with the unit and what came of each."""
    rows = session.scalars(select(Extension).order_by(Extension.id.desc()).limit(PAGE)).all()
    lines = _lines(session, Suggestion.id.in_({row.suggestion_id for row in rows}), {})
    cases = {line.id: line for line in lines}
    units = people.unit_names(session, [row.unit for row in rows])
    return [
        (cases[row.suggestion_id], row, units.get(row.unit, row.unit), State.label_of(row.state))
        for row in rows
        if row.suggestion_id in cases
    ]


def _is_keeper(actor: Actor) -> bool:
    """Administrators see the dates of every case, whether they may read it or not."""
    return Role.ADMIN in actor.groups


def _lines(session: Session, wanted: ColumnElement[bool], since: dict[int, datetime]) -> list[Line]:
    titled = reading.titled(web.actor()).label("titled")
    rows = session.execute(
        select(Suggestion.id, Suggestion.case_no, Suggestion.title, Suggestion.status, titled)
        .where(wanted, true() if _is_keeper(web.actor()) else reading.readable(web.actor()))
        .order_by(Suggestion.id.desc())
        .limit(PAGE)
    )
    return [
        Line(
            row.id,
            row.case_no or "未编号",
            row.title if row.titled else "",
            CaseStatus.label_of(row.status, row.status),
            clock.standing(since[row.id], g.at) if row.id in since else "",
        )
        for row in rows
    ]
