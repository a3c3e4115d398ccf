"""What is written becomes variables only if it is small and plain."""

import pytest

from service.errors import ProcessFailed
from tests.service.engine.diagrams import Walk, end, one, path, start, user


def test_one_write_of_variables_has_a_limit() -> None:
    walk = Walk(one(start(), user("a"), user("b"), end(), path("s", "a", "b", "e")))

    with pytest.raises(ProcessFailed) as failure:
        walk.execution.complete(walk.task("a").id, {"text": "长" * 100_000})
    assert failure.value.element == "a"
