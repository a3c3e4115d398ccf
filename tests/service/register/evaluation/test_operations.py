"""What a diagram's steps of evaluation return and tell: routing words and notices, never how anybody rated."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history
from service.errors import FormInvalid, NotAllowed
from service.history import Entry
from service.operations import Context, run
from service.register.evaluation import evaluations
from service.register.evaluation.ratings import ContactCheck
from service.tables.evaluation import Evaluation, ProxyEntry
from service.tables.people import Notification
from service.tables.runtime import Draft
from tests.conftest import MORNING
from tests.replied_case import NOT_SATISFIED, SATISFIED, RepliedCase, met, replied

EMPTY = {
    "reason": None,
    "remark": None,
    "wants_meeting": None,
    "meeting_wish": None,
    "reply_class_agreed": None,
    "text_may_be_shared": None,
    "text_may_be_published": None,
    "attitude_rating": None,
    "result_rating": None,
}


@pytest.fixture
def case(session: Session) -> RepliedCase:
    return replied(session, merged=["代表乙"])


def context(
    session: Session,
    case: RepliedCase,
    values: Mapping[str, Any] | None = None,
    by: str | None = "代表甲",
    parameters: Mapping[str, Any] | None = None,
    **variables: Any,
) -> Context:
    return Context(
        session=session,
        at=MORNING,
        by=by,
        instance_id=case.instance_id,
        business_key=case.key,
        process_id="back_to_back_evaluation",
        element_id="Task_rate",
        variables={
            "suggestion": case.suggestion.id,
            "round": 1,
            "office": "deputy_office",
            **variables,
        },
        values=values or {},
        parameters=parameters or {},
    )


def opened(session: Session, case: RepliedCase) -> list[dict[str, Any]]:
    found = run("create_evaluations", context(session, case))
    rows: list[dict[str, Any]] = found["evaluations"]
    return rows


def rated(
    session: Session, case: RepliedCase, one: Mapping[str, Any], values: Mapping[str, Any]
) -> Mapping[str, Any]:
    return run(
        "rate_handling",
        context(session, case, {**EMPTY, **values}, by=one["deputy"], evaluation=one),
    )


def told(session: Session, recipient: str) -> list[str]:
    rows = select(Notification.text).where(Notification.recipient == recipient)
    return list(session.scalars(rows.order_by(Notification.id)))


def test_the_process_is_told_who_rates_whom_and_the_deputies_that_they_are_asked(
    session: Session, case: RepliedCase
) -> None:
    found = run("create_evaluations", context(session, case))

    assert [(one["deputy"], one["unit"]) for one in found["evaluations"]] == [
        ("代表甲", "JT"),
        ("代表乙", "JT"),
    ]
    assert found["evaluation_opened_at"] == MORNING.isoformat()
    assert case.suggestion.status == "evaluating"
    assert len(told(session, "代表甲")) == len(told(session, "代表乙")) == 1


def test_a_rating_gives_the_process_the_same_word_whatever_it_was(
    session: Session, case: RepliedCase
) -> None:
    first, second = opened(session, case)

    assert rated(session, case, first, SATISFIED) == rated(session, case, second, NOT_SATISFIED)


@pytest.mark.parametrize("missing", ["no_contact", "no_reply"])
def test_what_is_missing_sends_the_unit_back_without_a_rating(
    session: Session, case: RepliedCase, missing: str
) -> None:
    [one, _] = opened(session, case)

    found = rated(session, case, one, {"contact_check": missing})

    assert found == {"missing": missing, "supplement_asked_at": MORNING.isoformat()}
    assert evaluations.get(session, one["id"]).state == "supplementing"
    assert ContactCheck(missing).label in told(session, "unit_liaison:JT")[0]


def test_supervision_hears_of_records_that_do_not_agree(
    session: Session, case: RepliedCase
) -> None:
    met(session, case)
    [one, other] = opened(session, case)

    rated(session, case, other, {"contact_check": "no_contact"})
    assert told(session, "gov_supervision") == []
    rated(session, case, one, {"contact_check": "no_contact"})

    assert "与单位登记的记录不符" in told(session, "gov_supervision")[0]
    assert "与单位登记的记录不符" in told(session, "deputy_office")[0]


def test_a_supplement_asks_the_deputy_again(session: Session, case: RepliedCase) -> None:
    [one, _] = opened(session, case)
    rated(session, case, one, {"contact_check": "no_reply"})

    found = run(
        "record_supplement",
        context(
            session,
            case,
            {
                "method": "mail",
                "made_good_on": "2026-03-02",
                "account": "已邮寄",
                "attachments": [4],
            },
            by="交通局联络员",
            evaluation=one,
        ),
    )

    assert found == {"missing": "none", "evaluation_opened_at": MORNING.isoformat()}
    assert "已于3月2日就您反映的情况补正" in told(session, "代表甲")[-1]


def test_silence_is_recorded_for_the_evaluation_the_diagram_names(
    session: Session, case: RepliedCase
) -> None:
    [one, other] = opened(session, case)

    run("record_no_feedback", context(session, case, parameters={"evaluation": one["id"]}))

    states = [evaluations.get(session, each["id"]).state for each in (one, other)]
    assert states == ["no_feedback", "pending"]


@pytest.mark.parametrize(
    ("values", "outcome"), [(SATISFIED, "satisfied"), (NOT_SATISFIED, "not_satisfied")]
)
def test_the_seal_tells_the_office_that_it_is_sealed_and_not_how(
    session: Session, case: RepliedCase, values: dict[str, Any], outcome: str
) -> None:
    for one in opened(session, case):
        rated(session, case, one, values)

    found = run("seal_evaluations", context(session, case, by=None))

    assert found["evaluation_outcome"] == outcome
    [text] = told(session, "deputy_office")
    assert text == "《关于增设会车警示的建议》的代表评价已经封口，请登录查看。"
    assert told(session, "unit_liaison:JT") == []


def test_a_meeting_only_the_unit_remembers_is_checked_after_the_seal(
    session: Session, case: RepliedCase
) -> None:
    met(session, case)
    one, other = opened(session, case)
    rated(session, case, one, {**SATISFIED, "contact_check": "remote"})
    rated(session, case, other, SATISFIED)

    run("seal_evaluations", context(session, case, by=None))

    checks = [text for text in told(session, "deputy_office") if "没有和" in text]
    assert len(checks) == 1


def test_drafts_of_withdrawn_tasks_go_with_the_seal(session: Session, case: RepliedCase) -> None:
    opened(session, case)
    for subject, instance_id in (("gone", case.instance_id), ("elsewhere", None)):
        session.add(Draft(subject=subject, login="代表甲", saved_at=MORNING, values={}))
        if instance_id:
            gone = Entry("withdrawn", "back_to_back_evaluation", "Task_rate", "填写评价", subject)
            history.append(session, instance_id, [gone], MORNING)
    session.flush()

    run("seal_evaluations", context(session, case, by=None))

    assert list(session.scalars(select(Draft.subject))) == ["elsewhere"]


def on_paper(given: Context, evaluation_id: int | None = None) -> Context:
    """The same in the process of a paper, which is a case of its own once it was begun."""
    key = f"evaluation:{evaluation_id}" if evaluation_id else None
    return replace(given, process_id="proxy_evaluation", business_key=key)


def received(session: Session, case: RepliedCase, keyed: list[str]) -> Mapping[str, Any]:
    [one, _] = opened(session, case)
    start = Context(
        session=session,
        at=MORNING,
        by="代工委甲",
        instance_id=case.instance_id,
        business_key=None,
        process_id="proxy_evaluation",
        element_id="Start_paper_received",
        values={"evaluation": str(one["id"]), "scans": [9]},
        keyed=keyed.append,
    )
    return run("open_proxy_entry", start)


def test_paper_belongs_to_a_case_of_its_own_that_no_unit_sees(
    session: Session, case: RepliedCase
) -> None:
    keyed: list[str] = []

    found = received(session, case, keyed)

    [entry] = session.scalars(select(ProxyEntry))
    assert keyed == [f"evaluation:{entry.evaluation_id}"]
    assert (found["entry"], found["office"], found["scans"]) == (entry.id, "deputy_office", [9])
    assert found["paper_of"] == "《关于增设会车警示的建议》 代表甲评交通局"


def test_paper_for_what_was_rated_is_refused_beside_the_choice(
    session: Session, case: RepliedCase
) -> None:
    received(session, case, [])
    [entry] = session.scalars(select(ProxyEntry))
    start = context(
        session, case, {"evaluation": str(entry.evaluation_id), "scans": [9]}, by="代工委乙"
    )

    with pytest.raises(FormInvalid) as refused:
        run("open_proxy_entry", on_paper(start))
    assert "正在代录" in refused.value.messages["evaluation"]


def test_a_registered_paper_is_told_to_the_deputy_who_may_deny_it(
    session: Session, case: RepliedCase
) -> None:
    found = received(session, case, [])
    typed = {**EMPTY, **SATISFIED}
    [entry] = session.scalars(select(ProxyEntry))
    key = entry.evaluation_id
    first = on_paper(context(session, case, typed, by="代工委甲", **found), key)
    run("enter_proxy_rating", first)

    second = on_paper(context(session, case, typed, by="代工委乙", **found), key)
    result = run("check_proxy_rating", second)

    assert result == {"proxy_result": "registered"}
    assert "否认" in told(session, "代表甲")[-1]
    row = session.scalars(select(Evaluation).where(Evaluation.proxy_entered)).one()
    assert row.deputy == "代表甲"


def test_a_paper_and_an_evaluation_of_another_case_are_refused(
    session: Session, case: RepliedCase
) -> None:
    found = received(session, case, [])
    [entry] = session.scalars(select(ProxyEntry))
    other = replied(session)
    [one] = opened(session, other)
    typed = {**EMPTY, **SATISFIED}

    foreign = on_paper(context(session, case, typed, **found), entry.evaluation_id + 1)
    with pytest.raises(NotAllowed, match="不属于这件事项"):
        run("enter_proxy_rating", foreign)
    with pytest.raises(NotAllowed, match="不属于这件事项"):
        rated(session, case, one, SATISFIED)
    with pytest.raises(NotAllowed, match="不属于这件事项"):
        run("record_no_feedback", context(session, case, parameters={"evaluation": one["id"]}))


@pytest.mark.parametrize("process_id", ["leave", "proxy_evaluation"])
def test_no_other_diagram_opens_or_seals_an_evaluation(
    session: Session, case: RepliedCase, process_id: str
) -> None:
    for name in ("create_evaluations", "record_no_feedback", "seal_evaluations"):
        with pytest.raises(NotAllowed, match="不能用在流程"):
            run(name, replace(context(session, case), process_id=process_id))


def test_somebody_who_is_not_the_deputy_is_refused(session: Session, case: RepliedCase) -> None:
    [one, _] = opened(session, case)

    with pytest.raises(NotAllowed, match="代表本人"):
        run(
            "rate_handling",
            context(session, case, {**EMPTY, **SATISFIED}, by="代工委甲", evaluation=one),
        )
