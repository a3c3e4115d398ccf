"""Three contacts (三联系): a unit says it spoke with the deputy, and the deputy says whether that is so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound, ServiceError
from service.operations import Variable
from service.register.handling.forms import Talk
from service.register.handling.kinds import IN_PERSON, Confirmation, Confirmer, Stage
from service.register.people import directory as people
from service.register.proposal import identity, recipients, suggestions
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord
from service.tables.suggestions import Suggestion


def _case_of(session: Session, contact_id: int) -> str | None:
    found = session.get(ContactRecord, contact_id)
    return suggestions.business_key(found.suggestion_id) if found else None


ContactId = Annotated[int, Variable("沟通记录", case=_case_of)]


class ContactSettled(ServiceError):
    status = 409
    sentence = "这次沟通已经确认过，不能再改。如有新的沟通，请由承办单位另行登记。"


@dataclass(frozen=True)
class Partner:
    """A deputy as a unit's form names them: the code the form sends, and what the unit reads."""

    code: str
    login: str
    name: str


def partners(session: Session, suggestion_id: int) -> list[Partner]:
    """Return the deputies of a case as a unit's form may name them, each once."""
    found = recipients.of(session, suggestion_id)
    names = people.names(session, [each.deputy for each in found])
    hidden = identity.hidden_from(session, None, suggestion_id)
    known: dict[str, Partner] = {}
    for place, each in enumerate(found, 1):
        partner = Partner(each.deputy, each.deputy, names[each.deputy])
        if each.deputy in hidden:
            # The code goes to the unit's browser: a login would give the name away.
            name = f"{each.role.label}代表 {place}（要求保密身份）"
            partner = Partner(f"deputy:{place}", each.deputy, name)
        known.setdefault(each.deputy, partner)
    return list(known.values())


def record(
    session: Session, assignment: Assignment, stage: Stage, talk: Talk, by: str | None, at: datetime
) -> ContactRecord:
    """Write down a contact; until the deputy or the congress office confirms it, it proves nothing."""
    by_code = {each.code: each.login for each in partners(session, assignment.suggestion_id)}
    deputies = [by_code.get(code, code) for code in talk.deputies]
    row = ContactRecord(
        suggestion_id=assignment.suggestion_id,
        assignment_id=assignment.id,
        unit=assignment.unit,
        stage=stage,
        method=talk.method,
        held_on=talk.held_on,
        place=talk.place or "",
        participants=talk.participants or "",
        head_attended=talk.head_attended,
        deputies=deputies or [_lead_deputy(session, assignment.suggestion_id)],
        deputy_opinion=talk.deputy_opinion,
        unit_response=talk.unit_response or "",
        agreed=talk.agreed,
        attachments=list(talk.photos),
        recorded_by=by,
        recorded_at=at,
        confirmation=Confirmation.PENDING,
        evidence=[],
    )
    session.add(row)
    session.flush()
    return row


def settle(
    session: Session,
    contact_id: int,
    confirmed: bool,
    note: str,
    by: str | None,
    at: datetime,
    evidence: Sequence[int] | None = None,
) -> ContactRecord:
    """Confirm or deny a contact, once; `evidence` is given when the congress office answers for a silent deputy."""
    row = get(session, contact_id)
    if row.confirmation != Confirmation.PENDING:
        raise ContactSettled
    row.confirmation = Confirmation.CONFIRMED if confirmed else Confirmation.DENIED
    row.confirmed_as = Confirmer.DEPUTY if evidence is None else Confirmer.OFFICE
    row.confirmation_note = note
    row.evidence = list(evidence or ())
    row.confirmed_by, row.confirmed_at = by, at
    return row


def get(session: Session, contact_id: int) -> ContactRecord:
    """Return a contact, which must exist."""
    found = session.get(ContactRecord, contact_id)
    if found is None:
        raise NotFound("没有找到这条沟通记录。请返回上一页重新选择。")
    return found


def of(session: Session, assignment_id: int, stage: Stage | None = None) -> Sequence[ContactRecord]:
    """Return the contacts of an assignment, oldest first."""
    query = select(ContactRecord).where(ContactRecord.assignment_id == assignment_id)
    if stage is not None:
        query = query.where(ContactRecord.stage == stage)
    return session.scalars(query.order_by(ContactRecord.id)).all()


def missing_before_issue(session: Session, assignment: Assignment) -> list[str]:
    """Say, in sentences, which contacts are still missing before the unit's head may sign the reply."""
    suggestion = session.get_one(Suggestion, assignment.suggestion_id)
    contacts = of(session, assignment.id)
    missing = []
    if not any(
        c.stage == Stage.BEFORE and c.confirmation == Confirmation.CONFIRMED for c in contacts
    ):
        missing.append(
            "还没有经代表确认的办前沟通记录，不能签发。请承办人补做沟通并请代表确认；"
            "代表一直没有回应的，请人大代工委凭通话、走访等佐证代为核实。"
        )
    if not suggestion.is_key:
        return missing
    if not any(c.stage == Stage.DURING for c in contacts):
        missing.append("重点建议还没有办中协商记录，不能签发。请承办人与代表协商后登记。")
    if not any(c.head_attended and c.method in IN_PERSON for c in contacts):
        missing.append(
            "重点建议须由主要负责人当面听取代表意见，目前还没有这样的沟通记录。"
            "请安排主要负责人与代表见面后登记。"
        )
    return missing


def _lead_deputy(session: Session, suggestion_id: int) -> str:
    return session.scalars(
        select(Suggestion.lead_deputy).where(Suggestion.id == suggestion_id)
    ).one()
