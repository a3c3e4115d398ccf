"""What a diagram may name is what the package's modules declare."""

import pytest

from service import operations
from service.operations import OPERATIONS, SOURCES, Context, described, operation, source
from tests.conftest import MORNING


@pytest.fixture(autouse=True)
def only_for_this_test(monkeypatch):
    monkeypatch.setattr(operations, "OPERATIONS", dict(OPERATIONS))
    monkeypatch.setattr(operations, "SOURCES", dict(SOURCES))


def test_a_function_is_registered_under_its_name():
    @operation
    def count_lamps(context):
        """清点路灯。"""

    @source
    def lamp_kinds(session, variables):
        """路灯种类。"""
        return []

    assert operations.OPERATIONS["count_lamps"] is count_lamps
    assert operations.SOURCES["lamp_kinds"] is lamp_kinds


def test_a_designer_reads_the_first_line():
    @operation
    def count_lamps(context):
        """清点路灯。

        Counts twice.
        """

    assert described(count_lamps) == "清点路灯。"


def test_two_modules_cannot_claim_one_name():
    @operation
    def count_lamps(context):
        """清点路灯。"""

    def another(context):
        """清点别的路灯。"""

    another.__name__, another.__module__ = "count_lamps", "service.operations.elsewhere"

    with pytest.raises(ValueError, match="count_lamps"):
        operation(another)


def test_everything_registered_describes_itself_in_chinese():
    operations.load()

    registered = {**OPERATIONS, **SOURCES}

    silent = [name for name, function in registered.items() if described(function).isascii()]
    assert silent == []


def test_a_start_operation_names_the_case():
    named = []
    context = Context(
        session=None,
        at=MORNING,
        by="wang",
        instance_id=1,
        business_key=None,
        process_id="p",
        element_id="Start_submitted",
        keyed=named.append,
    )

    context.key("suggestion:17")

    assert named == ["suggestion:17"]
