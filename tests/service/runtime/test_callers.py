"""Who runs on which version of what it calls, and who would have to be deployed again."""

from service.runtime import callers, versions
from tests.service.runtime.errands import calling, plain
from tests.service.runtime.lamps import deployed


def bindings(database):
    with database.reading() as session:
        return callers.read(session)


def ids(found):
    return [one.process_id for one in found]


def test_callers_are_found_up_to_the_outermost_nearest_first(database):
    deployed(
        database,
        {
            "a.bpmn": plain("a"),
            "b.bpmn": calling("b", "a"),
            "c.bpmn": calling("c", "b"),
            "d.bpmn": plain("d"),
        },
    )

    above = bindings(database).above(["a"])

    assert [one.version.process_id for one in above] == ["b", "c"]
    assert bindings(database).behind(["a"]) == []
    assert ids(bindings(database).behind(["a"], fresh={"a"})) == ["b", "c"]
    assert bindings(database).behind(["d"], fresh={"d"}) == []


def test_who_is_bound_to_a_caller_left_behind_is_behind_too(database):
    deployed(database, {"a.bpmn": plain("a")})
    deployed(database, {"b.bpmn": calling("b", "a")})
    deployed(database, {"c.bpmn": calling("c", "b")})
    deployed(database, {"a.bpmn": plain("a", task="送信")})
    assert ids(bindings(database).behind(["a"])) == ["b", "c"]

    deployed(database, {"b.bpmn": calling("b", "a")})

    assert ids(bindings(database).behind(["a"])) == ["c"]


def test_what_a_version_runs_on_is_what_its_definition_is_bound_to(database):
    deployed(database, {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a")})
    deployed(database, {"a.bpmn": plain("a", task="送信")})
    outer = deployed(database, {"c.bpmn": calling("c", "b")}).processes[0]

    below = bindings(database).below(outer.id)

    assert {key: one.version for key, one in below.items()} == {"a": 1, "b": 1, "c": 1}
    with database.reading() as session:
        assert versions.definition(session, outer.id).processes.keys() == below.keys()


def test_new_cases_are_told_by_the_process_that_begins_them(database):
    deployed(
        database,
        {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a"), "c.bpmn": calling("c", "a")},
    )

    uses = bindings(database).uses(["a"])

    assert [(one.root.process_id, ids(one.used)) for one in uses] == [("b", ["a"]), ("c", ["a"])]


def test_processes_that_call_one_another_in_a_circle_are_told_by_themselves(database):
    deployed(database, {"b.bpmn": plain("b"), "a.bpmn": calling("a", "b")})
    deployed(database, {"b.bpmn": calling("b", "a")})

    [use] = bindings(database).uses(["a"])

    assert (use.root.process_id, ids(use.used)) == ("a", ["a"])
