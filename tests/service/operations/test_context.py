"""What an operation is handed refuses what it must."""

from typing import Any

import pytest
from pydantic import Field

from service.errors import FormInvalid, NotAllowed
from service.operations import Context, Flag, Form
from tests.conftest import MORNING


class Answer(Form):
    reason: str | None = Field(description="理由")
    agreed: Flag = Field(description="是否同意")


def context(**given: Any) -> Context:
    circumstances = {
        "session": None,
        "at": MORNING,
        "by": "wang",
        "instance_id": 1,
        "business_key": None,
        "process_id": "p",
        "element_id": "Task_answer",
    }
    return Context(**(circumstances | given))


def test_a_start_operation_names_the_case():
    named: list[str] = []

    context(keyed=named.append).key("suggestion:17")

    assert named == ["suggestion:17"]


def test_a_case_is_not_exchanged_for_another():
    named: list[str] = []
    running = context(business_key="suggestion:17", keyed=named.append)

    with pytest.raises(NotAllowed):
        running.key("suggestion:18")
    assert named == []


def test_what_nobody_does_has_no_person():
    assert context().person == "wang"
    with pytest.raises(NotAllowed):
        _ = context(by=None).person


def test_a_value_asked_only_sometimes_is_refused_at_its_field_where_it_is_needed():
    form = Answer.model_validate({"reason": None, "agreed": None})

    assert form.agreed is False
    with pytest.raises(FormInvalid) as refused:
        form.needed("reason", form.reason)
    assert refused.value.messages == {"reason": "请填写“理由”。"}
    assert form.needed("reason", "路灯不亮") == "路灯不亮"
