"""Names in a list are told apart."""

import pytest
from lxml import etree

from service.engine.drawn import nodes


def test_a_list_is_split_in_time_that_grows_with_its_length() -> None:
    assert nodes.split("a,${b,c},#{d(1,2)}x,, e ") == ["a", "${b,c}", "#{d(1,2)}x", "e"]
    assert nodes.split("${" * 200_000) == ["${" * 200_000]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("1", True), (" 1 ", True), ("false", False), ("0", False)],
)
@pytest.mark.parametrize("default", [True, False])
def test_a_truth_value_is_a_word_or_a_digit(written: str, meant: bool, default: bool) -> None:
    assert nodes.flag(written, default) is meant


@pytest.mark.parametrize("written", [None, "", "yes", "2"])
def test_what_is_no_truth_value_says_nothing(written: str | None) -> None:
    assert nodes.flag(written, True)
    assert not nodes.flag(written, False)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("M", "M"), (" own:M", "M"), ("other:M", "other:M"), ("gone:M", "gone:M"), ("", "")],
)
def test_a_reference_may_have_the_prefix_of_the_files_own_namespace(
    written: str, meant: str
) -> None:
    root = etree.fromstring(
        '<d xmlns:own="http://example.org/own" xmlns:other="http://example.org/other"'
        ' targetNamespace="http://example.org/own"><e/></d>'
    )

    assert nodes.referenced(root[0], written) == meant


def test_without_a_namespace_of_its_own_a_file_has_no_prefix() -> None:
    root = etree.fromstring('<d xmlns:own="http://example.org/own"><e/></d>')

    assert nodes.referenced(root[0], "own:M") == "own:M"
