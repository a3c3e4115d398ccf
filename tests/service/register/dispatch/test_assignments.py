"""A unit's duty, from its dispatch to its end."""

import pytest

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.dispatch import assignments, changes
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode
from tests.conftest import MORNING
from tests.dispatched import LATER, dispatched
from tests.world import moment, populate


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_duties_nobody_knows_of_are_planned_anew(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, [lead, _] = dispatched(session)

        assignments.replan(
            session,
            suggestion_id,
            Mode.LEAD_ASSIST,
            [Planned("JT", Duty.LEAD, "牵头"), Planned("CG", Duty.ASSIST, "清理")],
            LATER,
        )

        found = assignments.active(session, suggestion_id)
        assert [(row.unit, row.duties) for row in found] == [("JT", "牵头"), ("CG", "清理")]
        assert found[0].id == lead.id


def test_a_unit_s_own_limits_start_when_it_gets_the_duty(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, assist] = dispatched(session)

        for row in (lead, assist):
            assignments.deliver(session, row.id, LATER)

        assert lead.due_at == moment("2026-06-02", "18:00")
        assert assist.due_at == moment("2026-04-07", "18:00")  # 4 April opens 清明


def test_a_unit_signs_once(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)

        assignments.sign(session, lead.id, "养护股", LATER)

        assert (lead.status, lead.signed_at, lead.section) == ("contacting", LATER, "养护股")
        with pytest.raises(NotAllowed, match="已经签收"):
            assignments.sign(session, lead.id, "", LATER)
        with pytest.raises(NotAllowed, match="已经签收"):
            changes.request(session, lead.id, "不属职责", "三定规定", "CG", "交通局联络员", LATER)


def test_silence_is_acceptance(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)

        assignments.accept_by_default(session, lead.id, LATER)

        assert lead.accepted_by_default
        assert lead.signed_at == LATER


def test_a_withdrawn_suggestion_leaves_no_duties(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, _ = dispatched(session)

        assert len(assignments.withdraw(session, suggestion_id)) == 2
        assert assignments.active(session, suggestion_id) == []


def test_the_latest_round_stands(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, _ = dispatched(session)
        again = assignments.assign(
            session, suggestion_id, [Planned("CG", Duty.SOLE)], LATER, round_=2
        )

        assert assignments.active(session, suggestion_id) == again
        assert len(assignments.active(session, suggestion_id, 1)) == 2


def test_an_unknown_assignment_is_not_found(city: Database) -> None:
    with city.transaction() as session, pytest.raises(NotFound, match="承办任务"):
        assignments.get(session, 404)


def test_only_units_that_do_not_assist_answer_the_deputies(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, [lead, _] = dispatched(session)

        assert assignments.answering(session, suggestion_id) == [lead]
