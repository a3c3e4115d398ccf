"""A contact is what the unit says it is only once the deputy, or the congress office on evidence, says so too."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotFound
from service.register.handling import contacts
from service.register.handling.contacts import ContactSettled
from service.register.handling.kinds import Stage
from service.register.people import directory as people
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.handled import assign, cosign, met, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


def given(session: Session, **changes: object) -> Assignment:
    return assign(session, suggest(session, **changes).id, "JT")


def test_a_new_contact_waits_for_the_lead_deputy(session: Session) -> None:
    row = contacts.record(session, given(session), Stage.BEFORE, met(), "jt_chengban", MORNING)

    assert row.deputies == ["d001"]
    assert row.confirmation == "pending"


def test_the_deputy_confirms(session: Session) -> None:
    row = contacts.record(session, given(session), Stage.BEFORE, met(), "jt_chengban", MORNING)

    contacts.settle(session, row.id, True, "", "d001", MORNING)

    assert (row.confirmation, row.confirmed_as, row.confirmed_by) == ("confirmed", "deputy", "d001")


def test_the_office_answers_for_a_silent_deputy_on_evidence(session: Session) -> None:
    row = contacts.record(session, given(session), Stage.BEFORE, met(), "jt_chengban", MORNING)

    contacts.settle(session, row.id, True, "已电话核实", "dgw_ganshi", MORNING, evidence=[7])

    assert (row.confirmation, row.confirmed_as, row.evidence) == ("confirmed", "office", [7])


def test_a_settled_contact_stays_settled(session: Session) -> None:
    row = contacts.record(session, given(session), Stage.BEFORE, met(), "jt_chengban", MORNING)
    contacts.settle(session, row.id, False, "没有人联系过我", "d001", MORNING)

    with pytest.raises(ContactSettled, match="已经确认过"):
        contacts.settle(session, row.id, True, "", "dgw_ganshi", MORNING, evidence=[7])

    assert row.confirmation == "denied"


def test_an_unknown_contact_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        contacts.settle(session, 99, True, "", "d001", MORNING)


def test_contacts_are_told_in_order_and_by_stage(session: Session) -> None:
    assignment = given(session)
    before = contacts.record(session, assignment, Stage.BEFORE, met(), "jt_chengban", MORNING)
    during = contacts.record(session, assignment, Stage.DURING, met(), "jt_chengban", MORNING)

    assert contacts.of(session, assignment.id) == [before, during]
    assert contacts.of(session, assignment.id, Stage.DURING) == [during]


def test_nothing_is_issued_before_the_deputy_agrees_that_there_was_a_contact(
    session: Session,
) -> None:
    assignment = given(session)
    row = contacts.record(session, assignment, Stage.BEFORE, met(), "jt_chengban", MORNING)

    [sentence] = contacts.missing_before_issue(session, assignment)
    assert "经代表确认的办前沟通" in sentence
    assert "人大代工委" in sentence, "the way out for a silent deputy is named"

    contacts.settle(session, row.id, True, "", "d001", MORNING)
    assert contacts.missing_before_issue(session, assignment) == []


def test_a_key_suggestion_needs_more(session: Session) -> None:
    assignment = given(session, is_key=True)
    row = contacts.record(session, assignment, Stage.BEFORE, met(), "jt_chengban", MORNING)
    contacts.settle(session, row.id, True, "", "d001", MORNING)

    during, head = contacts.missing_before_issue(session, assignment)
    assert "办中协商" in during
    assert "主要负责人" in head

    by_telephone = met(method="phone", head_attended=True)
    contacts.record(session, assignment, Stage.DURING, by_telephone, "jt_chengban", MORNING)
    assert contacts.missing_before_issue(session, assignment) == [head], "a call is no meeting"

    contacts.record(
        session, assignment, Stage.DURING, met(head_attended=True), "jt_zhuyao", MORNING
    )
    assert contacts.missing_before_issue(session, assignment) == []


def test_a_unit_names_a_protected_deputy_by_their_place_only(session: Session) -> None:
    assignment = given(session, identity_protected=True)
    cosign(session, assignment.suggestion_id, "d002")

    lead, co_signer = contacts.partners(session, assignment.suggestion_id)
    row = contacts.record(
        session, assignment, Stage.BEFORE, met(deputies=[co_signer.code]), "jt_chengban", MORNING
    )

    assert (lead.code, lead.name) == ("deputy:1", "领衔代表 1（要求保密身份）")
    assert (co_signer.code, co_signer.name) == ("deputy:2", "联名代表 2（要求保密身份）")
    assert row.deputies == ["d002"]


def test_others_are_named_as_they_are(session: Session) -> None:
    assignment = given(session)

    [lead] = contacts.partners(session, assignment.suggestion_id)

    assert (lead.code, lead.login) == ("d001", "d001")
    assert lead.name == people.names(session, ["d001"])["d001"]
