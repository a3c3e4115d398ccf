"""A supervision in the register, up to a point: opened, concluded, carded."""

from typing import Any

from sqlalchemy.orm import Session

from service.operations import Context
from service.register.supervision import cards, cases, conclusions, issuing
from service.register.supervision.cases import Examination, Opening
from service.register.supervision.colors import Color, Proposal
from service.register.supervision.findings import Found
from service.register.supervision.issuing import Notice
from service.register.supervision.organizers import Organizer
from service.tables.supervision import ControlCard, SupervisionCase
from tests.conftest import MORNING

PROBLEMS = (
    Found("no_plan", "没有制定办理方案", "查阅台账", "minor"),
    Found("no_contact", "没有联系代表", "回访代表王芳", "serious", "分管领导"),
)


NOTICE = Notice(Color.WHITE, "两项工作没有做", "五个工作日内补齐方案并联系代表")


def opened(session: Session, by: str = "xu_jing", **facts: Any) -> SupervisionCase:
    given = {
        "organizer": Organizer.GOVERNMENT,
        "unit": "JT",
        "suggestion_id": None,
        "points": ["no_plan", "no_contact"],
        "basis": "两次催办未果",
        "leader": "唐伟",
        "approved_by": "市长李强",
    }
    return cases.open_case(session, Opening(**{**given, **facts}), by, MORNING)


def concluded(session: Session, by: str = "xu_jing", **facts: Any) -> int:
    case = opened(session, by, **facts)
    examination = Examination(["site"], [], "到单位查看", PROBLEMS)
    cases.examine(session, case.id, examination, by, MORNING)
    requirements = {1: "补方案", 2: "联系代表"}
    conclusions.conclude(
        session, case.id, "两项没有做", requirements, Color.WHITE, "逾期", by, MORNING
    )
    conclusions.deliver(session, case.id, MORNING)
    return case.id


def carded(session: Session, supervision_id: int, notice: Notice = NOTICE) -> ControlCard:
    proposed = Proposal(Color.WHITE, ("逾期未制定办理方案。",))
    card = issuing.issue(session, supervision_id, notice, proposed, "tang_wei", MORNING)
    return cards.put_in_force(session, card.id, MORNING)


def context(session: Session, by: str | None = "督查室", **given: object) -> Context:
    facts: dict[str, object] = {"variables": {}, "values": {}, **given}
    return Context(
        session=session,
        at=MORNING,
        by=by,
        instance_id=1,
        business_key="supervision:1",
        process_id="supervision_closed_loop",
        element_id="Task",
        **facts,  # type: ignore[arg-type]
    )
