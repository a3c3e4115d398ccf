"""Between a diagram's form and a request: lists by name, expressions by the engine's rules."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from service.app import create_app
from service.database import Database
from service.deadlines import policies
from service.engine.drawn.source import FieldSource
from service.errors import ExpressionFailed, FormInvalid
from service.handlers import filling
from service.register.people.directory import Actor
from service.runtime import publishing
from service.runtime.incidents import unresolved
from service.runtime.instances import Command
from service.settings import Settings
from service.tables.runtime import ProcessInstance, UserTask
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, user
from tests.service.handlers.conftest import Browser

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


# --- on the page and over the interface ------------------------------------------------------------

PLAN = [
    FieldSource("begins_on", "开始日", "date", constraints={"min": "${now()}"}),
    FieldSource(
        "ends_on",
        "结束日",
        "date",
        constraints={"min": "${begins_on}", "max": "${deadline('sign')}"},
    ),
    FieldSource("why", "提前的原因", "string", properties={"showIf": "ends_on < now()"}),
]


def test_limits_are_computed_in_both_stores(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        policies.seed(session, MORNING)
    with create_app(settings, database).test_request_context():
        with database.reading() as session:
            form = filling.of(session, "t1", element(*PLAN), {}, CLERK, None, MORNING)

        with pytest.raises(FormInvalid) as invalid:
            form.check({"begins_on": "2026-03-03", "ends_on": "2026-04-01"})
        good = form.check({"begins_on": "2026-03-03", "ends_on": "2026-03-04"})

    assert invalid.value.messages == {"ends_on": "“结束日”不能晚于 2026年3月5日，请改正。"}
    assert good == {"begins_on": "2026-03-03", "ends_on": "2026-03-04", "why": None}


def test_a_limit_no_answer_can_mend_names_the_form_for_an_incident(
    office: Database, app: Flask
) -> None:
    asked = element(FieldSource("count", "件数", "long", constraints={"max": "${nobody}"}))
    with app.test_request_context(), office.reading() as session:
        form = filling.of(session, "start:plan", asked, {}, CLERK, None, MORNING)

        with pytest.raises(FormInvalid) as invalid:
            form.check({"count": 3})

    broken = invalid.value.broken
    assert broken is not None
    assert "变量“nobody”还没有值" in str(broken)
    assert broken.facts["command"] == Command("fill", "start:plan")
    assert broken.facts["by"] == "wang_fang"


PLANNING = diagram(
    "plan",
    "安排走访",
    '<startEvent id="Start_a" name="已安排">'
    + extensions(["topic:string:主题"], starters="deputy_office")
    + "</startEvent>"
    + user(
        "Task_plan",
        "定日期",
        extensions(["begins_on:date:开始日", "ends_on:date:结束日", "days:string:天数"]),
        candidateGroups="deputy_office",
    )
    + '<exclusiveGateway id="Gateway_long" name="要很久？"/>'
    + '<endEvent id="End_long" name="已转走"/><endEvent id="End_short" name="已定"/>',
    [
        ("Start_a", "Task_plan"),
        ("Task_plan", "Gateway_long"),
        ("Gateway_long", "End_long", "是", "${days > 9}"),
        ("Gateway_long", "End_short", "否"),
    ],
).replace(
    '<camunda:formField id="ends_on" label="结束日" type="date" />'.encode(),
    '<camunda:formField id="ends_on" label="结束日" type="date"><camunda:validation>'
    '<camunda:constraint name="min" config="${begins_on}"/>'
    '<camunda:constraint name="max" config="${now().plusDays(30)}"/>'
    "</camunda:validation></camunda:formField>".encode(),
)


@pytest.fixture
def planned(office: Database, clerk: Browser) -> str:
    """A task whose second date is bounded by its first; returns its address."""
    with office.transaction() as session:
        publishing.deploy(session, {"plan.bpmn": PLANNING}, "root", MORNING)
    clerk.get("/new/plan")
    clerk.post("/new/plan", {"topic": "修路"})
    with office.reading() as session:
        [task] = session.scalars(select(UserTask))
    clerk.get(f"/tasks/{task.id}")
    return f"/tasks/{task.id}"


def test_the_sentence_stands_at_the_field_and_everything_typed_is_there(
    clerk: Browser, planned: str
) -> None:
    assert 'max="2026-04-01"' in clerk.page

    typed = {"begins_on": "2026-03-09", "ends_on": "2026-03-05", "days": "3"}
    answer = clerk.post(planned, {**typed, "_version": clerk.version()})

    assert answer.status_code == 422
    assert 'id="ends_on-error"' in clerk.page
    assert "“结束日”不能早于“开始日”（2026年3月9日），请改正。" in clerk.page
    assert all(f'value="{text}"' in clerk.page for text in typed.values())
    assert 'min="2026-03-09"' not in clerk.page


def test_what_a_later_step_cannot_use_comes_back_at_its_field(
    clerk: Browser, planned: str, office: Database
) -> None:
    typed = {"begins_on": "2026-03-09", "ends_on": "", "days": "三四天"}

    answer = clerk.post(planned, {**typed, "_version": clerk.version()})

    assert answer.status_code == 422
    assert "“天数”填的“三四天”不能用于后面的“要很久？”" in clerk.page
    assert 'href="#days"' in clerk.page
    assert 'value="三四天"' in clerk.page
    clerk.post(planned, {**typed, "days": "4", "_version": clerk.version()})
    with office.reading() as session:
        assert [row.end_event for row in session.scalars(select(ProcessInstance))] == ["End_short"]
        assert unresolved(session) == []


def test_a_form_that_can_never_be_handed_in_says_so_and_an_operator_sees_it(
    office: Database, clerk: Browser
) -> None:
    broken = PLANNING.replace(b"${now().plusDays(30)}", b"${topic}")
    with office.transaction() as session:
        publishing.deploy(session, {"plan.bpmn": broken}, "root", MORNING)
    clerk.get("/new/plan")
    clerk.post("/new/plan", {"topic": "修路"})
    with office.reading() as session:
        [task] = session.scalars(select(UserTask))

    clerk.get(f"/tasks/{task.id}")
    typed = {"ends_on": "2026-03-09", "_version": clerk.version()}
    answer = clerk.post(f"/tasks/{task.id}", typed)

    assert answer.status_code == 422
    assert "“结束日”的填写要求“${topic}”算不出来，暂时不能提交。" in clerk.page
    with office.reading() as session:
        [incident] = unresolved(session)
    assert (incident.element_id, incident.subject) == ("Task_plan", task.id)
    clerk.post(f"/tasks/{task.id}", {"ends_on": "", "days": "1", "_version": clerk.version()})
    with office.reading() as session:
        assert unresolved(session) == []
