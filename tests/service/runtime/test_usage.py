"""Which elements of the newest diagrams use a limit."""

import pytest
from sqlalchemy import event

from service.database import Database
from service.deadlines import policies
from service.runtime import publishing, usage
from tests.conftest import MORNING
from tests.world import drawn


@pytest.fixture
def deployed(sqlite: Database) -> Database:
    with sqlite.transaction() as session:
        policies.seed(session, MORNING)
        publishing.deploy(session, drawn(), "sheji", MORNING)
    return sqlite


def test_a_use_names_the_process_and_the_element(deployed: Database) -> None:
    with deployed.reading() as session:
        [signing] = usage.of(session, {"return.request"})
        reply = usage.of(session, {"reply"})

    assert (signing.version.process_id, signing.version.version) == ("assignment_signing", 1)
    assert signing.element
    assert {one.name for one in reply} == {"reply"}


def test_diagrams_are_read_again_only_after_a_deployment(deployed: Database) -> None:
    asked: list[str] = []
    with deployed.reading() as session:
        usage.every(session)
    event.listen(
        deployed.engine,
        "before_cursor_execute",
        lambda c, r, statement, *_: asked.append(statement),
    )
    event.listen(
        deployed.reader,
        "before_cursor_execute",
        lambda c, r, statement, *_: asked.append(statement),
    )

    with deployed.reading() as session:
        before = usage.of(session, {"sign"})
    read_again = list(asked)
    changed = drawn()["assignment_signing.bpmn"].replace(
        b'deadline("return.request")', b'deadline("sign")'
    )
    with deployed.transaction() as session:
        publishing.deploy(session, {"assignment_signing.bpmn": changed}, "sheji", MORNING)
    with deployed.reading() as session:
        after = usage.of(session, {"sign"})

    assert not any("deployed_files" in statement for statement in read_again)
    assert len(after) == len(before) + 1
