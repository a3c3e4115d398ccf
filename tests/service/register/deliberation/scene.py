"""A deliberation meeting of one case: planned, announced, minuted, its deputies asked."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from service.register.deliberation import confirmations, meetings
from service.register.deliberation.forms import (
    Confirming,
    Minutes,
    Order,
    Question,
    Resolution,
    Statement,
)
from service.register.deliberation.meetings import Plan
from service.register.deliberation.outcomes import Answer, Held, Stance
from service.register.dispatch.status import Mode
from tests.conftest import MORNING
from tests.replied_case import RepliedCase

HELD = MORNING + timedelta(days=20)
PLAN = Plan("护栏安装", HELD, "常委会会议室", "李主任", "督查室")
MINUTES = Minutes(
    held=Held.HELD,
    present="沈代表、交通局王局长",
    unit_account="资金已落实，六月施工。",
    stance=Stance.ACCEPTED_EXPLANATION,
    questions=(
        Question(question="为什么拖到六月？", answer="冬季不能施工。", answered_by="王局长"),
    ),
    resolutions=(Resolution(matter="六月底前装完", unit="交通局", due_on=date(2026, 6, 30)),),
    recordings=(3,),
)
STATEMENT = Statement(account="资金已落实", attending="王局长", attachments=())
ORDER = Order(
    demands="装反光镜",
    handling_mode=Mode.SOLE,
    lead_unit="JT",
    assist_units=(),
    separate_units=(),
    lead_leader=None,
    requirements=None,
)


def said(outcome: str, text: str | None = None) -> Confirming:
    return Confirming(outcome=Answer(outcome), text=text, text_may_be_shared=False)


def convened(session: Session, case: RepliedCase, plan: Plan = PLAN) -> int:
    meeting = meetings.plan(session, plan, "代工委甲", MORNING)
    return meetings.convene(session, meeting, case.suggestion.id, 1, "何时安装护栏").id


def met(session: Session, case: RepliedCase, *deputies: str) -> int:
    item = convened(session, case)
    meetings.give_notice(session, item, ["JT"], MORNING)
    meetings.minute(session, item, MINUTES, "代工委甲", HELD + timedelta(hours=3))
    confirmations.ask(session, item, deputies or ("代表甲",), HELD)
    return item
