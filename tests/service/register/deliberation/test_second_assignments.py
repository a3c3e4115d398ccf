"""A second assignment starts a round of its own; the first stays."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.register.deliberation import meetings, second_assignments
from service.register.deliberation.forms import Order
from service.register.dispatch import assignments
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Mode
from service.register.evaluation import evaluations
from service.register.evaluation.ratings import Rating
from tests.conftest import MORNING
from tests.replied_case import RepliedCase
from tests.service.register.deliberation.scene import HELD, ORDER, PLAN, met

LOCAL = ZoneInfo("Asia/Shanghai")


def given_again(
    session: Session,
    case: RepliedCase,
    order: Order = ORDER,
    plan: Sequence[Planned] = (Planned("JT", "sole"),),
) -> int:
    [last] = meetings.of_case(session, case.suggestion.id)[-1:]
    row = second_assignments.order(session, last.id, order, plan, "代工委甲", HELD)
    second_assignments.open_round(session, row, HELD)
    return row.id


def test_a_second_assignment_has_its_own_units_and_clock(
    session: Session, case: RepliedCase
) -> None:
    case.suggestion.reply_due_at = MORNING
    met(session, case)

    changes = {
        "handling_mode": Mode.LEAD_ASSIST,
        "requirements": "先清障",
        "lead_leader": "陈副市长",
    }
    order = ORDER.model_copy(update=changes)
    given_again(session, case, order, [Planned("CG", "lead"), Planned("JT", "assist")])

    duties = assignments.active(session, case.suggestion.id)
    assert [(each.unit, each.role, each.round) for each in duties] == [
        ("CG", "lead", 2),
        ("JT", "assist", 2),
    ]
    assert {each.status for each in duties} == {"contacting"}
    assert {each.signed_at for each in duties} == {HELD}
    # One month from Sunday, 22 March; the assisting unit ten workdays, Tomb-Sweeping Day between.
    assert duties[0].due_at == datetime(2026, 4, 22, 18, tzinfo=LOCAL)
    assert duties[1].due_at == datetime(2026, 4, 3, 18, tzinfo=LOCAL)
    [row] = second_assignments.of_case(session, case.suggestion.id)
    assert (row.previous_units, row.due_at) == (["JT", "GA"], duties[0].due_at)
    assert (case.suggestion.round, case.suggestion.handling_mode) == (2, "lead_assist")
    assert case.suggestion.reply_due_at == MORNING


def test_the_first_round_stays_as_it_was(session: Session, case: RepliedCase) -> None:
    [first] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)
    evaluations.rate(session, first.id, Rating("satisfied", "dissatisfied"), "代表甲", MORNING)
    evaluations.seal(session, case.instance_id, 1, MORNING)
    met(session, case)

    given_again(session, case)

    assert [each.status for each in case.duties] == ["delivered", "delivered"]
    assert first.result_rating == "dissatisfied"


def test_the_rounds_are_numbered_and_run_out(session: Session, case: RepliedCase) -> None:
    assert second_assignments.rounds_left(session, case.suggestion.id, HELD) == 2
    met(session, case)
    given_again(session, case)
    assert second_assignments.rounds_left(session, case.suggestion.id, HELD) == 1

    meeting = meetings.plan(session, PLAN, "代工委甲", MORNING)
    meetings.convene(session, meeting, case.suggestion.id, 2, "反光镜")
    given_again(session, case)

    assert second_assignments.rounds_left(session, case.suggestion.id, HELD) == 0
    rows = second_assignments.of_case(session, case.suggestion.id)
    assert [row.round for row in rows] == [2, 3]
