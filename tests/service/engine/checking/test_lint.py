"""What keeps a diagram from being deployed besides the way it runs: unknown names, and the card every diagram follows."""

import re
from pathlib import Path

import pytest

from service.engine.checking import lint
from service.engine.checking.lint import Finding, Known
from service.engine.definitions import parse
from tests.service.engine.diagrams import (
    boundary,
    each,
    element,
    end,
    extensions,
    flow,
    laid_out,
    path,
    process,
    some,
    start,
    timer,
    user,
)

KNOWN = Known(
    operations=frozenset({"register_suggestion", "notify_deputy"}),
    deadlines=frozenset({"sign", "reply"}),
    roles=frozenset({"deputy_office", "unit_liaison"}),
    field_types=frozenset({"string", "enum", "person"}),
    sources=frozenset({"people"}),
)

DOC = "<bpmn:documentation>按条例办理。</bpmn:documentation>"


def property_(**values: str) -> str:
    items = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in values.items())
    return f"<camunda:properties>{items}</camunda:properties>"


def good_task(*extension: str, key: str = "Task_review", **attributes: str) -> str:
    given = {"name": "审查建议", "camunda__candidateGroups": "deputy_office", **attributes}
    return user(key, DOC, extensions(*extension) if extension else "", **given)


def good(
    *extension: str, task: str | None = None, name: str = "建议审查", **attributes: str
) -> str:
    return process(
        "review",
        *(
            DOC,
            start("Start_submitted", name="建议已提交"),
            task or good_task(*extension, **attributes),
        ),
        *('<bpmn:endEvent id="End_registered" name="建议已立案"/>',),
        path("Start_submitted", "Task_review", "End_registered"),
        name=name,
    )


def check(*parts: str, file: str = "review.bpmn") -> list[Finding]:
    return lint.check({file: laid_out(*parts)}, KNOWN)


def said(*parts: str, file: str = "review.bpmn") -> set[tuple[str, str, str]]:
    findings = check(*parts, file=file)
    assert all(finding.message.endswith("。") for finding in findings)
    return {(f.severity, f.code, f.element) for f in findings}


def test_a_diagram_that_follows_the_card_has_no_findings() -> None:
    assert check(good()) == []


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (good(property_(on_complete="register")), "unknown-operation"),
        (good(property_(deadline="signing")), "unknown-deadline"),
        (good(camunda__candidateGroups="deputy_ofice"), "unknown-role"),
        (good(camunda__candidateGroups="deputy_office,unit_liason:${unit}"), "unknown-role"),
        (good(camunda__candidateGroups="代工委"), "unknown-role"),
    ],
)
def test_a_name_that_does_not_exist_is_an_error_that_offers_the_right_ones(
    parts: str, code: str
) -> None:
    [finding] = check(parts)

    assert (finding.severity, finding.code, finding.element) == ("error", code, "Task_review")
    assert "可用的有" in finding.message


def test_a_group_of_another_system_is_no_slip_but_nobody_will_see_the_task() -> None:
    assert said(good(camunda__candidateGroups="managers")) == {
        ("warning", "unknown-role", "Task_review")
    }


def test_names_that_exist_or_are_reckoned_later_are_fine() -> None:
    assert check(good(property_(on_complete="register_suggestion", deadline="sign"))) == []
    assert check(good(camunda__candidateGroups="unit_liaison:${unit},${role}")) == []
    assert (
        check(good(camunda__candidateGroups="${f'x' if False else 'a,b'}"))[0].code == "expression"
    )


def test_a_start_event_may_not_name_unknown_starters_or_operations() -> None:
    parts = good().replace(
        '<bpmn:startEvent id="Start_submitted" name="建议已提交">',
        '<bpmn:startEvent id="Start_submitted" name="建议已提交">'
        + extensions(property_(starters="deputy_office,citizen", on_complete="submit")),
    )

    assert said(parts) == {
        ("warning", "unknown-role", "Start_submitted"),
        ("error", "unknown-operation", "Start_submitted"),
    }


def test_a_limit_named_in_a_timer_must_exist() -> None:
    event = boundary("Timer_late", "Task_review", timer('deadline("later")', "timeDate"), DOC)
    parts = process(
        "review",
        *(DOC, start("Start_submitted", name="建议已提交"), good_task(), event.replace('name="Timer_late"', 'name="审查期限届满"')),
        *('<bpmn:endEvent id="End_registered" name="建议已立案"/>',),
        path("Start_submitted", "Task_review", "End_registered") + path("Timer_late", "End_registered"),
        name="建议审查",
    )  # fmt: skip

    assert said(parts) == {("error", "unknown-deadline", "Timer_late")}


def field(id: str, kind: str, *inner: str) -> str:
    return f'<camunda:formField id="{id}" label="字段" type="{kind}">{"".join(inner)}</camunda:formField>'


def form(*fields: str) -> str:
    return f"<camunda:formData>{''.join(fields)}</camunda:formData>"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (field("a", "signature"), "unknown-field-type"),
        (field("a", "string") + field("a", "string"), "field-id"),
        (field("", "string"), "field-id"),
        (field("a", "enum"), "field-options"),
        (
            field(
                "a",
                "person",
                '<camunda:properties><camunda:property id="source" value="x"/></camunda:properties>',
            ),
            "unknown-source",
        ),
    ],
)
def test_a_form_that_cannot_be_shown_is_an_error(fields: str, code: str) -> None:
    assert said(good(form(fields))) == {("error", code, "Task_review")}


def test_a_form_that_can_be_shown_is_fine() -> None:
    source = (
        '<camunda:properties><camunda:property id="source" value="people"/></camunda:properties>'
    )

    assert check(good(form(field("a", "string") + field("b", "enum", source)))) == []


# --- the card ------------------------------------------------------------------------------------


def test_what_people_point_at_has_a_name() -> None:
    parts = process(
        "review",
        *(
            start("Start_submitted", name=""),
            user("Task_review", name=""),
            end("End_a"),
            end("End_b"),
        ),
        *(element("exclusiveGateway", "Gateway_ok", name="", default="Flow_no"),),
        *(
            path("Start_submitted", "Task_review", "Gateway_ok"),
            flow("Gateway_ok", "End_a", id="Flow_no"),
        ),
        *(flow("Gateway_ok", "End_b", "ok", id="Flow_yes"),),
        name="",
    )

    unnamed = {element for _, code, element in said(parts) if code == "name-missing"}

    assert unnamed == {
        "review",
        "Start_submitted",
        "Task_review",
        "Gateway_ok",
        "Flow_no",
        "Flow_yes",
    }


def test_a_gateways_name_is_a_question() -> None:
    parts = [
        element("exclusiveGateway", "Gateway_ok", name=name, default="Flow_no")
        for name in ("是否同意", "是否同意?", "是否同意？")
    ]
    found = [
        ("warning", "question", "Gateway_ok") in said(process("review", start(), part, end("End_a"), end("End_b"), path("s", "Gateway_ok"), flow("Gateway_ok", "End_a", id="Flow_no"), flow("Gateway_ok", "End_b", "n")))
        for part in parts
    ]  # fmt: skip

    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("Activity_0x3k9za", "id-generated"),
        ("sid-8F3C-4B", "id-generated"),
        ("usertask1", "id-generated"),
        ("review", "id-form"),
        ("Task_审查", "id-form"),
        ("Task_review", None),
        ("Task_second_assignment", None),
        ("Activity_reviewed", None),
    ],
)
def test_what_waits_has_an_id_that_says_what_it_is(key: str, code: str | None) -> None:
    parts = good(task=good_task(key=key)).replace('"Task_review"', f'"{key}"')

    assert said(parts) == ({("warning", code, key)} if code else set())


def test_ends_say_what_was_reached_and_timers_do_not_say_how_many_days() -> None:
    event = boundary("Timer_late", "Task_review", timer("P15D"), DOC)
    parts = process(
        "review",
        *(DOC, start("Start_submitted", name="开始"), good_task(), event.replace('name="Timer_late"', 'name="15 天到期"')),
        *('<bpmn:endEvent id="End_registered" name="结束"/>',),
        path("Start_submitted", "Task_review", "End_registered") + path("Timer_late", "End_registered"),
        name="建议审查",
    )  # fmt: skip

    assert said(parts) == {
        ("warning", "name-vague", "Start_submitted"),
        ("warning", "name-vague", "End_registered"),
        ("warning", "name-amount", "Timer_late"),
    }


def test_a_process_has_a_start_event_and_every_road_an_end_event() -> None:
    found = said(process("review", user("Task_a"), user("Task_b"), path("Task_a", "Task_b")))

    assert ("warning", "start-missing", "review") in found
    assert ("warning", "end-missing", "Task_b") in found
    assert ("warning", "end-missing", "Task_a") not in found


def test_a_gateway_either_splits_or_joins_and_is_not_inclusive() -> None:
    found = said(
        process(
            "review",
            *(start(), some("Gateway_a", default="Flow_a"), user("Task_a"), user("Task_b")),
            *(some("Gateway_b", default="Flow_b"), end("e"), end("f"), path("s", "Gateway_a")),
            *(flow("Gateway_a", "Task_a", id="Flow_a"), flow("Gateway_a", "Task_b", "n")),
            *(path("Task_a", "Gateway_b"), path("Task_b", "Gateway_b")),
            *(flow("Gateway_b", "e", id="Flow_b"), flow("Gateway_b", "f", "n")),
        )
    )

    assert ("warning", "inclusive-gateway", "Gateway_a") in found
    assert ("warning", "split-and-join", "Gateway_b") in found
    assert ("warning", "split-and-join", "Gateway_a") not in found


def test_a_split_is_drawn_as_a_gateway() -> None:
    found = said(
        process(
            "review", user("Task_a"), user("b"), user("c"), path("Task_a", "b"), path("Task_a", "c")
        )
    )

    assert ("warning", "implicit-split", "Task_a") in found


def test_a_task_has_somebody_to_do_it_and_a_lane_to_stand_in() -> None:
    lanes = '<bpmn:laneSet id="L"><bpmn:lane id="l" name="代表"/></bpmn:laneSet>'
    task = user("Task_review", DOC, name="审查建议")

    assert said(good(task=lanes + task)) == {
        ("warning", "nobody", "Task_review"),
        ("warning", "lane-missing", "Task_review"),
    }


def test_tasks_and_processes_say_what_they_are_for() -> None:
    parts = good().replace(DOC, "")

    assert said(parts) == {
        ("warning", "documentation", "review"),
        ("warning", "documentation", "Task_review"),
    }


def test_a_diagram_nobody_can_read_at_a_glance_is_worth_a_word() -> None:
    keys = [f"Task_step_{'x' * n}" for n in range(1, 32)]
    lanes = "".join(f'<bpmn:lane id="l{n}" name="泳道{n}"/>' for n in range(6))
    parts = process("review", f'<bpmn:laneSet id="L">{lanes}</bpmn:laneSet>', start(), *map(user, keys), end(), path("s", *keys, "e"))  # fmt: skip

    found = {(severity, code) for severity, code, element in said(parts) if element == "review"}

    assert found >= {("warning", "many-elements"), ("warning", "many-lanes")}


@pytest.mark.parametrize(
    ("file", "fits"),
    [
        ("review.bpmn", True),
        ("folder/review.bpmn", True),
        ("review.bpmn20.xml", True),
        ("审查.bpmn", False),
    ],
)
def test_a_file_is_called_like_its_process(file: str, fits: bool) -> None:
    found = said(good(), file=file)

    assert found == (set() if fits else {("warning", "file-name", "review")})


def test_one_process_per_file() -> None:
    second = process("q", start("Start_b"), end("End_b"), path("Start_b", "End_b"))

    assert ("warning", "one-process", "q") in said(good(), second)


def test_a_join_that_waits_for_ever_is_an_error() -> None:
    found = said(
        process(
            "review",
            *(start(), element("exclusiveGateway", "Gateway_a", default="Flow_a"), user("Task_a")),
            *(
                user("Task_b"),
                element("parallelGateway", "Gateway_b"),
                end(),
                path("s", "Gateway_a"),
            ),
            *(flow("Gateway_a", "Task_a", id="Flow_a"), flow("Gateway_a", "Task_b", "n")),
            *(path("Task_a", "Gateway_b"), path("Task_b", "Gateway_b", "e")),
        )
    )

    assert ("error", "join-never", "Gateway_b") in found


def test_errors_come_first_and_unreadable_files_are_findings_too() -> None:
    findings = lint.check(
        {"a.bpmn": b"<a", "review.bpmn": laid_out(good().replace(DOC, ""))}, KNOWN
    )

    assert [f.severity for f in findings] == ["error", "warning", "warning"]
    assert (findings[0].file, findings[0].code) == ("a.bpmn", "not-xml")


def test_an_id_that_now_means_another_kind_of_element_is_reported() -> None:
    before = parse({"review.bpmn": laid_out(good())})["review"]
    changed = good(task=element("task", "Task_review", name="审查建议"))
    after = parse({"review.bpmn": laid_out(changed)})["review"]

    [finding] = lint.reused(before, after)

    assert (finding.element, finding.code, finding.severity) == (
        "Task_review",
        "id-reused",
        "error",
    )
    assert lint.reused(before, before) == []


def test_the_diagrams_of_this_repository_have_not_one_fault_of_the_card() -> None:
    folder = Path(__file__).parents[4] / "processes"
    files = {file.name: file.read_bytes() for file in folder.glob("*.bpmn")}

    findings = lint.check(files, Known())

    assert [f for f in findings if not f.code.startswith("unknown-")] == []
    assert files


def test_a_diagram_drawn_elsewhere_is_deployable_with_advice() -> None:
    foreign = process(
        "leave",
        *(start("startEvent", name=""), user("approve", flowable__candidateGroups="managers")),
        *(
            element("exclusiveGateway", "decision", name=""),
            user("archive", flowable__assignee="${who}"),
        ),
        *(end("done"), path("startEvent", "approve", "decision"), path("archive", "done")),
        *(flow("decision", "archive", "${approved}"), flow("decision", "done", "${!approved}")),
    )

    findings = lint.check({"holiday-request.bpmn20.xml": laid_out(foreign)}, KNOWN)

    assert findings
    assert {finding.severity for finding in findings} == {"warning"}


def test_several_instances_keep_their_names_checked() -> None:
    task = good_task(camunda__candidateGroups="deputy_offices").replace(
        "</bpmn:userTask>", each("units", "unit") + "</bpmn:userTask>"
    )

    assert said(good(task=task)) == {("error", "unknown-role", "Task_review")}


def test_a_program_of_another_engine_is_answered_with_the_nearest_operations() -> None:
    drawn = element(
        "serviceTask", "Task_x", flowable__delegateExpression="${registerDelegate.run(a)}"
    )
    mail = element("serviceTask", "Task_y", flowable__type="mail", name="notifyDeputy")
    whole = process("review", start(), drawn, mail, end(), path("s", "Task_x", "Task_y", "e"))

    told = {f.element: f.message for f in check(whole) if f.severity == "error"}

    assert "可用的有：register_suggestion、notify_deputy" in told["Task_x"]
    assert "操作" in told["Task_y"]
    assert "可用的有" in told["Task_y"]


def test_a_due_date_that_names_a_limit_has_its_name_checked() -> None:
    assert said(good(flowable__dueDate='${deadline("sing")}')) == {
        ("error", "unknown-deadline", "Task_review")
    }


def test_starters_named_by_login_are_no_roles() -> None:
    starters = "deputy_office,user:kermit"
    given = extensions(property_(starters=starters))
    drawn = good().replace("</bpmn:startEvent>", f"{given}</bpmn:startEvent>")

    assert check(drawn) == []


def test_what_is_called_advice_is_what_the_card_and_the_drawing_say() -> None:
    engine = Path(lint.__file__).parent
    card = re.findall(r'note\(\s*[^"]*?"([a-z-]+)"', (engine / "lint.py").read_text("utf-8"))
    drawn = re.findall(r'note\(\s*[^"]*?"([a-z-]+)"', (engine / "drawing.py").read_text("utf-8"))

    # A task nobody can do, and a shape nobody sees, are more than a matter of style.
    assert {*card, *drawn} - {"nobody", "not-drawn", "warning"} == lint.ADVICE
