"""What the rules would say of due dates that a change would leave: what it would set off, and what it would take back."""

from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from service.deadlines import changes, policies
from service.deadlines.workdays import Calendar, Day, Unit, local_day
from service.register.supervision import foresight, proposals
from service.register.supervision.colors import Color
from service.register.supervision.facts import Moved, Row, Supposed
from service.tables.assignments import Assignment
from service.tables.supervision import ControlCard
from tests.service.register.supervision.undone import (
    NOW,
    assignment,
    card,
    open_task,
    suggestion,
    supervision,
)

SOON = NOW + timedelta(days=20)
LONG_AGO = NOW - timedelta(days=4)


def moved(place: str, id_: object, before: object, after: object) -> Supposed:
    return Supposed({Row(place, id_): Moved(before, after)})  # type: ignore[arg-type]


def test_a_reply_that_would_be_late_is_set_off_and_nothing_is_written(session: Session) -> None:
    own = suggestion(session, case_no="七届五次-001")
    duty = assignment(session, own, due_at=SOON)
    assignment(session, suggestion(session, "关于候车亭的建议"), due_at=SOON)

    [found] = foresight.set_off(session, NOW, moved("assignments", duty.id, SOON, LONG_AGO))

    assert (found.unit, found.unit_name, found.case_no) == ("JT", "交通局", "七届五次-001")
    assert (found.now, found.then) == (Color.NONE, Color.WHITE)
    assert found.is_graver
    assert found.reasons == ("答复逾期 3 个工作日。",)
    assert not session.dirty
    assert proposals.candidates(session, NOW) == []


def test_what_is_set_off_is_what_the_rules_propose_once_the_change_is_made(
    session: Session,
) -> None:
    for days in (1, 3, 20, 60):
        assignment(session, suggestion(session, f"关于第 {days} 处"), due_at=SOON)
    duties = session.query(Assignment).all()
    after = {duty.id: NOW - timedelta(days=17 * n) for n, duty in enumerate(duties)}
    supposed = Supposed({Row("assignments", id_): Moved(SOON, to) for id_, to in after.items()})

    foreseen = foresight.set_off(session, NOW, supposed)
    for duty in duties:
        duty.due_at = after[duty.id]
    session.flush()

    assert [(each.unit, each.suggestion_id, each.then, each.reasons) for each in foreseen] == [
        (each.unit, each.suggestion_id, each.measure, each.proposal.reasons)
        for each in proposals.candidates(session, NOW)
    ]
    assert len(foreseen) == 3, "what is due this very moment is not late"


def test_a_longer_limit_takes_a_proposal_back(session: Session) -> None:
    duty = assignment(session, suggestion(session), due_at=NOW - timedelta(days=20))

    [found] = foresight.set_off(
        session, NOW, moved("assignments", duty.id, NOW - timedelta(days=20), SOON)
    )

    assert (found.now, found.then, found.is_graver) == (Color.YELLOW, Color.NONE, False)


def test_a_task_that_would_be_late_is_set_off(session: Session) -> None:
    open_task(session, suggestion(session), "sign", "unit_liaison:JT", due_at=SOON)

    [found] = foresight.set_off(
        session, NOW, moved("tasks", "sign-unit_liaison:JT", SOON, LONG_AGO)
    )

    assert found.reasons == ("交办后逾期未签收。",)


def test_courts_would_get_a_letter(session: Session) -> None:
    duty = assignment(session, suggestion(session), unit="FY", due_at=SOON)

    [found] = foresight.set_off(session, NOW, moved("assignments", duty.id, SOON, LONG_AGO))

    assert found.then is Color.LETTER


def test_a_card_that_would_expire_asks_for_a_graver_one(session: Session) -> None:
    case = supervision(session, status="rectifying")
    card(session, case, "white", 1, state="in_force", due_at=SOON)
    [number] = [row.id for row in session.query(ControlCard)]
    expired = moved("control_cards", number, SOON, LONG_AGO)

    [found] = foresight.set_off(session, NOW, expired)

    assert (found.supervision_id, found.now, found.then) == (case.id, Color.NONE, Color.YELLOW)
    assert found.title == "该单位整体办理工作"

    case.status = "looking_back"
    session.flush()
    assert foresight.set_off(session, NOW, expired) == [], "the unit has reported"


def test_a_case_under_supervision_is_judged_by_all_that_is_known_of_it(session: Session) -> None:
    own = suggestion(session)
    case = supervision(session, suggestion_id=own.id, look_backs_failed=1)
    duty = assignment(session, own, due_at=SOON)

    [found] = foresight.set_off(
        session, NOW, moved("assignments", duty.id, SOON, NOW - timedelta(days=60))
    )

    assert (found.supervision_id, found.now, found.then) == (case.id, Color.YELLOW, Color.RED)

    case.suspended_at = NOW
    session.flush()
    assert (
        foresight.set_off(
            session, NOW, moved("assignments", duty.id, SOON, NOW - timedelta(days=60))
        )
        == []
    ), "its rectification is put off"


def test_a_day_off_more_makes_fewer_days_late(session: Session) -> None:
    assignment(session, suggestion(session), due_at=NOW - timedelta(days=15))
    known = policies.calendar(session)
    flood = [Day(local_day(NOW) - timedelta(days=n), "holiday", "防汛") for n in range(8)]
    calendar = Calendar.of([*known.days.values(), *flood], known.confirmed)

    assert proposals.candidates(session, NOW)[0].measure is Color.YELLOW

    [found] = foresight.set_off(session, NOW, Supposed(calendar=calendar))

    assert (found.now, found.then) == (Color.YELLOW, Color.WHITE)


def test_a_shorter_limit_is_foreseen_as_it_turns_out_when_applied(session: Session) -> None:
    own = suggestion(session, dispatched_at=NOW - timedelta(days=85))
    due_at = policies.due(session, "reply.normal", own.dispatched_at).moment
    assignment(session, own, due_at=due_at)
    [old] = policies.in_force(session).policies["reply.normal", ""]
    shorter = old._replace(amount=60, unit=Unit.DAYS)

    effect = changes.preview(session, shorter, NOW)
    foreseen = foresight.set_off(session, NOW, Supposed.of(effect.moves))
    assert proposals.candidates(session, NOW) == []
    changes.apply(session, shorter, "市委要求", None, NOW)

    assert [(each.then, each.reasons) for each in foreseen] == [
        (each.measure, each.proposal.reasons) for each in proposals.candidates(session, NOW)
    ]
    assert foreseen[0].then is Color.YELLOW


def test_looking_ahead_costs_the_same_however_much_moves(session: Session) -> None:
    def cost(moves: int) -> int:
        for number in range(moves):
            own = suggestion(session, f"关于第 {number} 处")
            assignment(session, own, due_at=SOON)
            supervision(session, suggestion_id=own.id)
        session.flush()
        duties = session.query(Assignment.id).all()
        supposed = Supposed({Row("assignments", row.id): Moved(SOON, LONG_AGO) for row in duties})
        session.expunge_all()
        sent: list[str] = []
        engine = session.get_bind()
        listen = lambda *given: sent.append(given[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        try:
            assert foresight.set_off(session, NOW, supposed)
        finally:
            event.remove(engine, "before_cursor_execute", listen)
        return len(sent)

    cost(1)  # the rules are read once
    few, many = cost(2), cost(30)
    assert few == many
