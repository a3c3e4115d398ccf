"""Every limit stands under one heading, in the order of a case's life."""

from service.deadlines import stages
from service.deadlines.seed import POLICIES


def test_every_limit_has_its_stage_and_none_has_two() -> None:
    listed = [key for stage in stages.STAGES for key in stage.limits]

    assert sorted(listed) == sorted({policy.key for policy in POLICIES})


def test_limits_are_sorted_as_they_run() -> None:
    assert stages.of("reply.hard").label == "答复"
    assert sorted(
        ["evaluate", "sign", "strange", "reply.hard", "reply.normal"], key=stages.place
    ) == [
        "sign",
        "reply.normal",
        "reply.hard",
        "evaluate",
        "strange",
    ]
    assert stages.of("strange").label == "其他"
