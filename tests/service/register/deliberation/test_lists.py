"""What the forms of deliberation show: the agenda, the statements, what was agreed, what was ordered before."""

from sqlalchemy.orm import Session

from service.register.deliberation import lists, meetings, second_assignments
from service.register.deliberation.second_assignments import Order
from service.register.dispatch.planning import Planned
from tests.replied_case import RepliedCase
from tests.service.register.deliberation.scene import HELD, MINUTES, PLAN, convened, met


def test_a_planned_meeting_is_offered_until_it_has_minutes(
    session: Session, case: RepliedCase
) -> None:
    item = convened(session, case)
    [option] = lists.planned_meetings(session, {})
    assert option.label == "03月22日 09:00 护栏安装（常委会会议室）"

    meetings.minute(session, item, MINUTES, "代工委甲", HELD)

    assert lists.planned_meetings(session, {}) == []


def test_forms_show_what_was_planned_stated_and_ordered(
    session: Session, case: RepliedCase
) -> None:
    item = met(session, case)
    order = Order("装反光镜", "sole", [Planned("JT", "sole")])
    second_assignments.order(session, item, order, "代工委甲", HELD)

    [agenda] = lists.meeting_agenda(session, {"meeting_item": item})
    [statement] = lists.meeting_statements(session, {"meeting_item": item})
    [demand] = lists.meeting_demands(session, {"meeting_item": item})
    [round_] = lists.second_assignment_rounds(session, {"suggestion": case.suggestion.id})

    assert agenda["place"] == PLAN.place
    assert agenda["focus"] == meetings.get(session, item).focus
    assert statement == {"unit": "交通局", "account": "没有提交书面说明", "attending": ""}
    assert demand == {"matter": "六月底前装完", "unit": "交通局"}
    assert round_ == {"number": 1, "units": "交通局", "demands": "装反光镜"}
