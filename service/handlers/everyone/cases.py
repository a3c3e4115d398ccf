"""Suggestions as their readers see them: the list, one case, its exchange and its history."""

from functools import partial

from flask import Blueprint, Response, g, request
from sqlalchemy.orm import Session

from service.authority import reading, timing
from service.deadlines import policies
from service.errors import NotFound
from service.handlers import paging, web, wording
from service.register.casefile import clock, listing, overview, sealing, timeline
from service.register.casefile import exchange as exchanges
from service.register.common import attachments
from service.register.dispatch.status import Duty
from service.register.proposal.status import WITHDRAWABLE, CaseStatus
from service.tables.suggestions import Suggestion

blueprint = Blueprint("cases", __name__)


web.menu("建议", "cases.listed", web.signed_in, order=20)


@web.route(blueprint, "/suggestions", policy=web.signed_in)
def listed() -> Response:
    """The suggestions this person may open, newest first, filtered by status and words in the address."""
    actor = web.actor()
    status = request.args.get("status", "")
    text = request.args.get("q", "").strip()[:60]
    before = web.whole_number(request.args.get("before"))
    with web.database().reading() as session:
        readable = reading.readable(actor)
        wanted = partial(listing.listed, session, readable, status=status, text=text)
        found = paging.page(lambda limit: wanted(before_id=before, limit=limit), listing.PAGE)
        counts = listing.counts(session, readable)
        book = policies.in_force(session)
    shown = [
        (row, wording.distance(book, row.reply_due_at, g.at, f"suggestion:{row.id}"))
        for row in found.rows
    ]
    return web.page(
        "cases/list.html",
        rows=shown,
        counts=[(code, CaseStatus.label_of(code, code), n) for code, n in counts.items()],
        total=sum(counts.values()),
        chosen=status,
        q=text,
        more=found.last.id if found.last else None,
        may_propose="deputy" in actor.groups,
    )


@web.route(blueprint, "/suggestions/<int:suggestion_id>", policy=web.signed_in)
def show(suggestion_id: int) -> Response:
    """One case: its state, in whose hands it is, its deadlines, what it asks, what was answered."""
    actor = web.actor()
    with web.database().reading() as session:
        suggestion = opened(session, suggestion_id)
        found = overview.of(session, actor, suggestion)
        book, main = policies.in_force(session), suggestion.merged_into_id or suggestion.id
        files = attachments.of_case(session, f"suggestion:{suggestion_id}")
        pauses = clock.pauses(session, main, g.at)
    key, is_main = f"suggestion:{main}", main == suggestion.id  # one clock for what is merged
    return web.page(
        "cases/show.html",
        suggestion=suggestion,
        file=found,
        files=files,
        extensions=found.extensions,
        pauses=pauses,
        shows_consent=is_main and not found.hides_deputies,
        may_hold=is_main
        and suggestion.closed_at is None
        and timing.may_hold(actor, suggestion.town),
        may_redate=timing.may_redate(actor, suggestion.town),
        may_extend=suggestion.replied_at is None
        and any(
            one.role != Duty.ASSIST and timing.may_apply(actor, one) for one in found.assignments
        ),
        rounds={one.id: one.round for one in found.assignments},
        may_withdraw=suggestion.lead_deputy == actor.login and suggestion.status in WITHDRAWABLE,
        distances={
            hand.task_id: wording.distance(book, hand.due_at, g.at, key) for hand in found.hands
        },
        reply_distance=wording.distance(
            book, None if suggestion.replied_at else suggestion.reply_due_at, g.at, key
        ),
    )


@web.route(blueprint, "/suggestions/<int:suggestion_id>/exchange", policy=web.signed_in)
def exchange(suggestion_id: int) -> Response:
    """How deputies and units spoke with each other, and what this reader may know of the ratings."""
    with web.database().reading() as session:
        suggestion = opened(session, suggestion_id)
        found = exchanges.of(session, web.actor(), suggestion)
    return web.page("cases/exchange.html", suggestion=suggestion, file=found)


@web.route(blueprint, "/suggestions/<int:suggestion_id>/history", policy=web.signed_in)
def history(suggestion_id: int) -> Response:
    """What happened, newest first."""
    actor = web.actor()
    with web.database().reading() as session:
        suggestion = opened(session, suggestion_id)
        withheld = sealing.withheld(session, actor, f"suggestion:{suggestion_id}")
        moments = timeline.of(session, actor, suggestion, withheld, limit=200)
    return web.page("cases/history.html", suggestion=suggestion, moments=moments)


def opened(session: Session, suggestion_id: int) -> Suggestion:
    """Return a suggestion this person may see; whether there is another one of that number they do not learn."""
    found = reading.suggestion(session, web.actor(), suggestion_id)
    if found is None:
        raise NotFound(
            "没有这件建议，或者您不能查看它。请从建议列表重新选择；"
            "如果您认为应当能看，请联系系统管理员核对您的岗位。"
        )
    return found
