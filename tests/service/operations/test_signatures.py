"""The signature of an operation is the contract a diagram is held to."""

from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypedDict

import orjson
import pytest
from pydantic import Field

from service.engine.checking.contract import Contract, Need
from service.engine.checking.contract import Variable as Named
from service.operations import Context, Flag, Form, Row, Variable
from service.operations.signatures import SignatureFaulty, of_operation, of_source, open_ended


class Answer(StrEnum):
    AGREE = "agree"
    DECLINE = "decline"


class Measure(Row):
    number: int = Field(description="序号")
    text: str | None = Field(description="措施")


class Paper(Form):
    title: str = Field(description="标题")
    answer: Answer = Field(description="答复")
    reason: str | None = Field(description="理由")
    due_on: date = Field(description="期限")
    is_key: Flag = Field(description="是否重点")
    units: tuple[str, ...] = Field(description="单位")
    scans: tuple[int, ...] = Field(description="扫描件")
    measures: tuple[Measure, ...] = Field(description="措施表")
    batch: str | None = Field(None, description="批次")


class Given(TypedDict, total=False):
    outcome: Annotated[str, "结果"]


Suggestion = Annotated[int, Variable("建议", case=lambda session, value: f"suggestion:{value}")]


def decide(
    context: Context, form: Paper, *, suggestion: Suggestion, round: int | None = None
) -> Given:
    """登记决定。

    More for developers.
    """
    return {}


def test_a_form_says_what_must_be_drawn():
    needs = {need.name: need for need in of_operation(decide).contract.needs}

    assert needs["title"] == Need("title", "标题", ("string", "longtext", "enum", "person", "unit"))
    assert needs["answer"] == Need("answer", "答复", ("enum",), choices=("agree", "decline"))
    assert needs["reason"].may_be_empty
    assert not needs["reason"].may_be_missing
    assert needs["due_on"].types == ("date",)
    assert (needs["is_key"].types, needs["is_key"].may_be_empty) == (("boolean",), True)
    assert needs["units"].types == ("choices", "units")
    assert needs["scans"].types == ("file",)
    assert needs["batch"].may_be_missing
    assert needs["measures"].columns == (
        Need("number", "序号", ("long",)),
        Need("text", "措施", ("string", "longtext", "enum", "person", "unit"), may_be_empty=True),
    )


def test_variables_that_are_read_and_given_are_named():
    signature = of_operation(decide)

    assert signature.contract.title == "登记决定。"
    assert signature.contract.reads == (Named("suggestion", "建议"), Named("round", "", True))
    assert signature.contract.gives == (Named("outcome", "结果", True),)
    assert [name for name, _ in signature.owners] == ["suggestion"]
    assert not signature.contract.is_open


def test_an_optional_variable_keeps_what_it_is():
    def maybe(context: Context, *, suggestion: Suggestion | None) -> None:
        """也许。"""

    assert [name for name, _ in of_operation(maybe).owners] == ["suggestion"]


def test_a_list_reads_variables_too():
    def rows(session: Any, *, suggestion: Suggestion) -> list[dict[str, Any]]:
        """各行。"""
        return []

    assert of_source(rows).contract.reads == (Named("suggestion", "建议"),)


def test_a_contract_comes_back_from_json():
    contract = of_operation(decide).contract

    assert Contract.of(orjson.loads(orjson.dumps(asdict(contract)))) == contract


def test_a_field_without_description_is_a_mistake_of_the_author():
    class Silent(Form):
        title: str

    def keep(context: Context, form: Silent) -> None:
        """保存。"""

    with pytest.raises(SignatureFaulty, match="title"):
        of_operation(keep)


def test_what_no_field_can_give_is_a_mistake_of_the_author():
    class Odd(Form):
        title: bytes = Field(description="标题")

    def keep(context: Context, form: Odd) -> None:
        """保存。"""

    with pytest.raises(SignatureFaulty, match="bytes"):
        of_operation(keep)


@pytest.mark.parametrize("returned", [dict, dict[str, Any], int])
def test_an_operation_says_by_name_what_it_gives(returned: Any) -> None:
    def give(context: Context):
        """给出。"""

    give.__annotations__["return"] = returned

    with pytest.raises(SignatureFaulty, match="TypedDict"):
        of_operation(give)


def test_a_stand_in_says_nothing() -> None:
    contract = open_ended(lambda context: {"anything": 1}).contract

    assert contract.is_open
    assert contract.reads == contract.gives == ()
