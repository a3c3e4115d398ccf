"""Whoever deploys a table reads which numbers it leaves without a rule, beforehand and afterwards."""

from service.database import Database
from service.runtime import publishing
from tests.conftest import MORNING
from tests.world import drawn


def test_a_table_that_leaves_numbers_without_a_rule_is_deployed_with_a_word_of_it(
    database: Database,
) -> None:
    table = drawn()["control_color.dmn"]
    with database.transaction() as session:
        publishing.bring_along(session, {"control_color.dmn": table}, MORNING)
    narrower = {"control_color.dmn": table.replace(b"[11..30]", b"[15..30]")}

    foreseen = publishing.verdict(database, narrower)
    done = publishing.publish(database, narrower, "sheji", MORNING)
    again = publishing.publish(database, narrower, "sheji", MORNING)

    for findings in (foreseen, done.findings):
        [one] = [one for one in findings if one.code == "coverage"]
        assert (one.severity, one.element) == ("warning", "control_color")
        assert "答复逾期的工作日数从 11 到 14" in one.message
    assert not [one for one in again.findings if one.code == "coverage"]
