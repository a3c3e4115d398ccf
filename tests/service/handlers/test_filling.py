"""Between a diagram's form and a request: lists by name, expressions by the engine's rules."""

from dataclasses import dataclass

import pytest

from service.database import Database
from service.engine.drawn.source import FieldSource
from service.errors import ExpressionFailed
from service.handlers import filling
from service.register.people.directory import Actor
from tests.conftest import MORNING

CLERK = Actor("wang_fang", "王芳", frozenset({"deputy_office"}))


@dataclass(frozen=True)
class Element:
    fields: tuple[FieldSource, ...]
    properties: dict[str, str]


def element(*fields: FieldSource, **properties: str) -> Element:
    return Element(fields, properties)


def test_a_forms_lists_come_from_the_named_sources(office: Database) -> None:
    asked = element(FieldSource("who", "经办人", "person"), FieldSource("files", "附件", "file"))

    with office.reading() as session:
        form = filling.of(session, "t1", asked, {}, CLERK, None, MORNING)

    assert ("wang_fang", "王芳") in form.options["people"]
    assert form.options["attachments"] == []
    assert not form.is_sealed


def test_a_list_nobody_wrote_is_a_failure_with_a_sentence(office: Database) -> None:
    asked = element(FieldSource("who", "经办人", "person", properties={"source": "no_such_list"}))

    with office.reading() as session, pytest.raises(ExpressionFailed, match="no_such_list"):
        filling.of(session, "t1", asked, {}, CLERK, None, MORNING)


def test_a_sealed_form_knows_that_it_is(office: Database) -> None:
    with office.reading() as session:
        assert filling.of(session, "t1", element(sealed="true"), {}, CLERK, None, MORNING).is_sealed
