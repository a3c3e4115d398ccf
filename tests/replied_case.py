"""A case as it stands when its reply has been delivered, written straight into the register, and who is who in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from service import people
from service.deadlines import policies
from service.people import Actor
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord, Delivery, Reply
from service.tables.people import Deputy, Person, Post, Unit
from service.tables.runtime import DeployedProcess, Deployment, ProcessInstance
from service.tables.suggestions import CoSigner, Suggestion
from tests.conftest import MORNING

UNITS = {
    "JT": ("交通运输局", "government", "city"),
    "GA": ("公安局", "government", "city"),
    "CG": ("城管局", "government", "city"),
    "FY": ("人民法院", "court", "city"),
    "YX": ("云溪镇", "government", "town"),
}
DEPUTIES = {"shen": "沈代表", "lu": "陆代表", "fang": "方代表"}
STAFF: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "office1": ("代工委甲", [("deputy_office", None)]),
    "office2": ("代工委乙", [("deputy_office", None)]),
    "transport_committee": ("城建工委", [("work_committee", "construction")]),
    "farm_committee": ("农业工委", [("work_committee", "agriculture")]),
    "director": ("主任会议", [("director_meeting", None)]),
    "supervisor": ("督查室", [("gov_supervision", None)]),
    "gov": ("政府办", [("gov_office", None)]),
    "mayor": ("副市长", [("vice_mayor", None)]),
    "presidium": ("云溪镇人大", [("town_presidium", "YX")]),
    "jt": ("交通局联络员", [("unit_liaison", "JT")]),
    "jt_head": ("交通局局长", [("unit_head", "JT")]),
    "ga": ("公安局联络员", [("unit_liaison", "GA")]),
    "cg": ("城管局联络员", [("unit_liaison", "CG")]),
    "fy": ("法院联络员", [("unit_liaison", "FY")]),
    "both": ("兼职人员", [("deputy_office", None), ("unit_liaison", "JT")]),
    "admin": ("管理员", [("admin", None)]),
    "auditor": ("审计员", [("auditor", None)]),
    "operator": ("运维", [("operator", None)]),
}


@dataclass
class RepliedCase:
    """A suggestion, the units that answered it, and the process instance it lives in."""

    suggestion: Suggestion
    instance_id: int
    duties: list[Assignment]
    merged: list[Suggestion] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"suggestion:{self.suggestion.id}"


def populate(session: Session, at: datetime = MORNING) -> None:
    """Enter the cast, the units, the limits and the calendar."""
    policies.seed(session, at)
    for code, (name, system, level) in UNITS.items():
        session.add(Unit(code=code, name=name, short_name=name, system=system, level=level))
    names = DEPUTIES | {login: name for login, (name, _) in STAFF.items()}
    session.add_all(Person(login=login, name=name) for login, name in names.items())
    session.flush()
    for number, login in enumerate(DEPUTIES, 1):
        session.add(Deputy(login=login, card_no=f"C{number}", level="city", delegation="云溪"))
        session.add(Post(login=login, role="deputy"))
    session.add_all(
        Post(login=login, role=role, scope=scope)
        for login, (_, posts) in STAFF.items()
        for role, scope in posts
    )
    session.flush()


def actor(session: Session, login: str | None) -> Actor | None:
    return people.actor(session, login) if login else None


def replied(
    session: Session,
    units: Iterable[str] = ("JT",),
    *,
    deputy: str = "shen",
    merged: Iterable[str] = (),
    assists: Iterable[str] = (),
    co_signers: Iterable[str] = (),
    level: str = "city",
    town: str | None = None,
    is_key: bool = False,
    title: str = "关于增设会车警示的建议",
    at: datetime = MORNING,
) -> RepliedCase:
    """Enter a case that every unit of `units` answered: several of them answered separately."""
    units = list(units)
    instance_id = _instance(session, at)
    suggestion = _suggestion(session, deputy, title, level, town, is_key, at)
    suggestion.instance_id = instance_id
    for login in co_signers:
        session.add(CoSigner(suggestion_id=suggestion.id, login=login, decision="agreed"))
    role = "separate" if len(units) > 1 else "lead" if assists else "sole"
    duties = [_duty(session, suggestion, unit, role, at) for unit in units]
    duties += [_duty(session, suggestion, unit, "assist", at) for unit in assists]
    children = []
    for login in merged:
        child = _suggestion(session, login, title, level, town, is_key, at)
        child.merged_into_id, child.status = suggestion.id, "merged_child"
        children.append(child)
    session.flush()
    for duty in duties:
        if duty.role != "assist":
            _reply(session, suggestion, duty, [suggestion, *children], at)
    modes = {"separate": "separate", "lead": "lead_assist", "sole": "sole"}
    suggestion.handling_mode = modes[role]
    session.flush()
    return RepliedCase(suggestion, instance_id, duties, children)


def met(session: Session, case: RepliedCase, deputy: str = "shen") -> ContactRecord:
    """Let the first unit's records say that it met the deputy."""
    duty = case.duties[0]
    record = ContactRecord(
        suggestion_id=case.suggestion.id,
        assignment_id=duty.id,
        unit=duty.unit,
        stage="before",
        method="face_to_face",
        held_on=date(2026, 2, 1),
        deputies=[deputy],
        deputy_opinion="同意",
        attachments=[],
        evidence=[],
        recorded_at=MORNING,
    )
    session.add(record)
    session.flush()
    return record


def _instance(session: Session, at: datetime) -> int:
    deployed = session.query(DeployedProcess).first()
    if deployed is None:
        deployment = Deployment(content_hash="test", deployed_at=at)
        session.add(deployment)
        session.flush()
        deployed = DeployedProcess(
            deployment_id=deployment.id,
            process_id="suggestion_main",
            version=1,
            name="代表建议办理",
            file="suggestion_main.bpmn",
            calls={},
        )
        session.add(deployed)
        session.flush()
    instance = ProcessInstance(
        deployed_process_id=deployed.id,
        process_id="suggestion_main",
        status="running",
        state=b"",
        version=1,
        started_at=at,
        history_seq=0,
        history_hash="",
    )
    session.add(instance)
    session.flush()
    return instance.id


def _suggestion(
    session: Session,
    deputy: str,
    title: str,
    level: str,
    town: str | None,
    is_key: bool,
    at: datetime,
) -> Suggestion:
    suggestion = Suggestion(
        title=title,
        level=level,
        town=town,
        kind="in_recess",
        category="transport",
        term="七届五次",
        lead_deputy=deputy,
        situation="弯急坡陡，会车危险。",
        prep_steps=[],
        research_methods=[],
        preferred_units=[],
        status="replied",
        is_key=is_key,
        oversight_committee="construction",
        submitted_at=at - timedelta(days=60),
        registered_at=at - timedelta(days=58),
        dispatched_at=at - timedelta(days=50),
        replied_at=at,
    )
    session.add(suggestion)
    session.flush()
    return suggestion


def _duty(
    session: Session, suggestion: Suggestion, unit: str, role: str, at: datetime
) -> Assignment:
    duty = Assignment(
        suggestion_id=suggestion.id,
        unit=unit,
        role=role,
        round=1,
        status="delivered",
        dispatched_at=at - timedelta(days=50),
        signed_at=at - timedelta(days=49),
        replied_at=at,
    )
    session.add(duty)
    session.flush()
    return duty


def _reply(
    session: Session,
    suggestion: Suggestion,
    duty: Assignment,
    answered: Iterable[Suggestion],
    at: datetime,
) -> None:
    reply = Reply(
        suggestion_id=suggestion.id,
        assignment_id=duty.id,
        unit=duty.unit,
        status="delivered",
        title="答复函",
        body="已列入计划。",
        reply_class="B",
        publicity="full",
        copies=[],
        attachments=[],
        drafted_at=at,
        delivered_at=at,
    )
    session.add(reply)
    session.flush()
    session.add_all(
        Delivery(
            reply_id=reply.id,
            suggestion_id=each.id,
            deputy=each.lead_deputy,
            role="lead",
            method="platform",
            delivered_on=date(2026, 3, 2),
            recorded_at=at,
        )
        for each in answered
    )
    session.flush()
