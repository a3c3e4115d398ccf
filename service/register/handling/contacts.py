"""Three contacts (三联系): a unit says it spoke with the deputy, and the deputy says whether that is so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound, ServiceError
from service.register.people import directory as people
from service.register.proposal import identity, recipients
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord
from service.tables.suggestions import Suggestion

STAGES = {"before": "办前沟通", "during": "办中协商", "after": "办后反馈"}
METHODS = {
    "face_to_face": "面商",
    "discussion": "座谈",
    "site_visit": "现场踏勘",
    "phone": "电话",
    "video": "视频",
    "letter": "书面",
}
# 面商率 counts only these; a telephone call is contact, not a meeting.
IN_PERSON = ("face_to_face", "discussion", "site_visit")


class ContactSettled(ServiceError):
    status = 409
    sentence = "这次沟通已经确认过，不能再改。如有新的沟通，请由承办单位另行登记。"


@dataclass(frozen=True)
class Partner:
    """A deputy as a unit's form names them: the code the form sends, and what the unit reads."""

    code: str
    login: str
    name: str


@dataclass(frozen=True)
class Contact:
    """What a unit writes down about one contact."""

    stage: str
    method: str
    held_on: date
    deputy_opinion: str
    unit_response: str = ""
    place: str = ""
    participants: str = ""
    head_attended: bool = False
    agreed: bool = False
    deputies: Sequence[str] = ()
    attachments: Sequence[int] = field(default=())


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
            role = "领衔代表" if each.role == "lead" else "联名代表"
            partner = Partner(f"deputy:{place}", each.deputy, f"{role} {place}（要求保密身份）")
        known.setdefault(each.deputy, partner)
    return list(known.values())


def record(
    session: Session, assignment: Assignment, contact: Contact, by: str | None, at: datetime
) -> ContactRecord:
    """Write down a contact; until the deputy or the congress office confirms it, it proves nothing."""
    by_code = {each.code: each.login for each in partners(session, assignment.suggestion_id)}
    deputies = [by_code.get(code, code) for code in contact.deputies]
    row = ContactRecord(
        suggestion_id=assignment.suggestion_id,
        assignment_id=assignment.id,
        unit=assignment.unit,
        stage=contact.stage,
        method=contact.method,
        held_on=contact.held_on,
        place=contact.place,
        participants=contact.participants,
        head_attended=contact.head_attended,
        deputies=deputies or [_lead_deputy(session, assignment.suggestion_id)],
        deputy_opinion=contact.deputy_opinion,
        unit_response=contact.unit_response,
        agreed=contact.agreed,
        attachments=list(contact.attachments),
        recorded_by=by,
        recorded_at=at,
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
    if row.confirmation != "pending":
        raise ContactSettled
    row.confirmation = "confirmed" if confirmed else "denied"
    row.confirmed_as = "deputy" if evidence is None else "office"
    row.confirmation_note = note
    row.evidence = list(evidence or ())
    row.confirmed_by, row.confirmed_at = by, at
    return row


def get(session: Session, contact_id: int) -> ContactRecord:
    found = session.get(ContactRecord, contact_id)
    if found is None:
        raise NotFound("没有找到这条沟通记录。请返回上一页重新选择。")
    return found


def of(session: Session, assignment_id: int, stage: str | None = None) -> Sequence[ContactRecord]:
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
    if not any(c.stage == "before" and c.confirmation == "confirmed" for c in contacts):
        missing.append(
            "还没有经代表确认的办前沟通记录，不能签发。请承办人补做沟通并请代表确认；"
            "代表一直没有回应的，请人大代工委凭通话、走访等佐证代为核实。"
        )
    if not suggestion.is_key:
        return missing
    if not any(c.stage == "during" for c in contacts):
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
