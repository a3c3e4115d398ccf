"""What is kept of a reply has a label for people, and its step says who returned it."""

from service.register.reply.kinds import ItemState, ReplyStatus, Step


def test_stored_values_have_their_labels() -> None:
    assert ItemState.label_of("higher_authority") == "上级事权"
    assert Step.label_of("receipt") == "代工委收悉审核"
    assert [status.value for status in ReplyStatus] == [
        "drafting",
        "reviewing",
        "issued",
        "delivered",
    ]
