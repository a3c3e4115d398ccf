"""Whatever reads a variable is known, wherever it is written."""

from tests.service.engine.checking.unproduced import form, found
from tests.service.engine.diagrams import (
    catch,
    each,
    element,
    end,
    path,
    process,
    start,
    timer,
    user,
)


def test_repetitions_timers_and_assignees_are_read_too() -> None:
    findings = found(
        process(
            "p",
            start("s", form("title")),
            user("a", each("units", "unit"), form("y"), camunda__assignee="${unit}"),
            user("b", form("z"), camunda__candidateGroups="deputy_office,unit_head:${chief}"),
            catch("c", timer("${later}")),
            end(),
            path("s", "a", "b", "c", "e"),
        )
    )

    assert [(f.element, f.message.split("“")[2][:6]) for f in findings] == [
        ("a", "units”"),
        ("b", "chief”"),
        ("c", "later”"),
    ]


def test_a_service_reads_what_it_computes_with() -> None:
    findings = found(
        process(
            "p",
            start("s", form("title")),
            element("serviceTask", "a", camunda__expression="${total = price}"),
            element(
                "serviceTask",
                "b",
                camunda__expression="${order.total}",
                camunda__resultVariable="sum",
            ),
            element(
                "serviceTask", "c", camunda__expression="${title}", camunda__resultVariable="x"
            ),
            end(),
            path("s", "a", "b", "c", "e"),
        )
    )

    assert [(f.element, f.message.split("“")[2][:6]) for f in findings] == [
        ("a", "price”"),
        ("b", "order”"),
    ]
