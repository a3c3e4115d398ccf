"""Units apply for another to be named."""

import pytest

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.dispatch import assignments, changes
from service.register.dispatch.changes import Decision
from tests.conftest import MORNING
from tests.dispatched import LATER, dispatched
from tests.world import populate

REASON = ("县道养护不属我局职责", "三定规定第三条")


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_the_new_unit_takes_over_under_the_old_legal_clock(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, [lead, assist] = dispatched(session)
        changes.request(session, lead.id, *REASON, "CG", "交通局联络员", MORNING)

        new = changes.agree(session, lead.id, "CG", Decision("同意", "政府办", LATER, False))

        assert (lead.status, lead.replaced_by_id) == ("reassigned", new.id)
        assert (new.role, new.status, new.returns) == ("lead", "pending_sign", 1)
        assert new.due_at == lead.due_at
        assert assignments.active(session, suggestion_id) == [new, assist]


def test_a_unit_that_has_a_duty_cannot_take_another(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)
        changes.request(session, lead.id, *REASON, "GA", "交通局联络员", MORNING)

        with pytest.raises(NotAllowed, match="已经承担本件任务"):
            changes.agree(session, lead.id, "GA", Decision("同意", "政府办", LATER, False))


def test_a_refused_unit_may_apply_once_more_until_it_is_final(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)
        changes.request(session, lead.id, *REASON, "CG", "交通局联络员", MORNING)
        changes.refuse(session, lead.id, Decision("属你局职责", "政府办", MORNING, False))
        assert not changes.is_settled(session, lead)

        changes.request(session, lead.id, *REASON, "CG", "交通局负责人", MORNING)
        changes.refuse(session, lead.id, Decision("维持", "副市长", LATER, True))

        assert lead.returns == changes.RETURNS_BEFORE_FINAL
        assert changes.is_settled(session, lead)
        with pytest.raises(NotAllowed, match="已经终裁"):
            changes.request(session, lead.id, *REASON, "CG", "交通局负责人", LATER)


def test_a_final_decision_binds_the_next_unit_too(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)
        changes.request(session, lead.id, *REASON, "CG", "交通局联络员", MORNING)

        new = changes.agree(session, lead.id, "CG", Decision("改派", "副市长", LATER, True))

        assert changes.is_settled(session, new)
        assert [row.decision for row in changes.of(session, new.id)] == ["agreed"]


def test_there_must_be_an_application_to_decide(city: Database) -> None:
    with city.transaction() as session:
        _, [lead, _] = dispatched(session)

        with pytest.raises(NotFound, match="没有待裁定"):
            changes.refuse(session, lead.id, Decision("", "政府办", MORNING, False))
