"""How long something is repeated is said."""

import pytest

from tests.service.engine.diagrams import user
from tests.service.engine.telling.shown import said


@pytest.mark.parametrize(
    ("attributes", "condition", "sentence"),
    [
        ('testBefore="true"', "again", "办理人办理“x”（只要“again”为是就反复进行）。"),
        (
            'loopMaximum="3"',
            "again",
            "办理人办理“x”（先做一次，之后只要“again”为是就再做，最多 3 次）。",
        ),
        ('loopMaximum="3"', "", "办理人办理“x”（反复进行，最多 3 次）。"),
    ],
)
def test_a_loop_says_how_long_it_goes_on(attributes: str, condition: str, sentence: str) -> None:
    until = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    loop = (
        f"<bpmn:standardLoopCharacteristics {attributes}>{until}</bpmn:standardLoopCharacteristics>"
    )

    assert said(user("x", loop)) == sentence
