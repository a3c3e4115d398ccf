"""An evaluation moves only from a state to one that may follow it; silence and what is void are final."""

import pytest

from service.errors import NotAllowed
from service.register.evaluation.states import OPEN, State, become
from service.tables.evaluation import Evaluation


def test_an_evaluation_waits_is_made_good_and_is_rated(row: Evaluation) -> None:
    for state in (State.SUPPLEMENTING, State.PENDING, State.RATED, State.PENDING):
        become(row, state)

    assert row.state == State.PENDING


@pytest.mark.parametrize("final", [State.NO_FEEDBACK, State.VOIDED])
@pytest.mark.parametrize("state", State)
def test_nothing_follows_silence_or_what_is_void(
    row: Evaluation, final: State, state: State
) -> None:
    row.state = final

    with pytest.raises(NotAllowed, match=final.label):
        become(row, state)
    assert row.state == final


def test_only_what_was_rated_becomes_void(row: Evaluation) -> None:
    with pytest.raises(NotAllowed):
        become(row, State.VOIDED)
    become(row, State.RATED)
    become(row, State.VOIDED)


def test_what_the_seal_finds_open_may_become_silence(row: Evaluation) -> None:
    for state in OPEN:
        row.state = state
        become(row, State.NO_FEEDBACK)
