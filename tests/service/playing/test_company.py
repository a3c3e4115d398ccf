"""Who acts: whom the register knows, else somebody who may do everything."""

from service.playing import company
from service.tables.people import Person, Post
from service.tables.runtime import UserTask
from tests.service.runtime.lamps import HANDLER, first, reported


def test_a_task_waits_for_its_candidates_until_somebody_has_it(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)

    assert company.groups(task) == ["unit_handler:JT"]
    assert company.groups(UserTask(assignee="li", candidates=["unit_handler:JT"])) == ["user:li"]


def test_whoever_holds_a_post_acts_and_each_once(database):
    with database.transaction() as session:
        session.add(Person(login="li", name="李"))
        session.flush()
        session.add_all(
            Post(login="li", role=role, scope="JT") for role in ("unit_handler", "unit_reviewer")
        )
        session.flush()

        found = company.doers(session, ["unit_handler:JT", "unit_reviewer:JT"])

    assert [one.login for one in found] == ["li"]


def test_where_nobody_is_known_somebody_acts_for_all_of_them(database):
    with database.reading() as session:
        [nobody] = company.doers(session, ["finance"])
        [named] = company.doers(session, ["user:demo", "finance"])

    assert (nobody.login, named.login) == (company.SOMEBODY, "demo")
    assert "finance" in nobody.candidates & named.candidates
