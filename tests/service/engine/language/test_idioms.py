"""What other engines' diagrams write means here what it meant there, and what it cannot mean is refused in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.engine.language import expressions, idioms
from service.engine.language.grammar import ExpressionInvalid
from tests.service.engine.diagrams import MORNING

NAMES: dict[str, Any] = {
    "amount": 60,
    "approved": False,
    "result": "agree",
    "units": ["交通局", "公安局"],
    "assist": {"unit": "ZJ"},
    "nothing": None,
    "none": [],
    "task": ["a"],
    "due_on": "2026-03-31T01:00:00+00:00",
}


def value(text: str) -> Any:
    clock = {"now": lambda names: MORNING, "dateTime": lambda names: MORNING}
    return expressions.compile(text).evaluate(NAMES, clock)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${execution.getVariable('amount')}", 60),
        ("${execution.getVariable('missing')}", None),
        ("${execution.getVariable('amount') > 50 && !approved}", True),
        ("${execution.hasVariable('nothing') && !execution.hasVariable('missing')}", True),
        ("${task.getVariable('result')}", "agree"),
        ("${task.size()}", 1),
        ("${result.equals('agree')}", True),
        ("${'agree'.equals(result)}", True),
        ("${!result.equals('agree')}", False),
        ("${result.equalsIgnoreCase('AGREE')}", True),
        ("${nothing.equals('agree')}", False),
        ("${units.size() == 2 and units.contains('公安局')}", True),
        ("${result.contains('gre')}", True),
        ("${assist.containsKey('unit')}", True),
        ("${none.isEmpty() || nothing.isEmpty()}", True),
        ("${!units.isEmpty() && approved}", False),
        ("${units.get(0)}", "交通局"),
        ("${units.get(0).length()}", 3),
        ("${assist.get('unit')}", "ZJ"),
        ("${assist.get('no')}", None),
        ("${assist.unit.toLowerCase().startsWith('z')}", True),
        ("${' a '.trim().toUpperCase().endsWith('A')}", True),
        ("${amount.toString()}", "60"),
        ("${approved ? 'a' : 'b'}", "b"),
        ("${amount > 50 ? (approved ? 1 : 2) : 3}", 2),
        ("${approved ? 1 : amount > 50 ? 2 : 3}", 2),
        ("${approved == false ? 'x:y?' : \"b\"}", "x:y?"),
        ("${max(approved ? 1 : 2, amount > 100 ? 3 : 0)}", 2),
        ("${units[approved ? 0 : 1]}", "公安局"),
        ("${not empty units ? units.get(0) : null}", "交通局"),
        ("${var:equals(result, 'agree')}", True),
        ("${vars:eq('result', 'agree')}", True),
        ("${variables:get(missing)}", None),
        ("${variables:getOrDefault(missing, 7)}", 7),
        ("${var:exists(amount) && !var:exists(missing)}", True),
        ("${var:gt(amount, 50) && !var:lt(missing, 50) && var:gte(amount, 60)}", True),
        ("${var:isEmpty(missing) && var:isNotEmpty(units) && var:ne(missing, 1)}", True),
        ("${var:contains(units, '公安局') && !var:contains(missing, 1)}", True),
        ("${var:equals(result, 'var:lt(')}", False),
        ("= amount > 50", True),
        ("=result = 'agree' and (amount = 60)", True),
        ("not(amount = 60)", False),
        ("amount>=60 and amount<=60 and amount!=61 and result='agree'", True),
        ("'a=b' = 'a=b'", True),
        ("${now()}", MORNING),
        ("${dateTime().plusDays(3).toDate()}", MORNING + timedelta(days=3)),
        ("${now().plusDays('3')}", MORNING + timedelta(days=3)),
        ("${now().minusDays('') == now().plusHours(null)}", True),
        ("${now().plusDays(amount / 24)}", MORNING + timedelta(days=2)),
        ("${now().plusDays(-2.7)}", MORNING - timedelta(days=2)),
        ("${now().minusWeeks(1).plusHours(2)}", MORNING - timedelta(days=7, hours=-2)),
        ("${due_on.plusMonths(1)}", datetime(2026, 4, 30, 1, tzinfo=UTC)),
        ("${due_on.minusMonths(1)}", datetime(2026, 2, 28, 1, tzinfo=UTC)),
        ("${now().plusDays(0) < now().plusYears(1)}", True),
    ],
)
def test_an_idiom_means_what_it_meant_there(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("${execution.processInstanceId}", "请直接写变量名"),
        ("${execution.getProcessInstanceId()}", "请直接写变量名"),
        ("${execution.getVariable(amount)}", "变量名"),
        ("${execution.getVariable('__class__')}", "变量名"),
        ("${execution.setVariable('a', 1)}", "请直接写变量名"),
        ("${userService.findLeader(result)}", "请改用服务任务"),
        ("${units.get()}", "1 个参数"),
        ("${units.contains(*units)}", "直接写值"),
        ("${units.__class__()}", "不能调用方法"),
        ("${result.format(units)}", "不能调用方法 format"),
        ("${var:equals('a b', 1)}", "变量名"),
        ("${var:delete(amount)}", "不能调用方法 delete"),
        ("${approved ? 1}", "看不懂"),
        ("${approved ? : 2}", "看不懂"),
        ("${__variable('amount')}", "只能调用"),
        ("amount =", "看不懂"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_to_write(text: str, part: str) -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        expressions.compile(text)

    assert part in str(refused.value)
    assert str(refused.value).endswith("。")


@pytest.mark.parametrize(
    "text",
    [
        "amount.startsWith('6')",
        "amount.get(0)",
        "units.get(-1)",
        "now().plusDays('三')",
        "now().plusDays('2.7')",
        "now().plusDays(true)",
        "amount.plusDays(3)",
        "amount.contains(6)",
    ],
)
def test_a_method_asked_of_the_wrong_thing_fails_when_it_is_evaluated(text: str) -> None:
    with pytest.raises(TypeError):
        value(text)


def test_every_method_is_refused_with_too_many_arguments() -> None:
    for name in idioms.METHODS:
        with pytest.raises(ExpressionInvalid, match="个参数"):
            expressions.compile(f"amount.{name}(1, 2, 3)")
