import inspect
import re

import pytest

from service import errors

TREE = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, errors.ServiceError)
]


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)
def test_every_error_is_a_chinese_sentence_with_a_status(cls):
    assert re.search(r"[\u4e00-\u9fff]", cls.sentence)
    assert cls.sentence.endswith("。")
    assert 400 <= cls.status <= 503


def test_a_sentence_of_its_own_wins_and_facts_are_kept():
    error = errors.NotFound("没有这件建议。", suggestion=17)

    assert str(error) == "没有这件建议。"
    assert error.facts == {"suggestion": 17}


def test_a_refused_form_keeps_everything_typed():
    error = errors.FormInvalid({"title": "请填写标题。"}, {"title": "", "text": "已写的内容"})

    assert error.messages == {"title": "请填写标题。"}
    assert error.values["text"] == "已写的内容"


def test_a_failed_step_names_its_element():
    error = errors.ProcessFailed(element="Task_draft_answer", cause="ValueError: x")

    assert (error.element, error.cause) == ("Task_draft_answer", "ValueError: x")
    assert "没有丢失" in str(error)
