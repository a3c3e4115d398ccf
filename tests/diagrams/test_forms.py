"""Every form of every diagram can be drawn, and no field of one is a dead end."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from jinja2 import StrictUndefined

from service import operations
from service.engine import definitions
from service.forms import FormSpec, Option
from service.forms.visibility import Unknown
from service.operations import SOURCES

PROCESSES = Path(__file__).parent.parent.parent / "processes"
TEMPLATES = Path(__file__).parent.parent.parent / "service" / "templates"


def forms() -> Iterator[Any]:
    for path in sorted(PROCESSES.glob("*.bpmn")):
        for definition in definitions.parse({path.name: path.read_bytes()}).values():
            for element in definition.elements.values():
                if element.fields:
                    yield pytest.param(element, id=f"{path.stem}-{element.id}")


@pytest.mark.parametrize("element", list(forms()))
def test_every_field_can_be_asked(element: Any) -> None:
    operations.load()

    assert FormSpec.of(element.fields).sources <= set(SOURCES)


class Blank(Unknown):
    """Knows no variables: proposes nothing, and asks for everything."""

    def evaluate(self, text: str, names: Mapping[str, Any]) -> Any:
        return "" if text.startswith("$") else True


@pytest.mark.parametrize("element", list(forms()))
def test_every_form_can_be_drawn(element: Any) -> None:
    spec = FormSpec.of(element.fields, Blank())
    options: dict[str, Any] = {
        name: [Option("a", "甲"), Option("b", "乙")] for name in spec.sources
    }
    for field in spec.fields:
        if field.type == "table" and field.source:
            options[field.source] = [{column.id: "1" for column in field.columns}]
        if field.prefill:
            options[field.prefill] = [{}]

    asked = [field.id for field in spec.fields if not field.readonly]

    view = spec.view({}, {asked[0]: "请改正。"}, options, {})
    app = Flask("drawing", template_folder=str(TEMPLATES))
    app.jinja_env.undefined = StrictUndefined
    with app.app_context():
        page = render_template_string(
            '{% from "forms.html" import error_summary, fields %}'
            '{{ error_summary(form) }}{{ fields(form, "/x") }}',
            form=view,
        )

    for field in view.fields:
        assert field.label in page
        assert f'id="{field.id}"' in page
    assert f'id="{view.errors[0][0]}"' in page
