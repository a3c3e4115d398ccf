"""What somebody writes is read, or refused in a sentence that names it."""

from datetime import UTC, datetime, timedelta

import pytest

from service.errors import ScenarioInvalid
from service.simulation import Message, Scenario
from service.simulation import scenario as reading
from tests.conftest import MORNING


def test_a_day_starts_at_nine_and_ends_at_midnight_where_the_office_is():
    assert reading.starting("2026-03-02") == MORNING
    assert reading.ending("2026-03-02") == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)


def test_an_instant_is_local_unless_it_names_its_zone():
    assert reading.starting("2026-03-02T09:00") == MORNING
    assert reading.starting("2026-03-02T01:00:00Z") == MORNING


@pytest.mark.parametrize("text", ["昨天", "2026-02-30", "0001-01-01", "9999-12-31", "", "2026-13"])
def test_what_is_no_day_is_refused_by_name(text):
    with pytest.raises(ScenarioInvalid, match="开始时间"):
        reading.starting(text)


@pytest.mark.parametrize("text", ["{", "[1]", "1", "{'a': 1}", "\udcff", "NaN", "[" * 5000])
def test_variables_that_are_no_object_are_refused_by_name(text):
    with pytest.raises(ScenarioInvalid, match="变量（--variables）"):
        reading.variables(text)


def test_no_variables_are_none():
    assert reading.variables("") == {}
    assert reading.variables('{"days": 3}') == {"days": 3}


def test_an_answers_file_may_hold_messages():
    content = '\ufeff{"审批": {"ok": true}, "messages": [{"name": "撤回", "at": "2026-03-04"}]}'

    answers, [message] = reading.answers(content.encode())

    assert answers == {"审批": {"ok": True}}
    assert message == Message("撤回", {}, MORNING + timedelta(days=2))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('{"messages": {}}', "messages"),
        ('{"messages": [1]}', "messages"),
        ('{"messages": [{"name": ""}]}', "messages"),
        ('{"messages": [{"name": "撤回", "when": 1}]}', "when"),
        ('{"messages": [{"name": "撤回", "payload": 1}]}', "payload"),
        ('{"messages": [{"name": "撤回", "at": "明天"}]}', "撤回"),
        ("不是 JSON", "答案文件"),
        ("\udcb0", "答案文件"),
    ],
)
def test_a_slip_in_an_answers_file_is_named(content, named):
    with pytest.raises(ScenarioInvalid, match=named):
        reading.answers(content.encode("utf-8", "surrogateescape"))


def test_a_message_has_a_name_and_may_bring_something():
    assert reading.message("撤回") == Message("撤回")
    assert reading.message('撤回={"why": "补充"}') == Message("撤回", {"why": "补充"})
    for text in ("", '={"why": 1}', "撤回=why"):
        with pytest.raises(ScenarioInvalid, match="消息"):
            reading.message(text)


def test_an_answer_that_is_no_object_is_refused():
    for told in (1, ["同意"], None):
        with pytest.raises(ScenarioInvalid, match="审批"):
            Scenario(MORNING, answers={"审批": told})


def test_an_end_before_the_start_is_refused():
    with pytest.raises(ScenarioInvalid, match="--until"):
        Scenario(MORNING, until=MORNING - timedelta(days=1))


@pytest.mark.parametrize("wait", ["五天", "P", 5, "P99999999999D", "P999Y999M"])
def test_a_wait_that_is_no_length_of_time_is_refused(wait):
    with pytest.raises(ScenarioInvalid, match="wait"):
        reading.ready_at({"wait": wait}, datetime(9000, 1, 1, tzinfo=UTC))


def test_a_wait_is_counted_from_the_opening():
    assert reading.ready_at({"wait": "P1D"}, MORNING) == MORNING + timedelta(days=1)
    assert reading.ready_at({}, MORNING) == MORNING
