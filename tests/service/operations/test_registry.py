"""What a diagram may name is what the package's modules declare."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypedDict

import pytest
from pydantic import Field

from service.errors import FormInvalid, NotAllowed, OperationFailed
from service.operations import (
    OPERATIONS,
    SOURCES,
    Context,
    Form,
    Variable,
    described,
    operation,
    registry,
    source,
)
from tests.conftest import MORNING


@pytest.fixture(autouse=True)
def only_for_this_test(monkeypatch):
    registry.load()
    monkeypatch.setattr(registry, "OPERATIONS", dict(OPERATIONS))
    monkeypatch.setattr(registry, "SOURCES", dict(SOURCES))


def test_a_function_is_registered_under_its_name():
    @operation()
    def count_lamps(context):
        """清点路灯。"""

    @source()
    def lamp_kinds(session):
        """路灯种类。"""
        return []

    assert registry.OPERATIONS["count_lamps"].function is count_lamps
    assert registry.SOURCES["lamp_kinds"].function is lamp_kinds


def test_a_designer_reads_the_first_line():
    @operation()
    def count_lamps(context):
        """清点路灯。

        Counts twice.
        """

    assert described(count_lamps) == "清点路灯。"


def test_two_modules_cannot_claim_one_name():
    @operation()
    def count_lamps(context):
        """清点路灯。"""

    def another(context):
        """清点别的路灯。"""

    another.__name__, another.__module__ = "count_lamps", "service.operations.elsewhere"

    with pytest.raises(ValueError, match="count_lamps"):
        operation()(another)


def test_everything_registered_describes_itself_in_chinese():
    registry.load()

    registered = {**OPERATIONS, **SOURCES}

    silent = [name for name, function in registered.items() if described(function).isascii()]
    assert silent == []


class Answer(Form):
    answer: str = Field(description="答复")
    reason: str | None = Field(description="理由")


CaseId = Annotated[int, Variable("建议", case=lambda session, value: f"suggestion:{value % 100}")]


class Kind(StrEnum):
    GOOD = "good"


class Given(TypedDict):
    answered_at: datetime
    kind: Kind


def context(**given: Any) -> Context:
    circumstances = {
        "session": None,
        "at": MORNING,
        "by": "wang",
        "instance_id": 1,
        "business_key": "suggestion:17",
        "process_id": "answering",
        "element_id": "Task_answer",
        "variables": {"suggestion": 17},
        "values": {"answer": "好", "reason": None, "more": 1},
    }
    return Context(**(circumstances | given))


@pytest.fixture
def calls():
    """Declare `answer_case`, and return what it was called with."""
    seen = []

    @operation("suggestion", reserved=("answering",))
    def answer_case(context: Context, form: Answer, *, suggestion: CaseId, round: int = 1) -> Given:
        """登记答复。"""
        seen.append((form.answer, suggestion, round))
        return {"answered_at": context.at, "kind": Kind.GOOD}

    return seen


def test_an_operation_gets_what_it_declares_and_gives_plain_values(calls):
    given = registry.run("answer_case", context())

    assert calls == [("好", 17, 1)]
    assert given == {"answered_at": MORNING.isoformat(), "kind": "good"}
    assert type(given["kind"]) is str


def test_a_parameter_of_the_task_wins_over_a_variable(calls):
    registry.run(
        "answer_case", context(parameters={"round": 2}, variables={"suggestion": 17, "round": 1})
    )

    assert calls == [("好", 17, 2)]


@pytest.mark.parametrize("number", [18, 0, -1])
def test_a_number_of_another_case_is_refused(calls, number):
    with pytest.raises(NotAllowed):
        registry.run("answer_case", context(variables={"suggestion": number}))

    assert calls == []


@pytest.mark.parametrize("key", [None, "supervision:17", "evaluation:17", "lamp:17", ""])
def test_a_case_of_another_kind_is_refused(calls, key):
    with pytest.raises(NotAllowed):
        registry.run("answer_case", context(business_key=key))

    assert calls == []


def test_a_process_it_is_not_reserved_for_is_refused(calls):
    with pytest.raises(NotAllowed):
        registry.run("answer_case", context(process_id="another"))

    assert calls == []


@pytest.mark.parametrize("variables", [{}, {"suggestion": None}, {"suggestion": "十七"}])
def test_a_variable_that_is_missing_or_wrong_is_an_incident_that_names_it(calls, variables):
    with pytest.raises(OperationFailed, match="suggestion") as failed:
        registry.run("answer_case", context(variables=variables))

    assert failed.value.element == "Task_answer"


def test_a_form_of_an_older_diagram_that_lacks_a_field_is_refused_at_the_field(calls):
    with pytest.raises(FormInvalid) as refused:
        registry.run("answer_case", context(values={"reason": "好"}))

    assert refused.value.messages == {"answer": "请填写“答复”。"}
    assert refused.value.values == {"reason": "好"}


def test_a_list_of_another_case_is_refused():
    @source("suggestion")
    def lamp_rows(session: Any, *, suggestion: CaseId) -> list[int]:
        """路灯。"""
        return [suggestion]

    assert registry.options("lamp_rows", None, {"suggestion": 17}, "suggestion:17") == [17]
    for number, key in ((18, "suggestion:17"), (17, None), (17, "supervision:17")):
        with pytest.raises(NotAllowed):
            registry.options("lamp_rows", None, {"suggestion": number}, key)
