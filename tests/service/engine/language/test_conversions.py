"""Values are converted as the JUEL of Camunda 7 and Flowable converts them, operator by operator; `juel.tsv` is what those gave."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from service.engine.language import conversions, expressions
from service.engine.language.conversions import ConversionFailed
from tests.service.engine.language.samples import Limit

VALUES: dict[str, Any] = {
    "nothing": None,
    "three": 3,
    "zero": 0,
    "half": 2.5,
    "yes": True,
    "no": False,
    "text_3": "3",
    "text_2.5": "2.5",
    "text_10": "10",
    "word": "abc",
    "blank": "",
    "text_true": "true",
    "text_false": "false",
    "list": [1, 2],
    "no_list": [],
    "record": {"a": 1},
    "no_record": {},
    "day": "2026-12-12",
}
NUMERALS = {"text_3", "text_2.5", "text_10"}
TEXTS = {name for name, value in VALUES.items() if isinstance(value, str)}
COLLECTIONS = {"list", "no_list", "record", "no_record"}
UNDECIDED = {*NUMERALS, "word", "day"}
"""Texts that say neither true nor false. JUEL takes them for false; we stop, since ours mean 'is it filled in?' by it."""
ORDERS = {"<", "<=", ">", ">="}
EQUALITIES = {"==", "!="}
LOGIC = {"&&", "||", "!", "?:"}


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield operator, left value, right value (none where there is one only), and what JUEL gives."""
    lines = (Path(__file__).parent / "juel.tsv").read_text(encoding="utf-8").splitlines()
    columns: list[str] = []
    for first, *cells in (line.split("\t") for line in lines if not line.startswith("#")):
        if first == "operator":
            columns = cells
        elif columns[0] == "left":
            for right, given in zip(columns[1:], cells[1:], strict=True):
                yield first, cells[0], right, given
        else:
            for value, given in zip(columns, cells, strict=True):
                yield first, value, "", given


def is_stricter(operator: str, left: str, right: str, given: str) -> bool:
    """Say whether we stop where JUEL goes on: nobody can mean what it then computes."""
    if given in {"Infinity", "NaN"}:
        return True  # a division by zero, which no variable can hold
    if operator in ORDERS:  # a collection as Java writes it, beside a text; one beside itself
        return given != "!" and bool({left, right} & COLLECTIONS) and "nothing" not in {left, right}
    return operator in LOGIC and is_undecided(operator, left, right)


def is_undecided(operator: str, left: str, right: str) -> bool:
    """Say whether `and`, `or`, `not` or a choice comes to a text that says neither true nor false."""
    if left in UNDECIDED or right not in UNDECIDED:
        return left in UNDECIDED
    decides = VALUES[left] not in (None, False, "", "false", 0, [], {})
    return decides is (operator == "&&")


def is_wider(operator: str, left: str, right: str, given: str) -> bool:
    """Say whether we go on where JUEL stops: what Python's expressions always could, and decimals as text."""
    if given != "!":
        return False
    pair = {left, right}
    if operator == "+":
        lists = {"list", "no_list"}
        return (pair <= TEXTS and not pair <= {*NUMERALS, "blank"}) or pair <= lists
    if operator in ORDERS | EQUALITIES:
        return "text_2.5" in pair and bool(pair & {"three", "zero"})
    return operator in LOGIC and not is_undecided(operator, left, right)


def expected(given: str) -> Any:
    words = {"true": True, "false": False, "null": None}
    return words[given] if given in words else (float(given) if "." in given else int(given))


def text_of(operator: str) -> str:
    return {"!": "${!one}", "-": "${-one}", "empty": "${empty one}", "?:": "${one ? true : false}"}[
        operator
    ]


@pytest.mark.parametrize("operator", sorted({row[0] for row in rows()}))
def test_every_pair_of_values_gives_what_juel_gives(operator: str) -> None:
    wrong = []
    for sign, left, right, given in rows():
        if sign != operator:
            continue
        text = f"${{one {sign} other}}" if right else text_of(sign)
        got = outcome(text, VALUES[left], VALUES.get(right), sign)
        if is_stricter(sign, left, right, given):
            good = isinstance(got, ConversionFailed)
        elif is_wider(sign, left, right, given):
            good = not isinstance(got, Exception)
        elif given == "!":
            good = isinstance(got, ConversionFailed)
        else:
            wanted = expected(given)
            good = got == wanted and type(got) is type(wanted)
        if not good:
            wrong.append(f"{left} {sign} {right} is {given} there, {got!r} here")

    assert wrong == []


def outcome(text: str, one: Any, other: Any, sign: str) -> Any:
    try:
        value = expressions.compile(text).evaluate({"one": one, "other": other})
        return conversions.truth(value) if sign in LOGIC else value
    except ConversionFailed as error:
        return error


def test_the_table_knows_every_operator_and_every_value() -> None:
    found = list(rows())

    assert {row[0] for row in found} == ORDERS | EQUALITIES | LOGIC | {
        "+",
        "-",
        "*",
        "/",
        "%",
        "empty",
    }
    assert len(found) == 13 * len(VALUES) ** 2 + 4 * len(VALUES)


def test_words_for_operators_are_the_operators() -> None:
    names = {"a": "7", "b": 2}

    for word, sign in (
        ("div", "/"),
        ("mod", "%"),
        ("eq", "=="),
        ("ne", "!="),
        ("lt", "<"),
        ("ge", ">="),
    ):
        of_word = expressions.evaluate(f"${{a {word} b}}", names)
        assert of_word == expressions.evaluate(f"${{a {sign} b}}", names), word
    assert expressions.evaluate("${a div b}", names) == 3.5
    assert expressions.evaluate("${not (a gt b) or a le b}", names) is False


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("record.a", 1),
        ("record.nowhere", None),
        ("record.nowhere.further", None),
        ("nothing.a", None),
        ("record['nowhere'] == null", True),
        ("empty record.nowhere", True),
        ("record.nowhere > 3", False),
        ("record.nowhere + 1", 1),
        ("list[1]", 2),
        ("list[5]", None),
        ("list['1']", 2),
        ("list[-1]", 2),
        ("nothing <= null and null >= nothing", True),
        ("null < null", False),
        ("blank == null", False),
        ("'+3' + 1", 4),
        ("'1e2' + 1", 101.0),
        ("'.5' + 1", 1.5),
        ("' 3.5 ' + 1.0", 4.5),
        ("'3.0' == 3", True),
        ("true == 'TRUE'", True),
        ("false == 'nein'", True),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("-7 // 2", -4),
        ("1 < text < 10", True),
        ("3 in [3, 4] and 'b' in 'abc' and text not in [3]", True),
        ("nothing is None and three is not None", True),
        ("'abc'[1]", "b"),
        ("text + '月'", "3月"),
        ("str(true) + str(nothing)", "true"),
        ("yes.toString() == 'true'", True),
        ("three.equals('3') or '3'.equals(3) or yes.equals('true') or yes.equals(1)", False),
        ("three.equals(3) and three.equals(3.0) and text.equals('3')", True),
        ("list.contains(1) and not list.contains('1')", True),
        ("blank or 'otherwise'", "otherwise"),
        ("nothing and yes", False),
        ("3 in nothing or 'a' in nothing or nothing in 'abc'", False),
        ("3 not in nothing", True),
        ("len(nothing)", 0),
        ("nothing.startsWith('a') or 'a'.equalsIgnoreCase(nothing)", False),
        ("nothing.trim().length() + nothing.size()", 0),
        ("any(votes)", False),
        ("all(votes)", False),
        ("sum(amounts)", 6),
        ("any(['true', false]) and not all(['TRUE', ''])", True),
    ],
)
def test_what_no_table_of_pairs_can_say(text: str, value: Any) -> None:
    names = {
        **VALUES,
        "text": "3",
        "votes": ["false", "false"],
        "amounts": [1, "2", None, "", 3],
    }

    got = expressions.evaluate(text, names)

    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("word > 3", "文字“abc”和数字 3不能比较"),
        ("three == yes", "是否值 true和数字 3不能比较"),
        ("list < 3", r"列表 \[1, 2\]和数字 3不能比较"),
        ("record < record", "记录 {'a': 1}和记录 {'a': 1}不能比较"),
        ("word + 1", "文字“abc”不是数字"),
        ("yes + 1", "是否值 true不是数字"),
        ("-word", "文字“abc”不是数字"),
        ("three / zero", "数字 3不能除以 0"),
        ("three % blank", "数字 3不能除以 0"),
        ("half // 0", "数字 2.5不能除以 0"),
        ("1e308 * 10 * 10", "太大"),
        ("'1e999' + 1", "文字“1e999”不是数字"),
        ("'11111111111111111111111111111111111111111' + 1", "不是数字"),
        ("'NaN' + 1.0", "文字“NaN”不是数字"),
        ("not word", "文字“abc”既不是 true 也不是 false.*not empty note"),
        ("word and yes", "文字“abc”既不是 true 也不是 false"),
        ("yes if word else no", "文字“abc”既不是 true 也不是 false"),
        ("any([word])", "文字“abc”既不是 true 也不是 false"),
        ("three.a", "数字 3里没有“a”可取"),
        ("list.a", "文字“a”不是数字"),
        ("now() > word", "文字“abc”和时间 2026-12-12 12:00不能比较"),
        ("now() == 3", "时间 2026-12-12 12:00和数字 3不能比较"),
        ("now() < list", "不能比较"),
        ("3 in 'abc'", "数字 3不是文字"),
        ("3 in half", "数字 2.5不是列表"),
    ],
)
def test_values_without_a_meaning_beside_each_other_are_named(text: str, words: str) -> None:
    with pytest.raises(ConversionFailed, match=words):
        expressions.compile(text).evaluate(VALUES, {"now": lambda names: NOON})


# --- days and moments ----------------------------------------------------------------------------

NOON = datetime(2026, 12, 12, 4, tzinfo=UTC)
"""12 December 2026, twelve o'clock in Shanghai."""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("day < now()", True),
        ("day == now()", False),
        ("tomorrow > now()", True),
        ("now() <= midnight", False),
        ("midnight == day", True),
        ("midnight >= day and midnight <= day", True),
        ("before_midnight < day", True),
        ("day < '2026-12-13'", True),
        ("day == '2026-12-12'", True),
        ("noon_elsewhere == '2026-12-12T12:00:00+08:00'", True),
        ("noon_elsewhere == now()", True),
        ("local > now()", True),
        ("deadline('x') > day", True),
        ("deadline('x') == now()", True),
        ("deadline('x') < now().plusDays(1)", True),
        ("tomorrow == day.plusDays(1)", True),
        ("day.plusDays(20).toString()", "2027-01-01"),
        ("day.minusMonths(1)", date(2026, 11, 12)),
        ("day.plusHours(12) == now()", True),
        ("deadline('x').plusDays(1) > tomorrow", True),
        ("day.plusDays(1) > now()", True),
        ("blank > now() or blank < now() or blank == now()", False),
        ("nothing >= now() or nothing == now()", False),
        ("day != now()", True),
        ("'2026-13-40' < day", False),
        ("'甲' > day", True),
    ],
)
def test_a_day_is_one_in_shanghai_and_begins_at_midnight(text: str, value: Any) -> None:
    names = {
        "day": "2026-12-12",
        "tomorrow": "2026-12-13",
        "midnight": "2026-12-11T16:00:00+00:00",
        "before_midnight": "2026-12-11T15:59:59+00:00",
        "noon_elsewhere": "2026-12-12T04:00:00Z",
        "local": "2026-12-12T12:01",
        "blank": "",
        "nothing": None,
    }
    clock = {"now": lambda names: NOON, "deadline": lambda names, key: Limit(NOON)}

    got = expressions.compile(text).evaluate(names, clock)

    assert got == value
    assert type(got) is type(value)


# --- what decision tables want -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 == '3'", False),
        ("'3' + '4'", "34"),
        ("-7 % 3", 2),
        ("1 == true", True),
        ("not 'abc'", False),
    ],
)
def test_an_exact_expression_converts_nothing(text: str, value: Any) -> None:
    assert expressions.exact(text).evaluate({}) == value


def test_numbers_in_a_list_of_any_kind_are_still_numbers() -> None:
    assert math.isclose(expressions.evaluate("sum(x) / len(x)", {"x": [1, "2", 2.5]}), 5.5 / 3)
