"""What each deputy says alone after a meeting; only this decides whether the case goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.labels import Labelled
from service.register.common.vouching import Comparison, Ledger, Witnessed
from service.register.deliberation import meetings
from service.register.deliberation.forms import Confirming
from service.register.deliberation.outcomes import ACCEPTING, Answer
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.register.proposal import suggestions
from service.tables.assignments import Assignment
from service.tables.evaluation import Confirmation, MeetingItem
from service.tables.suggestions import Suggestion


class Happening(Labelled):
    """What the history says happened to a confirmation; never what was said."""

    ASKED = "confirmations_asked", "已请代表确认"
    GIVEN = "confirmation_given", "代表已确认"


_LEDGER = Ledger(
    noun="会后确认",
    process_id="deliberation_meeting",
    opened=Happening.ASKED,
    taken_back=None,
    given=frozenset({Happening.GIVEN}),
)


def ask(
    session: Session, item_id: int, deputies: Sequence[str], at: datetime
) -> list[Confirmation]:
    """Ask the deputies, one by one and alone, whether they accept what the meeting brought."""
    known = {row.deputy for row in _of(session, item_id)}
    rows = [Confirmation(item_id=item_id, deputy=each) for each in deputies if each not in known]
    session.add_all(rows)
    session.flush()
    _LEDGER.open(session, _instance(session, item_id), [row.id for row in rows], at)
    return _of(session, item_id)


def confirm(
    session: Session, item_id: int, deputy: str | None, said: Confirming, at: datetime
) -> Confirmation:
    """Take a deputy's own word after the meeting; the rating that led there is kept as it was."""
    row = next((each for each in _of(session, item_id) if each.deputy == deputy), None)
    if row is None:
        raise NotAllowed("会后确认只能由参加议政会的代表本人填写。")
    row.outcome, row.text = said.outcome, said.text or ""
    row.text_may_be_shared = said.text_may_be_shared
    row.confirmed_at = at
    instance_id = _instance(session, item_id)
    _LEDGER.give(session, instance_id, Happening.GIVEN, (row.id, _content(row)), deputy, at)
    return row


def compare(session: Session, instance_id: int) -> Comparison:
    """Compare what deputies confirmed in a case with the digests its history keeps."""
    rows = session.scalars(
        select(Confirmation)
        .join(MeetingItem, MeetingItem.id == Confirmation.item_id)
        .join(Suggestion, Suggestion.id == MeetingItem.suggestion_id)
        .where(Suggestion.instance_id == instance_id)
        .order_by(Confirmation.id)
    )
    witnessed = {
        row.id: Witnessed(
            content=_content(row),
            is_given=row.outcome is not None,
            is_blank=row.outcome is None and row.confirmed_at is None,
        )
        for row in rows
    }
    return _LEDGER.compare(session, instance_id, witnessed)


def accepted(session: Session, item_id: int) -> bool:
    """Say whether every deputy accepted; one who is still dissatisfied, or silent, keeps the case open."""
    rows = _of(session, item_id)
    return bool(rows) and all(row.outcome in ACCEPTING for row in rows)


def visible(session: Session, viewer: Actor, item_id: int) -> list[Confirmation]:
    """Return what deputies confirmed, as far as this reader may see it: their own, and all for the congress office."""
    item = meetings.get(session, item_id)
    handling = select(Assignment.unit).where(Assignment.suggestion_id == item.suggestion_id)
    of_a_unit = set(viewer.units) & set(session.scalars(handling))
    sees_all = viewer.holds(Role.DEPUTY_OFFICE) and not of_a_unit
    return [row for row in _of(session, item_id) if sees_all or row.deputy == viewer.login]


def explanation_accepted(session: Session, suggestion_id: int) -> bool:
    """Say whether the case ended because its deputies accepted an explanation; it does not count as resolved."""
    last = session.scalars(
        select(MeetingItem)
        .where(MeetingItem.suggestion_id == suggestion_id)
        .order_by(MeetingItem.round.desc())
        .limit(1)
    ).first()
    if last is None or not accepted(session, last.id):
        return False
    return any(row.outcome == Answer.ACCEPTED_EXPLANATION for row in _of(session, last.id))


def _content(row: Confirmation) -> Sequence[Any]:
    said = [row.outcome, row.text, row.text_may_be_shared, row.confirmed_at]
    return [row.id, row.item_id, row.deputy, *said]


def _instance(session: Session, item_id: int) -> int:
    """Return the instance whose history a meeting's confirmations enter: that of the case."""
    item = meetings.get(session, item_id)
    return suggestions.get(session, item.suggestion_id).instance_id or 0


def _of(session: Session, item_id: int) -> list[Confirmation]:
    question = select(Confirmation).where(Confirmation.item_id == item_id)
    return list(session.scalars(question.order_by(Confirmation.id)))
