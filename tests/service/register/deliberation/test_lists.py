"""What the forms of deliberation show: the agenda, the statements, what was agreed, what was ordered before."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.operations import options
from service.register.deliberation import meetings, second_assignments
from service.register.dispatch.planning import Planned
from tests.replied_case import RepliedCase, replied
from tests.service.register.deliberation.scene import HELD, MINUTES, ORDER, PLAN, convened, met


def test_a_planned_meeting_is_offered_until_it_has_minutes(
    session: Session, case: RepliedCase
) -> None:
    item = convened(session, case)
    [option] = options("planned_meetings", session, {}, case.key)
    assert option.label == "03月22日 09:00 护栏安装（常委会会议室）"

    meetings.minute(session, item, MINUTES, "代工委甲", HELD)

    assert options("planned_meetings", session, {}, case.key) == []


def test_forms_show_what_was_planned_stated_and_ordered(
    session: Session, case: RepliedCase
) -> None:
    item = met(session, case)
    plan = [Planned("JT", "sole")]
    second_assignments.order(session, item, ORDER, plan, "代工委甲", HELD)

    [agenda] = options("meeting_agenda", session, {"meeting_item": item}, case.key)
    [statement] = options("meeting_statements", session, {"meeting_item": item}, case.key)
    [demand] = options("meeting_demands", session, {"meeting_item": item}, case.key)
    [round_] = options(
        "second_assignment_rounds", session, {"suggestion": case.suggestion.id}, case.key
    )

    assert agenda["place"] == PLAN.place
    assert agenda["focus"] == meetings.get(session, item).focus
    assert statement == {"unit": "交通局", "account": "没有提交书面说明", "attending": ""}
    assert demand == {"matter": "六月底前装完", "unit": "交通局"}
    assert round_ == {"number": 1, "units": "交通局", "demands": "装反光镜"}


def test_what_belongs_to_another_case_is_not_listed(session: Session, case: RepliedCase) -> None:
    item = met(session, case)
    other = replied(session)

    for name in ("meeting_agenda", "meeting_statements", "meeting_demands"):
        with pytest.raises(NotAllowed, match="不属于这件事项"):
            options(name, session, {"meeting_item": item}, other.key)
