"""Suggestions as their readers may see them, and how many there are of each status."""

from flask import Response, g, jsonify
from pydantic import BaseModel, Field

from service.authority import reading
from service.deadlines import policies
from service.deadlines.lateness import is_late
from service.errors import NotFound
from service.handlers import web
from service.handlers.api import answers
from service.handlers.api.blueprint import BUSINESS, api
from service.handlers.api.requests import Limit
from service.register.casefile import clock, hands, listing, sealing
from service.register.dispatch import timeliness
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus


class SuggestionPath(BaseModel):
    suggestion_id: int = Field(ge=1, lt=2**31)


@api.get("/suggestions", tags=[BUSINESS], summary="我能查看的建议，最新的在前")
@web.allowed(web.signed_in)
def listed(query: Limit) -> Response:
    with web.database().reading() as session:
        rows = listing.listed(session, reading.readable(web.actor()), limit=query.limit)
        states = timeliness.of(session, [row.id for row in rows], g.at)
    return jsonify(
        suggestions=[
            {
                "id": row.id,
                "case_no": row.case_no,
                "title": row.title,
                "status": row.status,
                "submitted_at": answers.iso(row.submitted_at),
                "reply_due_at": answers.iso(row.reply_due_at),
                "sla_state": states[row.id],
                "units": row.units,
            }
            for row in rows
        ]
    )


@api.get("/suggestions/<int:suggestion_id>", tags=[BUSINESS], summary="一件建议，现在在谁手里")
@web.allowed(web.signed_in)
def show_suggestion(path: SuggestionPath) -> Response:
    actor = web.actor()
    key = f"suggestion:{path.suggestion_id}"
    with web.database().reading() as session:
        if not reading.may_see(session, actor, key):
            raise NotFound("没有这件建议，或者您不能查看它。")
        row = suggestions.get(session, path.suggestion_id)
        waiting = hands.of(session, actor, row, sealing.withheld(session, actor, key))
        book = policies.in_force(session)
        answer = {
            "id": row.id,
            "case_no": row.case_no,
            "title": row.title,
            "status": CaseStatus.label_of(row.status, row.status),
            "sla_state": timeliness.of(session, [row.id], g.at)[row.id],
            "situation": row.situation,
            "items": [item.text for item in suggestions.items(session, row.id)],
            "held_since": answers.iso(book.stands_since(key)),
            "pauses": [one.sentence for one in clock.pauses(session, row.id, g.at)],
            "extended": [
                {"unit": one.unit or None, "until": one.until.isoformat()}
                for one in book.extensions.get(key, ())
            ],
            "hands": [
                {
                    "step": hand.step,
                    "holders": hand.holders,
                    "since": answers.iso(hand.since),
                    "due_at": answers.iso(hand.due_at),
                    "overdue": is_late(hand.due_at, g.at),
                    "how": list(hand.how.lines) if hand.how else [],
                }
                for hand in waiting
            ],
        }
    return jsonify(answer)


@api.get("/statistics", tags=[BUSINESS], summary="我能查看的建议按状态计数")
@web.allowed(web.signed_in)
def statistics() -> Response:
    with web.database().reading() as session:
        found = listing.counts(session, reading.readable(web.actor()))
    return jsonify(
        by_status=[
            {"status": code, "label": CaseStatus.label_of(code, code), "count": number}
            for code, number in sorted(found.items())
        ],
        total=sum(found.values()),
    )
