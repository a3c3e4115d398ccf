"""A suggestion its units have signed for: the rows that handling starts from, and what people write in its forms."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from service import people
from service.database import Database
from service.demo import city
from service.register.contacts import Contact
from service.tables.assignments import Assignment
from service.tables.suggestions import CoSigner, Suggestion, SuggestionItem
from tests.conftest import MORNING

CHEAP = people.PasswordCost(passes=1, memory_kib=8, lanes=1)
ITEMS = ("在急弯路段增设会车警示", "在临崖路段加装防护栏")

CONTACT = {
    "method": "face_to_face",
    "held_on": "2026-03-02",
    "place": "云溪镇政府",
    "participants": "副局长、业务股股长",
    "head_attended": False,
    "deputy_opinion": "希望雨季前把护栏装好。",
    "unit_response": "一周内现场勘查。",
    "agreed": True,
}
COMMITMENT = {
    "text": "完成十二处护栏加装",
    "standard": "逐处验收合格",
    "due_on": "2026-06-30",
    "responsible": "业务股股长",
    "is_public": True,
}
PLAN = {
    "leader": "副局长",
    "section": "养护股",
    "handler": "业务股股长",
    "phone": "0915-3200001",
    "measures": [
        {"number": 1, "item": ITEMS[0], "measure": "增设十二处警示", "partner": "公安局"},
        {"number": 2, "item": ITEMS[1], "measure": "加装护栏三公里", "partner": ""},
    ],
    "milestones": [{"text": "完成勘查设计", "due_on": "2026-04-10"}],
    "commitments": [COMMITMENT],
}
PROGRESS = {
    "progress": "勘查设计已经完成，施工队已经进场。",
    "contacts": [],
    "progress_state": "ready",
}
REPLY = {
    "title": "关于七届五次会议第12号建议的答复函",
    "body": "收到建议后我局高度重视，会同有关单位现场勘查，已经全部整改到位。",
    "items": [
        {"number": 1, "item": ITEMS[0], "response": "十二处警示已经装好。", "state": "resolved"},
        {"number": 2, "item": ITEMS[1], "response": "护栏已经装好。", "state": "resolved"},
    ],
    "reply_class": "A",
    "class_reason": "两条建议都已经办完。",
    "commitments": [],
    "publicity": "full",
    "contact_name": "业务股股长",
    "contact_phone": "0915-3200001",
}
PROOF = {"checks": ["format", "itemized"], "proof_conclusion": "pass"}
OPINION = {
    "progress": "我局已经在急弯路段增设测速设备两处，加派警力巡查。",
    "items": [{"number": 1, "item": ITEMS[0], "response": "已装测速设备。"}],
    "contact_name": "治安股股长",
    "contact_phone": "0915-3200002",
}


@dataclass
class Case:
    """The rows of one suggestion after its units have signed."""

    suggestion: int
    lead: int = 0
    assists: list[dict[str, Any]] = field(default_factory=list)
    separates: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def session_of(database: Database) -> Iterator[Session]:
    """Open a transaction in which the city is there."""
    with database.transaction() as session:
        city.load(session, MORNING, CHEAP)
        yield session


def met(stage: str = "before", **changes: Any) -> Contact:
    """Describe a meeting with the deputy."""
    return Contact(
        **{
            "stage": stage,
            "method": "face_to_face",
            "held_on": date(2026, 3, 2),
            "deputy_opinion": "希望雨季前把护栏装好。",
            **changes,
        }
    )


def suggest(session: Session, lead_deputy: str = "d001", **changes: Any) -> Suggestion:
    """Write a suggestion with two items."""
    row = Suggestion(
        **{
            "title": "关于在云溪至白崖县道急弯路段增设会车警示与防护栏的建议",
            "level": "city",
            "kind": "in_session",
            "category": "transport",
            "lead_deputy": lead_deputy,
            "situation": "弯急路窄，雨雾天气事故多发。",
            "research_methods": [],
            "preferred_units": [],
            "status": "handling",
            "submitted_at": MORNING,
            "dispatched_at": MORNING,
            **changes,
        }
    )
    session.add(row)
    session.flush()
    session.add_all(
        SuggestionItem(suggestion_id=row.id, number=number, text=text)
        for number, text in enumerate(ITEMS, 1)
    )
    session.flush()
    return row


def assign(
    session: Session, suggestion_id: int, unit: str, role: str = "sole", **changes: Any
) -> Assignment:
    """Let a unit have signed for its part."""
    row = Assignment(
        **{
            "suggestion_id": suggestion_id,
            "unit": unit,
            "role": role,
            "status": "contacting",
            "dispatched_at": MORNING,
            "signed_at": MORNING,
            **changes,
        }
    )
    session.add(row)
    session.flush()
    return row


def cosign(session: Session, suggestion_id: int, *logins: str) -> None:
    session.add_all(
        CoSigner(suggestion_id=suggestion_id, login=login, decision="agreed") for login in logins
    )
    session.flush()
