"""By when, when to look again, how urgent, with which form: reckoned once, when the task is reached."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.engine.execution import Execution
from service.engine.host import PolicyUse
from service.engine.running import terms
from service.engine.running.terms import Agreed
from service.errors import ExpressionFailed
from tests.service.engine.diagrams import MORNING, Recorder, Walk, each, end, one, path, start, user

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    moment: datetime = MORNING + 15 * A_DAY
    policy_key: str = "sign"
    level: str = "key"
    base_at: datetime = MORNING
    cap_on: str | None = None
    unit: str = ""
    outer_key: str | None = None
    begun_at: datetime | None = None


def asked(variables: dict[str, Any] | None = None, **attributes: str) -> Agreed:
    given = {f"flowable__{name}": text for name, text in attributes.items()}
    diagram = one(start(), user("a", **given), end(), path("s", "a", "e"))
    host = Recorder(deadline=lambda names, key: Limit())

    walk = Walk(diagram, variables or {}, host)

    [task] = walk.execution.user_tasks
    return task.terms


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("P3D", MORNING + 3 * A_DAY),
        ("PT4H", MORNING + timedelta(hours=4)),
        ("2026-03-05T18:00:00+08:00", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ("2026-03-05", date(2026, 3, 5)),
        ("${when}", datetime(2026, 4, 1, tzinfo=UTC)),
        ("${day}", date(2026, 4, 2)),
        ("${span}", MORNING + 7 * A_DAY),
        ("P${n}D", MORNING + 2 * A_DAY),
        ("${nothing}", None),
        ("${blank}", None),
        ("${now().plusDays(n)}", MORNING + 2 * A_DAY),
        ("${dateTime().plusHours(1).toDate()}", MORNING + timedelta(hours=1)),
        ("", None),
    ],
)
def test_a_due_date_is_what_its_text_comes_to(text: str, due: Any) -> None:
    variables = {
        "when": "2026-04-01T00:00:00+00:00",
        "day": "2026-04-02",
        "span": "P7D",
        "n": 2,
        "nothing": None,
        "blank": "",
    }

    assert asked(variables, dueDate=text).due == due
    assert asked(variables, followUpDate=text).follow_up == due


@pytest.mark.parametrize("text", ['deadline("sign")', '${deadline("sign")}'])
def test_a_due_date_may_be_a_named_limit(text: str) -> None:
    found = asked(dueDate=text)

    assert found.due == MORNING + 15 * A_DAY
    assert found.policy == PolicyUse("sign", "key", MORNING, None)


def test_priority_and_form_are_passed_on() -> None:
    found = asked({"urgent": True}, priority="${urgent ? 90 : 10}", formKey="embedded:app:a.html")

    assert (found.priority, found.form_key) == (90, "embedded:app:a.html")
    assert asked(formRef="reply", priority="7") == Agreed(priority=7, form_key="reply")
    assert asked().priority == terms.USUAL_PRIORITY


@pytest.mark.parametrize(
    ("attribute", "value", "what"),
    [
        ("dueDate", "下周", "到期日"),
        ("dueDate", "Mon Mar 02 09:00:00 CST 2026", "到期日"),
        ("dueDate", "2026-03-05T25:00:00", "到期日"),
        ("dueDate", "2026-02-30", "到期日"),
        ("dueDate", "R3/P1D", "到期日"),
        ("followUpDate", 7, "跟进日"),
        ("priority", "高", "优先级"),
        ("priority", 10**12, "优先级"),
    ],
)
def test_what_comes_to_nothing_sensible_fails_the_step_and_names_the_task(
    attribute: str, value: Any, what: str
) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        asked({"given": value}, **{attribute: "${given}"})

    assert failed.value.element == "a"
    assert what in str(failed.value)


def test_a_missing_variable_fails_the_step_and_names_the_task() -> None:
    with pytest.raises(ExpressionFailed) as failed:
        asked(dueDate="${missing}")

    assert failed.value.element == "a"


def test_what_was_agreed_does_not_move_with_the_clock_or_the_variables() -> None:
    drawn = user("a", camunda__dueDate="P1D"), user("b", camunda__dueDate="P${n}D")
    walk = Walk(one(start(), *drawn, end(), path("s", "a", "b", "e")), {"n": 1})
    before = walk.execution.user_tasks[0].terms

    later = Execution.load(walk.definitions, walk.execution.dump(), Recorder(), MORNING + 9 * A_DAY)

    assert later.user_tasks[0].terms == before == Agreed(due=MORNING + A_DAY)


def test_each_instance_of_a_task_done_several_times_has_terms_of_its_own() -> None:
    drawn = user("a", each("days", "day"), camunda__dueDate="${day}", camunda__priority="${day}")
    diagram = one(start(), drawn.replace('priority="${day}"', 'priority="5"'), end(), path("s", "a", "e"))  # fmt: skip

    walk = Walk(diagram, {"days": ["P1D", "P2D"]})

    found = [task.terms.due for task in walk.execution.user_tasks]
    assert found == [MORNING + A_DAY, MORNING + 2 * A_DAY]


def test_a_priority_that_is_no_number_is_found_before_deployment() -> None:
    assert [terms.priority_fault(t) for t in ("", "50", "-1", "${n}")] == ["", "", "", ""]
    assert terms.priority_fault("高").endswith("。")
    assert terms.priority_fault("${").endswith("。")
