"""A supervision in the register, up to a point: opened, concluded, carded."""

from typing import Any

from sqlalchemy.orm import Session

from service.operations import Context
from service.register.supervision import cards, cases, conclusions, issuing
from service.register.supervision.cases import Examination, Opening
from service.register.supervision.colors import Color, Proposal
from service.register.supervision.conclusions import Draft
from service.register.supervision.findings import Nature, Point, Problem, Requirement
from service.register.supervision.issuing import Notice
from service.register.supervision.organizers import Organizer
from service.register.supervision.rectification import DoneItem, Report
from service.tables.supervision import ControlCard, SupervisionCase
from tests.conftest import MORNING

PROBLEMS = (
    Problem(
        point=Point.NO_PLAN,
        description="没有制定办理方案",
        evidence="查阅台账",
        nature=Nature.MINOR,
        responsible=None,
    ),
    Problem(
        point=Point.NO_CONTACT,
        description="没有联系代表",
        evidence="回访代表王芳",
        nature=Nature.SERIOUS,
        responsible="分管领导",
    ),
)


def opened(session: Session, by: str = "xu_jing", **facts: Any) -> SupervisionCase:
    given = {
        "organizer": Organizer.GOVERNMENT,
        "unit": "JT",
        "suggestion": None,
        "points": [Point.NO_PLAN, Point.NO_CONTACT],
        "basis": "两次催办未果",
        "leader": "唐伟",
        "approved_by": "市长李强",
    }
    return cases.open_case(session, Opening(**{**given, **facts}), by, MORNING)


def examination(*problems: Problem) -> Examination:
    return Examination(
        methods=("site",),
        checks=(),
        record="到单位查看",
        found=bool(problems),
        findings=problems,
        photos=(),
    )


def required(*texts: str) -> tuple[Requirement, ...]:
    """What is required for each problem, from the first on."""
    return tuple(
        Requirement(number=number, requirement=text) for number, text in enumerate(texts, start=1)
    )


def draft(*texts: str) -> Draft:
    return Draft(
        summary="两项没有做",
        requirements=required(*texts),
        measure=Color.WHITE,
        reason="逾期",
        right_told=True,
    )


def concluded(session: Session, by: str = "xu_jing", **facts: Any) -> int:
    case = opened(session, by, **facts)
    cases.examine(session, case.id, examination(*PROBLEMS), by, MORNING)
    conclusions.conclude(session, case.id, draft("补方案", "联系代表"), by, MORNING)
    conclusions.deliver(session, case.id, MORNING)
    return case.id


def notice(color: Color = Color.WHITE, reason: str = "两项工作没有做") -> Notice:
    return Notice(measure=color, reason=reason, requirement="五个工作日内补齐方案并联系代表")


def carded(session: Session, supervision_id: int, color: Color = Color.WHITE) -> ControlCard:
    case = cases.get(session, supervision_id)
    proposed = Proposal(Color.WHITE, ("逾期未制定办理方案。",))
    card = issuing.issue(session, case, notice(color), proposed, "tang_wei", MORNING)
    return cards.put_in_force(session, card.id, MORNING)


def report(*results: str) -> Report:
    """A report with a result for each problem, from the first on."""
    items = [
        DoneItem(
            number=number,
            requirement="",
            measure="已采取措施",
            done_on=MORNING.date(),
            result=result,
        )
        for number, result in enumerate(results, start=1)
    ]
    return Report(items=items, report="都已完成", evidence=())


def context(session: Session, by: str | None = "督查室", **given: Any) -> Context:
    facts = {"variables": {}, "values": {}, **given}
    number = facts["variables"].get("supervision")
    return Context(
        session=session,
        at=MORNING,
        by=by,
        instance_id=1,
        business_key=cases.business_key(number) if number else None,
        process_id="supervision_closed_loop",
        element_id="Task",
        **facts,
    )
