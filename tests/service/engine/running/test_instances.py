"""A command ends, however a diagram runs in circles or calls itself."""

import itertools

import pytest

from service.engine.running import instances
from service.errors import ProcessFailed, StepLimitExceeded
from tests.service.engine.diagrams import (
    Walk,
    call,
    definitions,
    end,
    one,
    path,
    process,
    service,
    start,
    user,
)
from tests.service.engine.pieces import units


def test_a_run_of_service_tasks_has_a_limit() -> None:
    ids = [f"a{number}" for number in range(600)]
    diagram = one(start(), *(service(i, "op") for i in ids), end(), path("s", *ids, "e"))

    with pytest.raises(StepLimitExceeded) as failure:
        Walk(diagram)

    assert failure.value.element == "a499"


def test_a_command_has_a_limit_of_time_that_names_where_it_stood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = itertools.count(0, 3)
    monkeypatch.setattr(instances, "perf_counter", lambda: float(next(seconds)))
    tasks = [f"t{n}" for n in range(9)]
    diagram = one(start(), *(service(t, "o") for t in tasks), end(), path("s", *tasks, "e"))

    with pytest.raises(StepLimitExceeded) as failure:
        Walk(diagram)

    assert failure.value.element == "t2"


def test_the_limit_counts_for_each_process_of_its_own_and_anew_for_each_command() -> None:
    walk = Walk(units(), {"units": list(range(600))})
    execution = walk.execution

    for task_id in execution.task_ids:
        execution.complete(task_id, {})

    assert [task.element_id for task in execution.user_tasks] == ["z"]


def test_three_hundred_tasks_in_a_row_run() -> None:
    ids = [f"a{number}" for number in range(300)]
    walk = Walk(one(start(), *map(user, ids), end(), path("s", *ids, "e")))

    for key in ids:
        walk.do(key)

    assert walk.ended
    assert Walk(one(start(), *(service(i, "op") for i in ids), end(), path("s", *ids, "e"))).ended


def test_calls_may_not_go_ever_deeper() -> None:
    diagram = definitions(
        *(
            process(
                f"p{n}",
                start(f"s{n}"),
                call(f"c{n}", f"p{n + 1}"),
                end(f"e{n}"),
                path(f"s{n}", f"c{n}", f"e{n}"),
            )
            for n in range(25)
        ),
        process("p25", start("s25"), user("a"), end("e25"), path("s25", "a", "e25")),
        id="p0",
    )

    with pytest.raises(ProcessFailed) as failure:
        Walk(diagram)

    assert failure.value.element == "c20"
