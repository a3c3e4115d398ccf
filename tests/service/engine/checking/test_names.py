"""Operations, deadlines and roles that do not exist are named, with the right ones."""

from dataclasses import replace

import pytest

from service.engine.checking import lint
from tests.service.engine.checking.review import (
    DOC,
    KNOWN,
    check,
    form,
    good,
    good_task,
    property_,
    said,
)
from tests.service.engine.diagrams import (
    boundary,
    document,
    each,
    element,
    end,
    extensions,
    path,
    process,
    service,
    start,
    timer,
)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (good(property_(on_complete="register_suggestions")), "unknown-operation"),
        (good(property_(deadline="signing")), "unknown-deadline"),
        (good(camunda__candidateGroups="deputy_ofice"), "unknown-role"),
        (good(camunda__candidateGroups="deputy_office,unit_liason:${unit}"), "unknown-role"),
    ],
)
def test_a_name_that_does_not_exist_is_an_error_that_offers_the_right_ones(
    parts: str, code: str
) -> None:
    [finding] = check(parts)

    assert (finding.severity, finding.code, finding.element) == ("error", code, "Task_review")
    assert "可用的有" in finding.message


def test_a_group_of_another_system_is_no_slip_but_nobody_will_see_the_task() -> None:
    for group in ("managers", "综合科", "代工委", "第二组", "科长,局长"):
        assert said(good(camunda__candidateGroups=group)) == {
            ("warning", "unknown-role", "Task_review")
        }


@pytest.mark.parametrize("group", ["人大代表工委", "承办单位联络员:${unit}"])
def test_the_title_of_a_role_is_that_role_and_that_is_noted(group: str) -> None:
    [finding] = check(good(camunda__candidateGroups=group))

    assert (finding.severity, finding.code) == ("warning", "role-by-title")
    assert ("deputy_office" if "工委" in group else "unit_liaison") in finding.message


def test_a_group_like_the_title_of_a_role_is_noted_with_the_role() -> None:
    [finding] = check(good(camunda__candidateGroups="承办单位联络人"))

    assert (finding.severity, finding.code) == ("warning", "unknown-role")
    assert "可用的有：unit_liaison（承办单位联络员）。" in finding.message


def test_only_names_like_the_one_that_is_wrong_are_offered() -> None:
    [finding] = check(good(property_(on_complete="buy_a_ship")))

    assert finding.message.endswith("“buy_a_ship”不存在。请核对名称。")


def test_names_that_exist_or_are_computed_later_are_fine() -> None:
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


def test_several_instances_keep_their_names_checked() -> None:
    task = good_task(camunda__candidateGroups="deputy_offices").replace(
        "</bpmn:userTask>", each("units", "unit") + "</bpmn:userTask>"
    )

    assert said(good(task=task)) == {("error", "unknown-role", "Task_review")}


def test_a_due_date_that_names_a_limit_has_its_name_checked() -> None:
    assert said(good(flowable__dueDate='${deadline("sing")}')) == {
        ("error", "unknown-deadline", "Task_review")
    }


def test_starters_named_by_login_are_no_roles() -> None:
    starters = "deputy_office,user:kermit"
    given = extensions(property_(starters=starters))
    drawn = good().replace("</bpmn:startEvent>", f"{given}</bpmn:startEvent>")

    assert check(drawn) == []


def test_a_program_of_another_engine_is_answered_with_the_nearest_operations() -> None:
    drawn = element(
        "serviceTask", "Task_x", flowable__delegateExpression="${registerSuggestion.run(a)}"
    )
    mail = element("serviceTask", "Task_y", flowable__type="mail", name="notifyDeputy")
    whole = process("review", start(), drawn, mail, end(), path("s", "Task_x", "Task_y", "e"))

    told = {f.element: f.message for f in check(whole) if f.severity == "error"}

    assert "可用的有：register_suggestion（登记建议）。" in told["Task_x"]
    assert "操作" in told["Task_y"]
    assert "可用的有：notify_deputy。" in told["Task_y"]


def test_a_rule_without_a_decision_is_answered_with_decisions() -> None:
    drawn = element("businessRuleTask", "choose_unit")
    content = {
        "review.bpmn": document(
            process("review", start(), drawn, end(), path("s", "choose_unit", "e"))
        )
    }

    findings = lint.check(
        content, replace(KNOWN, decisions=frozenset({"choose_units", "red_card"}))
    )

    [finding] = [f for f in findings if f.code == "operation-missing"]
    assert finding.message.endswith("可用的有：choose_units。")


TITLED = replace(
    KNOWN,
    operations=frozenset({"sign_reply", "issue_reply", "register_suggestion", "close_case"}),
    decisions=frozenset({"case_level", "color"}),
    titles={
        "sign_reply": "签发答复",
        "issue_reply": "答复代表",
        "register_suggestion": "登记建议",
        "deputy_office": "代表工委",
        "case_level": "事项定级",
        "color": "督办分色",
    },
)


def advice(drawn: str) -> str:
    whole = process("review", start(), drawn, end(), path("s", "x", "e"))
    found = lint.check({"p.bpmn": document(whole)}, TITLED)
    [finding] = [f for f in found if f.element == "x" and f.severity == "error"]
    return finding.message


@pytest.mark.parametrize(
    ("drawn", "offered"),
    [
        (element("serviceTask", "x", camunda__class="com.acme.SignReplyTask"), "sign_reply（签发答复）"),
        (element("serviceTask", "x", name="签发代表答复"), "sign_reply（签发答复）"),
        (element("serviceTask", "x", flowable__type="mail", name="登记代表建议"), "register_suggestion（登记建议）"),
        (service("x", "sign_replay"), "sign_reply（签发答复）"),
        (service("x", "签发答复"), "sign_reply（签发答复）"),
        (element("businessRuleTask", "x", name="定级"), "case_level（事项定级）"),
        (element("businessRuleTask", "x", camunda__decisionRef="case_levl"), "case_level（事项定级）"),
        (element("businessRuleTask", "x", camunda__decisionRef="${which}", name="分色"), "color（督办分色）"),
        (element("userTask", "x", camunda__candidateGroups="deputy_ofice"), "deputy_office（代表工委）"),
        (element("callActivity", "x", calledElement="reviews"), "review"),
    ],
)  # fmt: skip
def test_the_right_kind_is_offered_with_its_title(drawn: str, offered: str) -> None:
    assert f"可用的有：{offered}" in advice(drawn)


@pytest.mark.parametrize(
    "drawn",
    [
        element("serviceTask", "x", camunda__expression="${bean.call()}"),
        element("serviceTask", "x", camunda__class="org.acme.Foo", name="调用"),
        element("serviceTask", "x", flowable__type="http"),
        element("businessRuleTask", "x", name="计算运费"),
        element("businessRuleTask", "x", camunda__decisionRef="shipping"),
        element("callActivity", "x", calledElement="something_else"),
    ],
)
def test_where_nothing_is_near_nothing_is_offered(drawn: str) -> None:
    assert "可用的有" not in advice(drawn)


@pytest.mark.parametrize(
    "field",
    [
        '<camunda:formField id="end_on" label="结束日" type="date"><camunda:validation>'
        """<camunda:constraint name="max" config="${deadline('sing')}"/></camunda:validation></camunda:formField>""",
        """<camunda:formField id="end_on" label="结束日" type="date" defaultValue="${deadline('sing')}"/>""",
        '<camunda:formField id="end_on" label="结束日" type="date"><camunda:properties>'
        """<camunda:property id="showIf" value="now() &gt; deadline('sing')"/></camunda:properties></camunda:formField>""",
    ],
    ids=["constraint", "default", "showIf"],
)
def test_a_limit_named_in_a_form_must_exist(field: str) -> None:
    drawn = good(form(field))

    assert ("error", "unknown-deadline", "Task_review") in said(drawn)
    assert ("error", "unknown-deadline", "Task_review") not in said(drawn.replace("sing", "sign"))
