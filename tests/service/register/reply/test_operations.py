"""A reply leaves nothing out: no item, no contact, no deputy, no promise that has to be followed up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid
from service.operations import Context, run
from service.register.handling import commitments, contacts
from service.register.handling.kinds import Source, Stage
from service.register.reply import deliveries, replies
from service.tables.assignments import Assignment
from service.tables.handling import Delivery
from service.tables.people import Notification, Unit
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.handled import (
    COMMITMENT,
    ITEMS,
    PROOF,
    REPLY,
    assign,
    at,
    cosign,
    listed,
    met,
    promised,
    session_of,
    suggest,
)


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT")


def confirmed(session: Session, assignment: Assignment) -> None:
    row = contacts.record(session, assignment, Stage.BEFORE, met(), "jt_chengban", MORNING)
    contacts.settle(session, row.id, True, "", "d001", MORNING)


def delivered(numbers: int = 1, day: str = "2026-03-02") -> dict[str, Any]:
    return {
        "deliveries": [
            {"number": n, "method": "in_person", "delivered_on": day, "receipt": "本人签收"}
            for n in range(1, numbers + 1)
        ]
    }


def refused(field: str, operation: str, context: Context) -> str:
    with pytest.raises(FormInvalid) as refusal:
        run(operation, context)
    return refusal.value.messages[field]


# Drafting


def test_a_reply_is_drafted_for_the_assignment(session: Session, assignment: Assignment) -> None:
    found = run("submit_reply", at(assignment, REPLY))

    assert found == {
        "reply": replies.current(session, assignment.id).id,
        "small_unit": False,
    }
    assert assignment.status == "proofing"


def test_a_small_unit_needs_no_proofreader(session: Session, assignment: Assignment) -> None:
    session.get_one(Unit, "JT").small = True

    assert run("submit_reply", at(assignment, REPLY))["small_unit"]
    assert assignment.status == "endorsing"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (REPLY["items"][:1], "第 2 条还没有回应"),
        ([], "第 1、2 条还没有回应"),
        ([*REPLY["items"], REPLY["items"][0]], "共 2 条"),
        ([*REPLY["items"], {**REPLY["items"][0], "number": 9}], "共 2 条"),
    ],
)
def test_every_item_is_answered_once(
    session: Session, assignment: Assignment, rows: list[dict[str, Any]], sentence: str
) -> None:
    context = at(assignment, {**REPLY, "items": rows})

    assert sentence in refused("items", "submit_reply", context)


def test_the_question_is_the_deputys_whatever_the_page_sends(
    session: Session, assignment: Assignment
) -> None:
    rows = [{**row, "item": "改过的建议"} for row in REPLY["items"]]

    run("submit_reply", at(assignment, {**REPLY, "items": rows}))

    assert [i.text for i in replies.current(session, assignment.id).items] == list(ITEMS)


def test_class_b_has_to_say_until_when(session: Session, assignment: Assignment) -> None:
    planned = {**REPLY, "reply_class": "B"}

    sentence = refused("commitments", "submit_reply", at(assignment, planned))
    assert "承诺和完成日期" in sentence

    run("submit_reply", at(assignment, {**planned, "commitments": [COMMITMENT]}))
    assert [c.status for c in commitments.of(session, assignment.id)] == ["proposed"]


def test_other_classes_promise_nothing(session: Session, assignment: Assignment) -> None:
    run("submit_reply", at(assignment, {**REPLY, "commitments": [COMMITMENT]}))

    assert commitments.of(session, assignment.id, Source.REPLY) == []


def test_the_form_starts_from_what_was_asked_and_then_from_what_was_written(
    session: Session, assignment: Assignment
) -> None:
    desk = at(assignment)
    first = listed("reply_items", desk)
    assert [(row["item"], row["response"]) for row in first] == [(item, "") for item in ITEMS]

    run("submit_reply", at(assignment, REPLY))
    assert listed("reply_items", desk) == REPLY["items"]


# Passing


@pytest.mark.parametrize(
    ("operation", "values", "step"),
    [
        ("proof_reply", {"proof_conclusion": "return"}, "核稿"),
        ("endorse_reply", {"endorse_conclusion": "return"}, "分管领导审签"),
        ("review_reply_as_leader", {"leader_conclusion": "return"}, "领办领导审定"),
        ("sign_reply", {"issue_conclusion": "return"}, "主要负责人签发"),
    ],
)
def test_whoever_returns_a_reply_says_why(
    session: Session, assignment: Assignment, operation: str, values: dict[str, str], step: str
) -> None:
    run("submit_reply", at(assignment, REPLY))

    found = run(operation, at(assignment, {**values, "reason": "第二条太空"}))

    assert found == {"reply_signed": False}
    assert assignment.status == "drafting"
    [row] = listed("last_return", at(assignment))
    assert (row["step"], row["reason"], row["at"]) == (step, "第二条太空", "2026-03-02")


def test_a_reply_passes_from_desk_to_desk(session: Session, assignment: Assignment) -> None:
    run("submit_reply", at(assignment, REPLY))
    confirmed(session, assignment)
    seen = []

    run("proof_reply", at(assignment, PROOF))
    seen.append(assignment.status)
    assert run("endorse_reply", at(assignment, {"endorse_conclusion": "agree"})) == {
        "reply_signed": False,
        "leader_review": False,
    }
    seen.append(assignment.status)

    assert run("sign_reply", at(assignment, {"issue_conclusion": "sign"})) == {"reply_signed": True}
    assert seen == ["endorsing", "issuing"]


def test_a_key_suggestion_goes_to_the_vice_mayor_before_it_is_signed(session: Session) -> None:
    key = assign(session, suggest(session, is_key=True).id, "JT")
    run("submit_reply", at(key, REPLY))

    assert run("endorse_reply", at(key, {"endorse_conclusion": "agree"}))["leader_review"]

    run("review_reply_as_leader", at(key, {"leader_conclusion": "agree"}))
    assert replies.current(session, key.id).leader_reviewed_by == "jt_chengban"


def test_nobody_signs_before_the_deputy_says_there_was_a_contact(
    session: Session, assignment: Assignment
) -> None:
    run("submit_reply", at(assignment, REPLY))
    contacts.record(session, assignment, Stage.BEFORE, met(), "jt_chengban", MORNING)
    context = at(assignment, {"issue_conclusion": "sign"})

    sentence = refused("issue_conclusion", "sign_reply", context)

    assert "还没有经代表确认的办前沟通记录" in sentence
    assert "请人大代工委凭通话、走访等佐证代为核实" in sentence


# Issuing and delivering


def test_what_a_reply_promises_takes_the_place_of_the_plan(
    session: Session, assignment: Assignment
) -> None:
    old = promised()
    commitments.make(session, assignment, Source.PLAN, [old], "jt_chengban", MORNING)
    values = {**REPLY, "reply_class": "B", "commitments": [COMMITMENT]}
    run("submit_reply", at(assignment, values))

    found = run("issue_reply", at(assignment))

    assert found == {"reply_class": "B", "reply_issued_at": MORNING.isoformat()}
    session.expire_all()
    standing = commitments.of(session, assignment.id)
    assert [(c.source, c.status) for c in standing] == [("reply", "open")]


def test_a_reply_without_promises_leaves_the_plans_standing(
    session: Session, assignment: Assignment
) -> None:
    old = promised()
    commitments.make(session, assignment, Source.PLAN, [old], "jt_chengban", MORNING)
    run("submit_reply", at(assignment, REPLY))

    run("issue_reply", at(assignment))

    assert [c.source for c in commitments.of(session, assignment.id)] == ["plan"]


def test_each_deputy_is_told_and_the_case_is_answered(session: Session) -> None:
    suggestion = suggest(session)
    cosign(session, suggestion.id, "d002")
    assignment = assign(session, suggestion.id, "JT")
    run("submit_reply", at(assignment, REPLY))
    run("issue_reply", at(assignment))

    found = run("deliver_reply", at(assignment, delivered(2)))

    assert found == {"reply_delivered_at": MORNING.isoformat()}
    assert session.scalars(select(Delivery.deputy).order_by(Delivery.id)).all() == ["d001", "d002"]
    told = session.scalars(select(Notification.recipient).order_by(Notification.recipient)).all()
    assert told == ["d001", "d002"]
    assert (suggestion.status, suggestion.replied_at) == ("replied", MORNING)


def test_nobody_is_left_out_of_the_delivery(session: Session) -> None:
    suggestion = suggest(session)
    cosign(session, suggestion.id, "d002")
    assignment = assign(session, suggestion.id, "JT")
    run("submit_reply", at(assignment, REPLY))
    name = listed("reply_recipients", at(assignment))[1]["name"]

    sentence = refused("deliveries", "deliver_reply", at(assignment, delivered(1)))

    assert name in sentence


def test_a_refused_delivery_does_not_name_a_protected_deputy(session: Session) -> None:
    assignment = assign(session, suggest(session, identity_protected=True).id, "JT")
    run("submit_reply", at(assignment, REPLY))

    sentence = refused("deliveries", "deliver_reply", at(assignment, {"deliveries": []}))

    assert sentence == "还没有登记送达：代表（要求保密身份）。请逐人登记。"


def test_a_delivery_cannot_lie_in_the_future(session: Session, assignment: Assignment) -> None:
    run("submit_reply", at(assignment, REPLY))
    context = at(assignment, delivered(1, day="2026-03-03"))

    assert "不能晚于今天" in refused("deliveries", "deliver_reply", context)


def test_the_assisting_units_get_a_copy(session: Session, assignment: Assignment) -> None:
    run("submit_reply", at(assignment, REPLY))
    run("issue_reply", at(assignment))
    assists = [
        {"unit": unit, "assignment": assign(session, assignment.suggestion_id, unit, "assist").id}
        for unit in ("GA", "CZ")
    ]

    run("copy_reply", at(assignment, lead_assignment=assignment.id, assists=assists))

    rows = session.scalars(select(Notification).order_by(Notification.recipient)).all()
    assert [row.recipient for row in rows] == ["unit_liaison:CZ", "unit_liaison:GA"]
    assert "交通局建复〔2026〕1号" in rows[0].text


def test_separate_replies_are_answered_with_the_last(session: Session) -> None:
    suggestion = suggest(session)
    rows = [assign(session, suggestion.id, unit, "separate") for unit in ("SJ", "WL")]
    for late, (row, code) in enumerate(zip(rows, "AC", strict=True)):
        run("submit_reply", at(row, {**REPLY, "reply_class": code}))
        deliveries.record(session, row, [], "x", MORNING + timedelta(days=late))
    assert suggestion.status == "handling"
    separates = [{"unit": row.unit, "assignment": row.id} for row in rows]

    found = run("gather_replies", at(rows[0], separates=separates))

    last = MORNING + timedelta(days=1)
    assert found == {"reply_delivered_at": last.isoformat(), "reply_class": "C"}
    assert session.get_one(Suggestion, suggestion.id).replied_at == last


def test_one_separate_unit_does_not_answer_for_all(session: Session) -> None:
    suggestion = suggest(session)
    row = assign(session, suggestion.id, "SJ", "separate")
    run("submit_reply", at(row, REPLY))
    run("issue_reply", at(row))

    run("deliver_reply", at(row, delivered(1)))

    assert suggestion.status == "handling"
