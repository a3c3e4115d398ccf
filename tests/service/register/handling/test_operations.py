"""What units hand in is written down, and what cannot be true is sent back beside its field."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid, OperationFailed
from service.operations import run
from service.register.handling import commitments, contacts, opinions, plans
from service.register.handling.kinds import Source
from service.tables.assignments import Assignment
from service.tables.handling import AssistDefault
from service.tables.people import Notification
from tests.conftest import MORNING
from tests.handled import (
    COMMITMENT,
    CONTACT,
    ITEMS,
    OPINION,
    PLAN,
    assign,
    at,
    listed,
    sent,
    session_of,
    suggest,
)


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT", "lead")


@pytest.fixture
def assisting(session: Session, assignment: Assignment) -> Assignment:
    return assign(session, assignment.suggestion_id, "GA", "assist")


def told(session: Session) -> dict[str, str]:
    return {row.recipient: row.text for row in session.scalars(select(Notification))}


def test_each_unit_begins_with_its_own_moments(session: Session) -> None:
    late = assign(session, suggest(session).id, "JT", signed_at=None, status="pending_sign")

    assert run("begin_handling", at(late)) == {
        "signed_at": MORNING.isoformat(),
        "dispatched_to_unit_at": MORNING.isoformat(),
    }
    assert late.status == "contacting"


def test_the_handler_is_told(session: Session, assignment: Assignment) -> None:
    run("assign_section", at(assignment, {"section": "养护股", "handler": "jt_chengban"}))

    assert (assignment.section, assignment.handler) == ("养护股", "jt_chengban")
    assert "请先联系代表" in told(session)["jt_chengban"]


def test_nobody_is_told_when_nobody_is_named(session: Session, assignment: Assignment) -> None:
    run("assign_section", at(assignment, {"section": "养护股"}))

    assert told(session) == {}


def test_a_contact_before_goes_to_the_deputy(session: Session, assignment: Assignment) -> None:
    found = run("record_contact_before", at(assignment, CONTACT))

    row = contacts.get(session, found["contact"])
    assert (row.stage, row.confirmation) == ("before", "pending")
    assert assignment.status == "planning"


def test_a_contact_made_again_does_not_set_the_work_back(
    session: Session, assignment: Assignment
) -> None:
    assignment.status = "working"

    run("record_contact_before", at(assignment, CONTACT))

    assert assignment.status == "working"


def test_a_contact_cannot_lie_in_the_future(session: Session, assignment: Assignment) -> None:
    with pytest.raises(FormInvalid) as refusal:
        run("record_contact_before", at(assignment, {**CONTACT, "held_on": "2026-03-03"}))

    assert "不能晚于今天" in refusal.value.messages["held_on"]


def test_the_office_confirms_only_on_evidence(session: Session, assignment: Assignment) -> None:
    found = run("record_contact_before", at(assignment, CONTACT))
    answer = {"contact_true": "yes", "note": "已电话核实"}

    with pytest.raises(FormInvalid) as refusal:
        run("verify_contact", at(assignment, answer, **found))
    assert "请上传" in refusal.value.messages["evidence"]

    run("verify_contact", at(assignment, {**answer, "evidence": [3]}, **found))
    assert contacts.get(session, found["contact"]).confirmed_as == "office"


def test_without_evidence_a_contact_can_only_be_denied(
    session: Session, assignment: Assignment
) -> None:
    found = run("record_contact_before", at(assignment, CONTACT))

    run("verify_contact", at(assignment, {"contact_true": "no", "note": "查无记录"}, **found))

    assert contacts.get(session, found["contact"]).confirmation == "denied"


def test_what_a_plan_promises_binds_once_it_is_approved(
    session: Session, assignment: Assignment
) -> None:
    run("submit_plan", at(assignment, PLAN))
    [promise] = commitments.of(session, assignment.id, Source.PLAN)
    assert promise.status == "proposed"

    assert run("decide_plan", at(assignment, {"plan_conclusion": "agree"})) == {
        "leader_review": False
    }

    session.refresh(promise)
    assert promise.status == "open"
    assert assignment.status == "working"


def test_a_returned_plan_says_why_and_shows_itself_again(
    session: Session, assignment: Assignment
) -> None:
    run("submit_plan", at(assignment, PLAN))

    run("decide_plan", at(assignment, {"plan_conclusion": "return", "reason": "时限太晚"}))

    assert plans.latest(session, assignment.id).opinion == "时限太晚"
    desk = at(assignment)
    assert listed("plan_measures", desk) == PLAN["measures"]
    assert listed("plan_milestones", desk) == PLAN["milestones"]
    assert listed("plan_commitments", desk) == PLAN["commitments"]


@pytest.mark.parametrize(("unit", "review"), [("JT", True), ("FY", False), ("SD", True)])
def test_only_the_governments_key_suggestions_go_to_a_vice_mayor(
    session: Session, unit: str, review: bool
) -> None:
    key = assign(session, suggest(session, is_key=True).id, unit)
    run("submit_plan", at(key, PLAN))

    assert run("decide_plan", at(key, {"plan_conclusion": "agree"})) == {"leader_review": review}


def test_the_vice_mayors_word_starts_the_work(session: Session) -> None:
    key = assign(session, suggest(session, is_key=True).id, "JT")
    run("submit_plan", at(key, PLAN))
    run("decide_plan", at(key, {"plan_conclusion": "agree"}))
    assert commitments.of(session, key.id, Source.PLAN)[0].status == "proposed"

    run("review_plan_as_leader", at(key, {"leader_conclusion": "agree", "opinion": "抓紧办"}))

    session.expire_all()
    assert commitments.of(session, key.id, Source.PLAN)[0].status == "open"
    assert plans.latest(session, key.id).leader_opinion == "抓紧办"


def test_progress_keeps_the_diary_and_the_contacts(
    session: Session, assignment: Assignment
) -> None:
    talk = {k: v for k, v in CONTACT.items() if k != "agreed"}
    values = {"progress": "完成勘查", "contacts": [talk], "progress_state": "continue"}

    run("record_progress", at(assignment, values))

    assert [note.text for note in plans.notes(session, assignment.id)] == ["完成勘查"]
    assert [c.stage for c in contacts.of(session, assignment.id)] == ["during"]
    assert assignment.status == "contacting"

    run("record_progress", at(assignment, {**values, "progress_state": "ready"}))
    assert assignment.status == "drafting"


def test_a_talk_during_the_work_cannot_lie_in_the_future(
    session: Session, assignment: Assignment
) -> None:
    talk = {**CONTACT, "held_on": "2026-04-01"}

    with pytest.raises(FormInvalid) as refusal:
        run(
            "record_progress",
            at(assignment, {"progress": "x", "contacts": [talk], "progress_state": "ready"}),
        )

    assert refusal.value.messages["contacts"].startswith("第 1 行：")


def test_an_assisting_unit_promises_first(session: Session, assisting: Assignment) -> None:
    run("begin_assist", at(assisting))

    run("commit_assist", at(assisting, {"section": "治安股", "commitments": [COMMITMENT]}))

    [promise] = commitments.of(session, assisting.id, Source.ASSIST)
    assert (promise.status, promise.unit) == ("open", "GA")
    assert assisting.status == "working"


def test_an_empty_row_of_an_opinion_is_left_out(session: Session, assisting: Assignment) -> None:
    items = [*OPINION["items"], {"number": 2, "item": ITEMS[1], "response": None}]

    run("submit_opinion", at(assisting, {**OPINION, "items": items}))

    assert opinions.current(session, assisting.id).items == OPINION["items"]
    assert listed("opinion_items", at(assisting)) == OPINION["items"]


@pytest.mark.parametrize(
    ("unit", "level", "coordinator"),
    [
        ("GA", "city", "gov_office"),
        ("FY", "city", "deputy_office"),
        ("GA", "town", "town_presidium:YX"),
    ],
)
def test_who_brings_two_units_together(
    session: Session, unit: str, level: str, coordinator: str
) -> None:
    assisting = assign(session, suggest(session, level=level).id, unit, "assist")
    office = "deputy_office" if level == "city" else "town_presidium:YX"
    sent(assisting)

    found = run(
        "judge_opinion",
        at(assisting, {"judgement": "dispute", "reason": "职责不清"}, office=office),
    )

    assert found["coordinator"] == coordinator
    assert found["opinion_outcome"] == "dispute"


def test_partly_adopted_is_adopted(session: Session, assisting: Assignment) -> None:
    sent(assisting)

    found = run(
        "judge_opinion", at(assisting, {"judgement": "partly_adopted", "reason": "第二条不采纳"})
    )

    assert found["opinion_outcome"] == "adopted"


@pytest.mark.parametrize(
    ("unit", "supervisor"), [("GA", "gov_supervision"), ("FY", "deputy_office")]
)
def test_a_default_is_told_to_whoever_supervises_the_unit(
    session: Session, assignment: Assignment, unit: str, supervisor: str
) -> None:
    late = assign(session, assignment.suggestion_id, unit, "assist")

    run("record_assist_default", at(late))

    assert set(told(session)) == {supervisor, f"unit_liaison:{unit}", "unit_handler:JT"}
    assert "已记协办失责" in told(session)[supervisor]


@pytest.mark.parametrize(
    ("unit", "supervisor"), [("JT", "gov_supervision"), ("FY", "deputy_office")]
)
def test_a_unit_that_does_not_come_back_to_the_deputy_is_reported(
    session: Session, unit: str, supervisor: str
) -> None:
    silent = assign(session, suggest(session).id, unit)

    run("record_no_contact_after", at(silent))

    assert set(told(session)) == {supervisor, f"unit_liaison:{unit}"}


def test_an_absent_unit_is_told_that_its_tasks_are_gone(
    session: Session, assisting: Assignment
) -> None:
    run("record_assist_default", at(assisting))

    run("decide_absence", at(assisting, {"absence_decision": "absent", "reason": "期限已到"}))

    texts = session.scalars(
        select(Notification.text).where(Notification.kind == "assist_absent")
    ).all()
    assert len(texts) == 1
    assert "任务已经收回" in texts[0]
    assert session.scalars(select(AssistDefault.decision)).one() == "absent"


def test_a_unit_whose_opinion_has_come_is_not_absent(
    session: Session, assisting: Assignment
) -> None:
    run("record_assist_default", at(assisting))
    sent(assisting)

    with pytest.raises(FormInvalid) as refusal:
        run("decide_absence", at(assisting, {"absence_decision": "absent", "reason": "x"}))

    assert "已经送到" in refusal.value.messages["absence_decision"]


def test_a_diagram_that_names_no_assignment_is_wrong(
    session: Session, assignment: Assignment
) -> None:
    with pytest.raises(OperationFailed, match="assignment 没有值"):
        run("begin_handling", replace(at(assignment), variables={}))
