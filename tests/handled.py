"""A suggestion its units have signed for: the rows that handling starts from, and what people write in its forms."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.database import Database
from service.demo import city
from service.operations import Context, options
from service.register.handling import opinions
from service.register.handling.forms import CommitmentRow, Contact, Opinion, Plan
from service.register.people.passwords import PasswordCost
from service.register.reply.forms import Draft
from service.tables.assignments import Assignment
from service.tables.suggestions import Attachment, CoSigner, Suggestion, SuggestionItem
from tests.conftest import MORNING
from tests.world import Case, World

CHEAP = PasswordCost(passes=1, memory_kib=8, lanes=1)
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


UNANSWERED = {
    "opinion": None,
    "reason": None,
    "note": None,
    "funding": None,
    "expected_class": None,
    "deputies": [],
    "photos": [],
    "attachments": [],
    "evidence": [],
    "basis": None,
    "handler": None,
    "publicity_reason": None,
    "next_steps": None,
    "assist_account": None,
    "copies": [],
}
"""What a form hands in for the optional fields nobody filled in."""


@contextmanager
def session_of(database: Database) -> Iterator[Session]:
    """Open a transaction in which the city is there."""
    with database.transaction() as session:
        city.load(session, MORNING, CHEAP)
        yield session


def met(**changes: Any) -> Contact:
    """Describe a meeting with the deputy."""
    return Contact.model_validate({**CONTACT, **changes})


def promised(text: str = "加装护栏", **changes: Any) -> CommitmentRow:
    """Make one promise."""
    return CommitmentRow.model_validate({**COMMITMENT, "text": text, **changes})


def planned(**changes: Any) -> Plan:
    """Draw up a plan for both items."""
    return Plan.model_validate({**UNANSWERED, **PLAN, **changes})


def opined(**changes: Any) -> Opinion:
    """Write an assisting unit's opinion."""
    return Opinion.model_validate({**UNANSWERED, **OPINION, **changes})


def replying(**changes: Any) -> Draft:
    """Write a reply to both items."""
    return Draft.model_validate({**UNANSWERED, **REPLY, **changes})


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


def at(
    assignment: Assignment, values: Mapping[str, Any] | None = None, /, **variables: Any
) -> Context:
    """Stand at a task of the assignment's unit, with the form filled in."""
    session = Session.object_session(assignment)
    assert session is not None
    return Context(
        session=session,
        at=MORNING,
        by="jt_chengban",
        instance_id=1,
        business_key=f"suggestion:{assignment.suggestion_id}",
        process_id="unit_handling",
        element_id="Task_x",
        variables={
            "suggestion": assignment.suggestion_id,
            "assignment": assignment.id,
            "unit": assignment.unit,
            "lead_unit": "JT",
            "level": "city",
            "office": "deputy_office",
            **variables,
        },
        values={**UNANSWERED, **(values or {})},
    )


def listed(name: str, context: Context) -> Sequence[Any]:
    """Return a named list as a form there would show it."""
    return options(name, context.session, context.variables, context.business_key)


def sent(assisting: Assignment) -> None:
    """Let the assisting unit's opinion have reached the lead unit."""
    session = Session.object_session(assisting)
    assert session is not None
    opinions.submit(session, assisting, opined(), "ga_chengban", MORNING)
    opinions.endorse(session, assisting, "ga_fenguan", MORNING)


def cosign(session: Session, suggestion_id: int, *logins: str) -> None:
    session.add_all(
        CoSigner(suggestion_id=suggestion_id, login=login, decision="agreed") for login in logins
    )
    session.flush()


@dataclass(frozen=True)
class Signed:
    """A suggestion in a test's world whose units have signed, and the variables a caller would pass on."""

    suggestion: int
    lead: int
    variables: Mapping[str, Any]

    def assignment(self, unit: str) -> int:
        named = {each["unit"]: each["assignment"] for each in self.variables["given"]}
        return int(named[unit])


def sign(
    world: World,
    sole: str = "",
    lead: str = "",
    assists: Sequence[str] = (),
    separates: Sequence[str] = (),
    co_signers: Sequence[str] = (),
    duty: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Signed:
    """Give the units their duties, signed for this morning; `duty` says what is different with the first."""
    mode = "separate" if separates else "lead_assist" if assists else "sole"
    with world.database.transaction() as session:
        row = suggest(session, "代表甲", **{"handling_mode": mode, **changes})
        cosign(session, row.id, *co_signers)
        main = sole or lead
        role = "lead" if lead else "sole"
        first = assign(session, row.id, main, role, **(duty or {})).id if main else 0
        duties: dict[str, list[dict[str, Any]]] = {
            role: [{"unit": u, "assignment": assign(session, row.id, u, role).id} for u in units]
            for role, units in (("assist", assists), ("separate", separates))
        }
        given = [*duties["assist"], *duties["separate"]]
        variables = {
            "suggestion": row.id,
            "level": row.level,
            "office": "deputy_office",
            "lead_deputy": row.lead_deputy,
            "co_signers": list(co_signers),
            "is_hard": row.is_hard,
            "is_key": row.is_key,
            "handling_mode": mode,
            "dispatched_at": MORNING.isoformat(),
            "signed_at": MORNING.isoformat(),
            "dispatched_to_unit_at": MORNING.isoformat(),
            "round": 1,
            "lead_unit": main,
            "lead_assignment": first,
            "unit": main,
            "assignment": first,
            "assists": duties["assist"],
            "separates": duties["separate"],
            "given": given,
        }
        return Signed(row.id, first, variables)


def start(world: World, process_id: str, signed: Signed, **variables: Any) -> None:
    """Start one process of 办 alone; it becomes the case everything is about."""
    given = {**signed.variables, **variables}
    given.pop("given")
    key = f"suggestion:{signed.suggestion}"
    world.case = Case(signed.suggestion, world.start(process_id, key, **given))


def status(world: World, assignment: int) -> str:
    with world.reading() as session:
        return session.get_one(Assignment, assignment).status


def attach(world: World) -> int:
    """Let somebody have uploaded a file for the case."""
    assert world.case is not None
    with world.database.transaction() as session:
        row = Attachment(
            sha256="0" * 64,
            name="佐证.jpg",
            media_type="image/jpeg",
            size=1,
            uploaded_by="代工委甲",
            uploaded_at=MORNING,
            business_key=world.case.business_key,
        )
        session.add(row)
        session.flush()
        return row.id
