"""Where an application stands has a label for people."""

from service.register.extension.kinds import OPEN, State


def test_what_is_open_waits_for_somebody() -> None:
    assert [state.label for state in State if state in OPEN] == [
        "单位填写中",
        "政府办会签中",
        "待代工委决定",
    ]
