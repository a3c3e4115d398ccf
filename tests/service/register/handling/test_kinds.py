"""What is kept while units handle has a label for people."""

from service.register.handling.kinds import IN_PERSON, Judgement, Method, Stage


def test_stored_values_have_their_labels() -> None:
    assert Stage.labels() == {"before": "办前沟通", "during": "办中协商", "after": "办后反馈"}
    assert Judgement.label_of("partly_adopted") == "部分采纳"
    assert Judgement.label_of(None) == ""


def test_a_call_is_no_meeting() -> None:
    assert {method.value for method in IN_PERSON} == {"face_to_face", "discussion", "site_visit"}
    assert Method.PHONE not in IN_PERSON
