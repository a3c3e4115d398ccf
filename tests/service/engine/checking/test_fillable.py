"""A form nobody could ever hand in is refused when it is drawn, not when somebody fills it in."""

import pytest

from service.engine.checking import lint
from service.engine.checking.lint import Known
from service.engine.drawn.findings import Finding
from service.forms import FIELD_TYPES
from tests.service.engine.checking.review import form as fields
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import document, end, extensions, path, process, start, user

KNOWN = Known(field_types=frozenset(FIELD_TYPES))


def field(kind: str, *options: str, default: str = "", **constraints: str) -> str:
    rules = "".join(f'<camunda:constraint name="{k}" config="{v}"/>' for k, v in constraints.items())  # fmt: skip
    values = "".join(f'<camunda:value id="{one}" name="{one}"/>' for one in options)
    given = f' defaultValue="{default}"' if default else ""
    return f'<camunda:formField id="f" label="数额" type="{kind}"{given}><camunda:validation>{rules}</camunda:validation>{values}</camunda:formField>'  # fmt: skip


def found(drawn: str, before: str = "title") -> list[Finding]:
    parts = (start("s", form(before)), user("a", extensions(fields(drawn))), end())
    files = {"p.bpmn": document(process("p", *parts, path("s", "a", "e")))}
    return [f for f in lint.check(files, KNOWN) if f.code == "form-never"]


NEVER = {
    "a number between limits that cross": (field("long", required="", min="10", max="5"), "最小值 10 比最大值 5 还大"),
    "a decimal": (field("number", required="", min="0.5", max="0.25"), "还大"),
    "a date": (field("date", required="", min="2026-12-01", max="2026-11-01"), "还大"),
    "a text that is to be longer than it may be": (field("string", required="", minlength="20", maxlength="10"), "至少要 20 个字"),
    "a short text that is to be longer than such texts can be": (field("string", required="", minlength="300"), "最多只能写 200 个字"),
    "more choices than there are": (field("choices", "a", "b", required="", min="3"), "只有 2 个选项"),
    "choices of nothing": (field("choices", required=""), "没有选项"),
    "no file at all": (field("file", required="", max="0"), "最多只能有 0 项"),
    "read only, and nothing before it brings it": (field("string", required="", readonly=""), "没有环节先产生它"),
}  # fmt: skip


@pytest.mark.parametrize("what", NEVER)
def test_what_can_never_be_filled_in_is_refused(what: str) -> None:
    drawn, words = NEVER[what]

    [finding] = found(drawn)

    assert (finding.severity, finding.element) == ("error", "a")
    assert words in finding.message
    assert "永远交不上去" in finding.message


@pytest.mark.parametrize("what", list(NEVER)[:6])
def test_where_it_may_be_left_out_it_is_noted(what: str) -> None:
    drawn = NEVER[what][0].replace('<camunda:constraint name="required" config=""/>', "")

    assert [f.severity for f in found(drawn)] == ["warning"]


@pytest.mark.parametrize(
    "drawn",
    [
        field("long", required="", min="5", max="5"),
        field("long", required="", min="${low}", max="5"),
        field("date", required="", min="2026-11-01", max="2026-12-01"),
        field("string", required="", minlength="10", maxlength="10"),
        field("choices", "a", "b", required="", min="2"),
        field("string", required="", readonly="", default="x"),
        field("string", readonly=""),
    ],
)
def test_what_can_be_filled_in_is_fine(drawn: str) -> None:
    assert found(drawn) == []


def test_what_is_read_only_and_was_filled_in_before_is_fine() -> None:
    assert found(field("string", required="", readonly=""), before="f") == []
