"""An update of the program never replaces what a town deployed: it offers, and whoever may decides."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service import audit
from service.deadlines import policies
from service.errors import DiagramInvalid, NotFound
from service.runtime import baseline, publishing, versions
from service.runtime.proposals import Proposed
from service.tables.people import Notification
from service.tables.publishing import PackagedFile
from tests.conftest import MORNING
from tests.service.engine import tables
from tests.service.engine.tables import rule, table
from tests.service.runtime.errands import calling, names, plain, rewritten, started

LATER = MORNING + timedelta(days=1)
RELEASE = {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a"), "c.bpmn": plain("c")}


def level(high="high"):
    return tables.file(tables.decision("level", table(rule("-", f'"{high}"'))))


def brought(database, files, at=MORNING):
    with database.transaction() as session:
        policies.seed(session, at)
        return publishing.bring_along(session, files, at)


@pytest.fixture
def town(database):
    """A town on the first release, which has changed one of its diagrams."""
    brought(database, RELEASE)
    publishing.publish(database, {"c.bpmn": plain("c", task="送信")}, "sheji", MORNING, "本地做法")
    return database


def numbers(database):
    with database.reading() as session:
        return {one.process_id: one.version for one in versions.catalogue(session)}


def offered(database):
    with database.reading() as session:
        return [row.name for row in baseline.offers(session)]


def test_the_first_start_deploys_everything_and_the_next_nothing(database):
    assert brought(database, RELEASE).is_new
    assert brought(database, RELEASE) is None
    assert brought(database, {**RELEASE, "a.bpmn": rewritten(plain("a"))}) is None

    assert numbers(database) == {"a": 1, "b": 1, "c": 1}


def test_a_new_release_replaces_what_the_town_left_alone_with_all_that_calls_it(town):
    brought(town, {**RELEASE, "a.bpmn": plain("a", task="取件")})

    assert numbers(town) == {"a": 2, "b": 2, "c": 2}
    assert offered(town) == []
    started(town, "b")
    assert names(town) == ["取件"]


def test_what_the_town_deployed_stays_and_the_new_one_is_offered_once(town):
    for _ in range(2):
        brought(town, {**RELEASE, "c.bpmn": plain("c", task="取件")}, LATER)

    assert numbers(town) == {"a": 1, "b": 1, "c": 2}
    assert offered(town) == ["c.bpmn"]
    with town.reading() as session:
        [message] = session.scalars(select(Notification))
        assert (message.recipient, message.link) == ("designer", "/x/baseline")
        assert "没有更换，等流程设计员决定" in audit.latest(session, 1)[0].sentence


def test_an_offer_is_taken_with_a_reason_and_recorded(town):
    brought(town, {**RELEASE, "c.bpmn": plain("c", task="取件")})

    done = publishing.take(town, ["c.bpmn"], "sheji", LATER, "新版更好")

    assert [(one.process_id, one.version) for one in done.processes] == [("c", 3)]
    assert offered(town) == []
    with town.reading() as session:
        [row] = baseline.decided(session)
        assert (row.status, row.decided_by, row.decided_at) == ("taken", "sheji", LATER)
        assert audit.latest(session, 1)[0].sentence == "采用新版本自带的 c.bpmn。"
    brought(town, {**RELEASE, "c.bpmn": plain("c", task="再取件")})
    assert numbers(town)["c"] == 4  # the town is on the baseline again


def test_an_offer_is_declined_with_a_reason_and_does_not_come_back_before_it_changes(town):
    changed = {**RELEASE, "c.bpmn": plain("c", task="取件")}
    brought(town, changed)
    with town.transaction() as session:
        baseline.decline(session, ["c.bpmn"], "sheji", LATER, "本地另有规定")

    brought(town, changed)

    assert (offered(town), numbers(town)["c"]) == ([], 2)
    with town.reading() as session:
        event = audit.latest(session, 1)[0]
    assert (event.by, event.reason) == ("sheji", "本地另有规定")
    brought(town, {**RELEASE, "c.bpmn": plain("c", task="再取件")})
    assert offered(town) == ["c.bpmn"]


def test_the_next_release_replaces_an_offer_that_waits(town):
    for task in ("取件", "再取件"):
        brought(town, {**RELEASE, "c.bpmn": plain("c", task=task)})

    assert offered(town) == ["c.bpmn"]
    with town.reading() as session:
        [row] = baseline.offers(session)
        assert row.content == plain("c", task="再取件")


def test_an_offer_that_somebody_deployed_by_hand_is_settled(town):
    brought(town, {**RELEASE, "c.bpmn": plain("c", task="取件")})

    publishing.publish(town, {"mine.bpmn": rewritten(plain("c", task="取件"))}, "sheji", LATER)

    assert offered(town) == []


def test_what_is_not_offered_is_neither_taken_nor_declined(town):
    with pytest.raises(NotFound):
        publishing.take(town, ["c.bpmn"], "sheji", LATER, "新版更好")
    for chosen in (["c.bpmn"], []):
        with pytest.raises(NotFound), town.transaction() as session:
            baseline.decline(session, chosen, "sheji", LATER, "不要")


def test_taking_a_reserved_process_waits_for_the_office_and_the_offer_stays(town, monkeypatch):
    brought(town, {**RELEASE, "c.bpmn": plain("c", task="取件")})
    monkeypatch.setattr(publishing, "reserved", lambda: frozenset({"c"}))

    done = publishing.take(town, ["c.bpmn"], "sheji", LATER, "新版更好")

    assert isinstance(done, Proposed)
    assert (offered(town), numbers(town)["c"]) == (["c.bpmn"], 2)


def test_a_table_that_officials_changed_is_offered_and_an_untouched_one_replaced(database):
    brought(database, {"level.dmn": level(), "other.dmn": level().replace(b"level", b"other")})
    publishing.publish(database, {"level.dmn": level("higher")}, "sheji", MORNING)

    other = level("highest").replace(b"level", b"other")
    brought(database, {"level.dmn": level("highest"), "other.dmn": other})

    assert offered(database) == ["level.dmn"]


def test_a_diagram_of_the_towns_own_under_a_new_packaged_name_is_not_replaced(database):
    brought(database, {"a.bpmn": plain("a")})
    publishing.publish(database, {"d.bpmn": plain("d", task="送信")}, "sheji", MORNING)

    brought(database, {"a.bpmn": plain("a"), "new.bpmn": plain("d")})

    assert offered(database) == ["new.bpmn"]
    assert numbers(database)["d"] == 1


def test_a_store_of_a_release_without_a_baseline_is_adopted(database):
    """What such a release deployed by itself is known by who did it and its note."""
    with database.transaction() as session:
        policies.seed(session, MORNING)
        publishing.deploy(session, RELEASE, None, MORNING, baseline.NOTE)
        publishing.deploy(session, {"c.bpmn": plain("c", task="送信")}, "sheji", MORNING)

    assert brought(database, RELEASE) is None
    assert offered(database) == []

    brought(
        database,
        {key: one.replace("跑腿".encode(), "快跑".encode()) for key, one in RELEASE.items()},
    )
    assert offered(database) == ["c.bpmn"]
    assert numbers(database) == {"a": 2, "b": 2, "c": 2}


def test_a_new_diagram_that_does_not_fit_is_offered_and_the_start_goes_on(town, monkeypatch):
    refuse = publishing.deployments.deploy

    def deploy(*given, **named):
        if "a.bpmn" in given[1]:
            raise DiagramInvalid([])
        return refuse(*given, **named)

    monkeypatch.setattr(publishing.deployments, "deploy", deploy)

    brought(town, {**RELEASE, "a.bpmn": plain("a", task="取件")})

    assert offered(town) == ["a.bpmn"]
    assert numbers(town) == {"a": 1, "b": 1, "c": 2}


def test_the_first_start_with_diagrams_that_cannot_run_fails(database):
    with pytest.raises(DiagramInvalid):
        brought(database, {"a.bpmn": plain("a").replace(b"Task_run", b"")})

    with database.reading() as session:
        assert session.scalars(select(PackagedFile)).all() == []
