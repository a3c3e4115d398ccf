"""What files would change is said before anything is changed."""

from service.runtime import deployments
from tests.service.engine import tables
from tests.service.engine.tables import rule, table
from tests.service.runtime.errands import calling, plain, rewritten
from tests.service.runtime.lamps import deployed


def compared(database, files, along=frozenset()):
    with database.reading() as session:
        return deployments.compare(session, files, along)


def level(high="high"):
    return tables.file(tables.decision("level", table(rule("-", f'"{high}"'))))


def test_what_is_new_what_changed_and_what_calls_it_are_told_apart(database):
    deployed(database, {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a"), "c.bpmn": plain("c")})
    files = {
        "a.bpmn": plain("a", task="送信"),
        "b.bpmn": calling("b", "a"),
        "c.bpmn": plain("c"),
        "d.bpmn": plain("d"),
    }

    found = compared(database, files)

    assert (found.changed, found.first, found.rebound) == ({"a", "d"}, {"d"}, {"b"})
    assert found.fresh == {"a", "b", "d"}


def test_a_drawing_alone_changes_nothing(database):
    deployed(database, {"a.bpmn": plain("a"), "level.dmn": level()})

    found = compared(database, {"a.bpmn": rewritten(plain("a")), "level.dmn": level() + b"\n"})

    assert found.changes_nothing
    assert sorted(one.given for one in found.redrawn) == ["a.bpmn", "level.dmn"]
    assert compared(database, {"a.bpmn": plain("a")}).redrawn == ()


def test_the_latest_version_of_the_same_content_is_named(database):
    for task in ("跑腿", "送信", "跑腿", "取件"):
        deployed(database, {"a.bpmn": plain("a", task=task)})

    assert compared(database, {"a.bpmn": rewritten(plain("a"))}).restored == {"a": 3}


def test_a_file_that_goes_along_never_brings_back_what_it_drew_before(database):
    deployed(database, {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a")})
    deployed(database, {"b.bpmn": calling("b", "a", "改名")})
    files = {"a.bpmn": plain("a", task="送信"), "old.bpmn": calling("b", "a")}

    found = compared(database, files, along={"old.bpmn"})

    assert found.fresh == {"a"}


def test_an_old_table_beside_diagrams_stays_replaced_and_alone_is_new(database):
    deployed(database, {"level.dmn": level()})
    deployed(database, {"level.dmn": level("higher")})

    beside = compared(database, {"a.bpmn": plain("a"), "level.dmn": level()})
    alone = compared(database, {"level.dmn": level()})

    assert (beside.tables, beside.outdated) == (frozenset(), {"level"})
    assert (alone.tables, alone.restored_tables) == ({"level"}, {"level": 1})
