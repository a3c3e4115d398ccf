"""A case as it stands when its reply has been delivered, written straight into the register, and who is who in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.deadlines.workdays import LOCAL
from service.register.evaluation import evaluations
from service.register.evaluation.ratings import Rating
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord, Delivery, Reply
from service.tables.people import Person, Post
from service.tables.runtime import DeployedProcess, Deployment, ProcessInstance
from service.tables.suggestions import CoSigner, Suggestion, SuggestionItem
from tests import handled, world
from tests.conftest import MORNING

GOOD = Rating("satisfied", "satisfied")
BAD = Rating("satisfied", "dissatisfied", text="护栏还没有装")
SATISFIED = {
    "contact_check": "met",
    "attitude_rating": "satisfied",
    "result_rating": "satisfied",
}
NOT_SATISFIED = {
    "contact_check": "remote",
    "attitude_rating": "satisfied",
    "result_rating": "dissatisfied",
    "reason": "护栏还没有装，去年就说要装",
    "wants_meeting": True,
    "meeting_wish": "每周三下午",
    "text_may_be_shared": False,
}
MEETING = {
    "topic": "县道护栏",
    "held_on": "2026-03-25",
    "place": "常委会三楼会议室",
    "chair": "李主任",
    "focus": "护栏什么时候装、资金从哪里来",
}
MINUTES = {
    "held": "held",
    "present": "代表甲，交通局王局长、张股长",
    "unit_account": "资金已经落实，六月底以前施工。",
    "questions": [
        {"question": "为什么拖到六月？", "answer": "冬季不能施工。", "answered_by": "王局长"}
    ],
    "resolutions": [{"matter": "六月底前装完护栏", "unit": "交通局", "due_on": "2026-06-30"}],
    "stance": "none",
}
DEMANDS = "先在最险的三处弯道装好护栏和反光镜"
TWO_POSTS: dict[str, list[tuple[str, str | None]]] = {
    "代工委兼交通局": [("deputy_office", None), ("unit_liaison", "JT")],
    "农业工委": [("work_committee", "NY")],
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
    """Enter the city, and two people with posts that do not go together."""
    world.populate(session, at)
    for login, posts in TWO_POSTS.items():
        session.add(Person(login=login, name=login))
        session.flush()
        session.add_all(Post(login=login, role=role, scope=scope) for role, scope in posts)
    session.flush()


def actor(session: Session, login: str | None) -> Actor | None:
    return people.actor(session, login) if login else None


def answered(
    session: Session,
    units: Iterable[str] = ("JT",),
    *,
    deputy: str = "代表甲",
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
    suggestion = _suggestion(session, deputy, title, level, town, is_key, at)
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
    return RepliedCase(suggestion, 0, duties, children)


def replied(session: Session, units: Iterable[str] = ("JT",), **facts: Any) -> RepliedCase:
    """Enter an answered case that lives in a process instance, without any process running."""
    case = answered(session, units, **facts)
    case.instance_id = _instance(session, facts.get("at", MORNING))
    case.suggestion.instance_id = case.instance_id
    session.flush()
    return case


def asked(
    the_world: world.World,
    units: Iterable[str] = ("JT",),
    process_id: str = "back_to_back_evaluation",
    **facts: Any,
) -> RepliedCase:
    """Let a case have been answered, and its evaluation begin; it becomes the case everything is about."""
    with the_world.database.transaction() as session:
        case = answered(session, units, **facts)
        own, duties = case.suggestion, case.duties
        variables = {
            "suggestion": own.id,
            "level": own.level,
            "office": f"town_presidium:{own.town}" if own.town else "deputy_office",
            "lead_deputy": own.lead_deputy,
            "system": "government",
            "round": 1,
            "is_hard": False,
            "is_key": own.is_key,
            "handling_mode": own.handling_mode,
            "lead_unit": duties[0].unit,
            "lead_assignment": duties[0].id,
            "assists": _named(duties, "assist"),
            "separates": _named(duties, "separate"),
            "returned_replies": [],
            "dispatched_at": (the_world.at - timedelta(days=50)).isoformat(),
            "reply_delivered_at": the_world.at.isoformat(),
        }
    case.instance_id = the_world.start(process_id, case.key, **variables)
    with the_world.database.transaction() as session:
        session.get_one(Suggestion, own.id).instance_id = case.instance_id
    the_world.case = world.Case(own.id, case.instance_id)
    return case


def unhappy(
    the_world: world.World,
    process_id: str,
    *deputies: str,
    units: Iterable[str] = ("JT",),
    **facts: Any,
) -> RepliedCase:
    """Let a process begin whose case these deputies, the lead deputy if none is named, were not satisfied with."""
    case = asked(the_world, units, process_id, **facts)
    with the_world.database.transaction() as session:
        for row in evaluations.open_round(
            session, case.instance_id, case.suggestion.id, 1, the_world.at
        ):
            bad = row.deputy in (deputies or (case.suggestion.lead_deputy,))
            evaluations.rate(session, row.id, BAD if bad else GOOD, row.deputy, the_world.at)
        evaluations.seal(session, case.instance_id, 1, the_world.at)
    return case


def meet(the_world: world.World, outcome: str = "still_dissatisfied", by: str = "代表甲") -> None:
    """Let the meeting be called and held, and the deputy say alone what they think of it."""
    held = the_world.at.astimezone(LOCAL).date() + timedelta(days=20)
    the_world.do("研判排会", "代工委甲", **{**MEETING, "held_on": held.isoformat()})
    the_world.until("会议时间已到")
    the_world.do("记录会议纪要", "代工委甲", **MINUTES)
    the_world.do("会后确认", by, outcome=outcome, text=DEMANDS)


def answer_again(the_world: world.World, unit: str = "交通局") -> None:
    """Let one unit handle and answer a second assignment, and the office accept the reply."""
    today = the_world.at.astimezone(LOCAL).date()
    contact = {**handled.CONTACT, "held_on": today.isoformat()}
    later = (today + timedelta(days=10)).isoformat()
    plan = {
        **handled.PLAN,
        "milestones": [{"text": "完成安装", "due_on": later}],
        "commitments": [{**handled.COMMITMENT, "due_on": later}],
    }
    receipt = {"number": 1, "method": "in_person", "delivered_on": today.isoformat(), "receipt": ""}
    for name, by, values in (
        ("分派科室", f"{unit}联络员", {"section": "养护股", "handler": f"{unit}承办人"}),
        ("办前沟通", f"{unit}承办人", contact),
        ("确认沟通", "代表甲", {"contact_true": "yes"}),
        ("制定三定方案", f"{unit}承办人", plan),
        ("审定方案", f"{unit}分管领导", {"plan_conclusion": "agree"}),
        ("推进办理", f"{unit}承办人", handled.PROGRESS),
        ("起草答复", f"{unit}承办人", handled.REPLY),
        ("核稿", f"{unit}核稿人", handled.PROOF),
        ("审签答复", f"{unit}分管领导", {"endorse_conclusion": "agree"}),
        ("签发答复", f"{unit}负责人", {"issue_conclusion": "sign"}),
        ("登记送达", f"{unit}联络员", {"deliveries": [receipt]}),
        ("办后反馈", f"{unit}承办人", contact),
        ("收悉审核", "代工委甲", {"reply_check": "qualified"}),
    ):
        the_world.do(name, by, **values)


def met(session: Session, case: RepliedCase, deputy: str = "代表甲") -> ContactRecord:
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


def _named(duties: Iterable[Assignment], role: str) -> list[dict[str, Any]]:
    return [{"unit": each.unit, "assignment": each.id} for each in duties if each.role == role]


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
        oversight_committee="HW",
        submitted_at=at - timedelta(days=60),
        registered_at=at - timedelta(days=58),
        dispatched_at=at - timedelta(days=50),
        replied_at=at,
    )
    session.add(suggestion)
    session.flush()
    session.add_all(
        SuggestionItem(suggestion_id=suggestion.id, number=number, text=text)
        for number, text in enumerate(handled.ITEMS, 1)
    )
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
