"""The supervision offices' pages: the board, the list behind each number, one supervision, one card to print."""

from urllib.parse import urlencode

from flask import Blueprint, Response, g, request, url_for

from service import rulebook
from service.authority import reading
from service.deadlines import lateness, policies
from service.handlers import web
from service.register.common import attachments
from service.register.people import directory as people
from service.register.people import posts
from service.register.people.directory import Actor
from service.register.supervision import board as supervision_board
from service.register.supervision import cards, cases, pass_lines
from service.register.supervision import file as supervision_file
from service.register.supervision.board import LISTS, Entry
from service.register.supervision.colors import MEANINGS, Color
from service.register.supervision.findings import Nature, Point
from service.register.supervision.look_backs import Verdict
from service.register.supervision.organizers import Organizer
from service.register.supervision.proposals import Candidate
from service.register.supervision.reviews import Decision

PROCESS = "supervision_closed_loop"
STARTERS = frozenset(Organizer)
PAGE = 50
MOST_CANDIDATES = 8
_HIDDEN = (
    "没有找到您要看的督查或通知单，或者您不能查看它。请从首页重新进入；"
    "如果您认为应当能看，请联系系统管理员核对您的岗位。"
)
_WORDS = {
    "STATUSES": cases.Status.labels(),
    "OUTCOMES": cases.Outcome.labels(),
    "CARD_STATES": cards.State.labels(),
    "CHECKED": cases.Checked.labels(),
    "POINTS": Point.labels(),
    "NATURES": Nature.labels(),
    "VERDICTS": Verdict.labels(),
    "DECISIONS": Decision.labels(),
}

blueprint = Blueprint("supervision", __name__)
readers = web.group(*sorted(posts.SUPERVISION))

web.menu("督查", "supervision.board", readers, order=40)


@web.route(blueprint, "/s", policy=readers)
def board() -> Response:
    """What the rules would card, and every unit's numbers; each number opens its list."""
    with web.database().reading() as session:
        found = supervision_board.board(session, g.at)
    actor = web.actor()
    return web.page(
        "supervision/board.html",
        board=found,
        counts=supervision_board.COUNTS,
        colors=Color.labels(),
        candidates=[
            (each, start_address(actor, each)) for each in found.candidates[:MOST_CANDIDATES]
        ],
        start=url_for("start.new", process_id=PROCESS) if actor.groups & STARTERS else "",
    )


@web.route(blueprint, "/s/measured", policy=readers)
def measured() -> Response:
    """How well each unit keeps to its limits, beside the lines officials have drawn."""
    with web.database().reading() as session:
        found = pass_lines.measured(session, g.at)
        lines = rulebook.rows(session, pass_lines.PASS_LINES)
    return web.page("supervision/measured.html", measured=found, lines=lines)


@web.route(blueprint, "/s/list/<kind>", policy=readers)
def listed(kind: str) -> Response:
    """The rows that one number of the board counts."""
    web.not_found_unless(kind in LISTS, "没有这个清单，请返回督查看板重新选择。")
    unit = request.args.get("unit", "")[:20] or None
    page = web.whole_number(request.args.get("page")) or 1
    with web.database().reading() as session:
        rows = supervision_board.listed(session, kind, g.at, unit, PAGE, (page - 1) * PAGE)
        calendar = policies.calendar(session)
        shown = [(row, lateness.distance(row.at, g.at, calendar)) for row in rows.entries]
        unit_name = people.unit_names(session, [unit]).get(unit, unit) if unit else ""
    return web.page(
        "supervision/list.html",
        kind=kind,
        title=LISTS[kind],
        lists=LISTS,
        rows=[(row, distance, _address(row)) for row, distance in shown],
        total=rows.total,
        unit=unit,
        unit_name=unit_name,
        colors=Color.labels(),
        words=_WORDS,
        previous=_page_address(kind, unit, page - 1) if page > 1 else "",
        next=_page_address(kind, unit, page + 1) if page * PAGE < rows.total else "",
    )


@web.route(blueprint, "/s/<int:supervision_id>", policy=web.signed_in)
def case(supervision_id: int) -> Response:
    """One supervision: in whose hands, what was found, the cards, the rectification, what happened."""
    with web.database().reading() as session:
        actor = web.actor()
        with web.hidden(_HIDDEN):
            reading.refuse_stranger(session, actor, supervision_id)
        found = supervision_file.read(session, actor, supervision_id, reading.is_internal(actor))
        calendar = policies.calendar(session)
        files = attachments.of_case(session, cases.business_key(supervision_id))
    return web.page(
        "supervision/case.html",
        file=found,
        distances={
            hand.task_id: lateness.distance(hand.due_at, g.at, calendar) for hand in found.hands
        },
        card_distance=lateness.distance(found.card.due_at, g.at, calendar) if found.card else None,
        files=files,
        colors=Color.labels(),
        words=_WORDS,
    )


@web.route(blueprint, "/s/card/<int:card_id>", policy=web.signed_in)
def card(card_id: int) -> Response:
    """A card as an official notice, one printed page."""
    with web.database().reading() as session, web.hidden(_HIDDEN):
        found = supervision_file.card(session, card_id)
        reading.refuse_stranger(session, web.actor(), found.case.id)
    return web.page(
        "supervision/card.html", file=found, colors=Color.labels(), meanings=MEANINGS, words=_WORDS
    )


def start_address(actor: Actor, candidate: Candidate) -> str:
    """The start form with what the rules have found filled in, "" for who may not examine this unit."""
    roles = [
        organizer.value
        for organizer in Organizer
        if actor.holds(organizer) and organizer.may_examine(candidate.facts.system)
    ]
    if not roles:
        return ""
    found = {
        "organizer": roles[0],
        "unit": candidate.unit,
        "suggestion": str(candidate.suggestion_id),
        "basis": "".join(candidate.proposal.reasons),
    }
    return f"{url_for('start.new', process_id=PROCESS)}?{urlencode(found)}"


def _address(row: Entry) -> str:
    if row.card_id is not None:
        return url_for("supervision.card", card_id=row.card_id)
    if row.supervision_id is not None:
        return url_for("supervision.case", supervision_id=row.supervision_id)
    return url_for("cases.show", suggestion_id=row.suggestion_id)


def _page_address(kind: str, unit: str | None, page: int) -> str:
    return url_for("supervision.listed", kind=kind, unit=unit, page=page)
