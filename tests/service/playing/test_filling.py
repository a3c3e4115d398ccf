"""An open form shows what a page would show, and takes what a page would take."""

import pytest

from service.errors import FormInvalid
from service.playing.filling import open_form
from service.runtime import versions
from service.tables.suggestions import Attachment
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, user
from tests.service.runtime.lamps import deployed


@pytest.fixture
def fields(database):
    form = extensions(["unit:unit:单位", "place:string:地点=${street}", "scan:file:扫描件"])
    drawn = diagram(
        "one",
        "一步",
        '<startEvent id="Start_a" name="已提出"/>'
        + user(
            "Task_b",
            "填写",
            form.replace('label="地点=${street}"', 'label="地点" defaultValue="${street}"'),
        )
        + '<endEvent id="End_z" name="已办结"/>',
        [("Start_a", "Task_b"), ("Task_b", "End_z")],
    )
    deployed(database, {"one.bpmn": drawn})
    with database.reading() as session:
        definition = versions.definition(session, versions.latest(session, "one"))
    return definition.element("one", "Task_b").fields


def test_a_form_proposes_what_the_diagram_says_of_the_variables_it_knows(database, fields):
    with database.reading() as session:
        form = open_form(session, fields, {"street": "人民"}, None, MORNING)

    assert form.proposed["place"] == "人民"


def test_what_a_page_would_refuse_is_refused(database, fields):
    with database.reading() as session:
        form = open_form(session, fields, {"street": "人民"}, None, MORNING)

        with pytest.raises(FormInvalid) as refused:
            form.check({"unit": "XX", "place": "人民路"})

    assert list(refused.value.messages) == ["unit"]


def test_a_field_for_files_offers_what_is_in_the_store(database, fields):
    with database.transaction() as session:
        session.add(
            Attachment(
                sha256="0" * 64,
                name="佐证.jpg",
                media_type="image/jpeg",
                size=1,
                uploaded_by="li",
                uploaded_at=MORNING,
            )
        )
        session.flush()
        form = open_form(session, fields, {"street": "人民"}, None, MORNING)

    [(number, name)] = form.options["attachments"]
    assert name == "佐证.jpg"
    assert form.check({"place": "人民路", "scan": [number]})["scan"] == [int(number)]
