"""The six steps and the presets of a form are what the office says they are."""

import pytest

from service import rulebook
from service.database import Database
from service.register.proposal import guide
from service.register.proposal.guide import PRESETS, STEPS
from tests.conftest import MORNING


def test_the_six_steps_stay_six(sqlite: Database) -> None:
    with sqlite.reading() as session:
        assert [one.name[0] for one in guide.steps(session)] == list("学听思查研写")
        [fault] = rulebook.faults(session, STEPS, guide.steps(session)[:5])
        assert "不能增加、删除" in fault.sentence


@pytest.mark.parametrize(("value", "is_fine"), [("summary", True), ("all", False)])
def test_a_form_proposes_what_the_office_has_chosen(
    sqlite: Database, value: str, is_fine: bool
) -> None:
    with sqlite.transaction() as session:
        rows = [one.model_copy(update={"value": value}) for one in rulebook.rows(session, PRESETS)]
        assert (rulebook.faults(session, PRESETS, rows) == []) is is_fine
        if is_fine:
            rulebook.amend(session, PRESETS, rows, 0, "root", MORNING, "保密要求")
            assert guide.preset(session, "proposal") == "summary"
        assert guide.preset(session, "nothing") == "full"
