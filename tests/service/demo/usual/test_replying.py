"""A reply says what its story says, and is delivered to each deputy in the way that fits."""

from service.demo.usual.replying import USUAL
from tests.service.demo.scenes import scene


def test_a_reply_answers_item_by_item_and_keeps_what_the_form_proposes_for_the_public() -> None:
    replying = scene(1, "起草答复", "jt_chengban", shown={"publicity": "partial"})

    answer = USUAL["起草答复"].answer(replying)

    assert [set(row) for row in answer["items"]] == [{"state", "response"}] * 3
    assert answer["publicity"] == "partial"


def test_the_first_signer_signs_and_the_others_read() -> None:
    shown = {"deliveries": [{"role": "领衔"}, {"role": "联名"}]}

    rows = USUAL["登记送达"].answer(scene(1, "登记送达", "jt_lianluo", shown=shown))["deliveries"]

    assert [row["method"] for row in rows] == ["in_person", "platform"]
    assert {row["delivered_on"] for row in rows} == {"2026-03-02"}
