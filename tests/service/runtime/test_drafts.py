"""What was typed is one person's, until it is handed in."""

from datetime import timedelta

from sqlalchemy import select

from service.runtime import drafts, tasks
from service.tables.runtime import Draft
from tests.conftest import MORNING
from tests.service.runtime.lamps import COLLEAGUE, HANDLER, REPAIRED, REPORTER, first, reported

NOON = MORNING + timedelta(hours=3)


def complete(database, task_id, values, person, version=None, at=NOON):
    with database.transaction() as session:
        tasks.complete(session, task_id, values, person, at, version)


def test_a_draft_is_replaced_and_belongs_to_one_person(lamps):
    for text in ("一", "二"):
        with lamps.transaction() as session:
            drafts.save(session, "start:lamp", REPORTER, {"note": text}, NOON)

    with lamps.reading() as session:
        assert drafts.of(session, "start:lamp", REPORTER) == {"note": "二"}
        assert drafts.of(session, "start:lamp", HANDLER) is None


def test_handing_in_forgets_the_drafts_of_that_task_only(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    with lamps.transaction() as session:
        for subject, person in ((task.id, HANDLER), (task.id, COLLEAGUE), ("start:lamp", REPORTER)):
            drafts.save(session, subject, person, {"a": 1}, NOON)

    complete(lamps, task.id, REPAIRED, HANDLER)

    with lamps.reading() as session:
        assert list(session.scalars(select(Draft.subject))) == ["start:lamp"]


def test_starting_forgets_the_draft_of_the_start_form(lamps):
    with lamps.transaction() as session:
        drafts.save(session, "start:lamp", REPORTER, {"note": "一"}, NOON)

    reported(lamps)

    with lamps.reading() as session:
        assert drafts.of(session, "start:lamp", REPORTER) is None
