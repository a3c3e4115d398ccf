"""What ends a case, where a diagram's story does not show it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid, NotAllowed
from service.operations import Context, run
from service.register.proposal import suggestions
from service.register.reply import replies
from service.tables.people import Notification
from tests import replied_case
from tests.conftest import MORNING
from tests.replied_case import RepliedCase


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        replied_case.populate(session, MORNING)
        yield session


def step(
    session: Session, case: RepliedCase, values: dict[str, Any] | None = None, **others: Any
) -> Context:
    known = {"suggestion": case.suggestion.id, "office": "deputy_office", "system": "government"}
    return Context(
        session,
        others.pop("at", MORNING),
        others.pop("by", "代工委"),
        case.instance_id,
        case.key,
        "suggestion_main",
        "Task",
        variables={**known, **others},
        values=values or {},
    )


def recipients(session: Session, kind: str) -> list[str]:
    found = session.scalars(select(Notification.recipient).where(Notification.kind == kind))
    return sorted(found)


def returned(*units: str) -> dict[str, Any]:
    return {
        "reply_check": "returned",
        "check_reason": "没有逐条回应。",
        "returned_units": list(units),
    }


# The reply is late


def test_nobody_is_late_who_has_answered(session: Session) -> None:
    case = replied_case.replied(session)

    run("mark_reply_overdue", step(session, case))

    assert recipients(session, "reply_overdue") == []


def test_a_late_unit_is_named_to_who_watches_it(session: Session) -> None:
    case = replied_case.replied(session, ["JT", "GA"])
    case.duties[1].replied_at = None

    run("mark_reply_overdue", step(session, case))

    assert recipients(session, "reply_overdue") == ["deputy_office", "gov_supervision"]
    [text] = set(session.scalars(select(Notification.text)))
    assert "公安局还没有送达答复" in text


# The receipt is examined


def test_a_reply_found_good_is_evaluated(session: Session) -> None:
    case = replied_case.replied(session)

    found = run(
        "check_reply",
        step(
            session, case, {"reply_check": "qualified", "check_reason": None, "returned_units": []}
        ),
    )

    assert found == {"returned_replies": []}
    assert case.suggestion.status == "evaluating"


def test_one_answering_unit_need_not_be_chosen(session: Session) -> None:
    case = replied_case.replied(session)

    found = run("check_reply", step(session, case, returned()))

    assert found["returned_replies"] == [{"unit": "JT", "assignment": case.duties[0].id}]
    assert (case.duties[0].status, case.duties[0].replied_at) == ("drafting", None)
    assert (case.suggestion.status, case.suggestion.replied_at) == ("handling", None)
    assert replies.last_return(session, case.duties[0].id).reason == "没有逐条回应。"
    assert recipients(session, "reply_returned") == ["unit_liaison:JT"]


def test_of_several_units_somebody_says_which(session: Session) -> None:
    case = replied_case.replied(session, ["JT", "GA"])

    with pytest.raises(FormInvalid) as refused:
        run("check_reply", step(session, case, returned()))
    assert refused.value.messages == {"returned_units": "请选择哪些单位的答复要退回。"}

    found = run("check_reply", step(session, case, returned("GA")))

    assert [row["unit"] for row in found["returned_replies"]] == ["GA"]


# The end


def test_only_the_lead_deputy_withdraws(session: Session) -> None:
    case = replied_case.replied(session)

    with pytest.raises(NotAllowed, match="领衔代表"):
        run("record_withdrawal", step(session, case, by="代表乙"))
    run("record_withdrawal", step(session, case, by=case.suggestion.lead_deputy))

    assert case.suggestion.status == "withdrawn"
    assert {duty.status for duty in case.duties} == {"withdrawn"}
    assert recipients(session, "withdrawn") == ["deputy_office", "unit_liaison:JT"]


def test_the_last_and_worst_of_several_replies_stand_for_the_case(session: Session) -> None:
    case = replied_case.replied(session, ["JT", "GA"])
    last = replies.current(session, case.duties[1].id)
    last.reply_class, last.delivered_at = "C", MORNING + timedelta(hours=1)

    found = run("collect_replies", step(session, case))

    assert found["reply_class"] == "C"
    assert case.suggestion.replied_at == MORNING + timedelta(hours=1)


def test_a_case_is_closed_with_what_was_merged_into_it(session: Session) -> None:
    case = replied_case.replied(session, merged=["代表乙"])

    run("close_suggestion", step(session, case))

    cluster = suggestions.cluster(session, case.suggestion.id)
    assert [each.status for each in cluster] == ["closed", "closed"]
    assert recipients(session, "closed") == sorted(each.lead_deputy for each in cluster)
