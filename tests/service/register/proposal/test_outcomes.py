"""What proposing and reviewing give to a diagram."""

from service.operations import OPERATIONS, load


def given(name: str) -> dict[str, bool]:
    load()
    return {one.name: one.may_be_missing for one in OPERATIONS[name].contract.gives}


def test_a_case_begins_with_everything_its_diagrams_read() -> None:
    assert not any(given("submit_suggestion").values())
    assert "session_closed_at" in given("submit_suggestion")


def test_only_what_goes_back_has_a_moment_at_which_it_did() -> None:
    assert given("record_review") == {"returned_for_edit_at": True}
    assert given("register_suggestion") == {"review_outcome": False, "registered_at": False}
