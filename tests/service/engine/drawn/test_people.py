"""Whom a diagram names is read, in BPMN's words and in the vendors'."""

import pytest

from service.engine.drawn import reading
from tests.service.engine.diagrams import document, extensions, process, start, user
from tests.service.engine.drawn.only import only, properties_of


def resource(tag: str, text: str) -> str:
    return (
        f"<bpmn:{tag}><bpmn:resourceAssignmentExpression><bpmn:formalExpression>{text}"
        f"</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:{tag}>"
    )


def test_whom_plain_bpmn_names_is_who_does_it() -> None:
    several = resource("potentialOwner", "user(kermit), group( unit_liaison:${a,b} ), staff")
    found = only(user("a", several, camunda__candidateGroups="office"))

    assert found.attributes["candidateUsers"] == "kermit"
    assert found.attributes["candidateGroups"] == "office,unit_liaison:${a,b},staff"
    assert only(user("a", resource("humanPerformer", "kermit"))).attributes["assignee"] == "kermit"
    assert only(user("a", resource("humanPerformer", "user(${who})"))).attributes == {
        "assignee": "${who}"
    }


def test_who_may_start_a_process_is_said_on_its_start_event() -> None:
    starters = {"flowable__candidateStarterGroups": "office, deputy", "flowable__candidateStarterUsers": "kermit"}  # fmt: skip
    drawn = start("s", extensions(properties_of(starters="deputy,clerk")))

    [read] = reading.read("p.bpmn", document(process("p", drawn, user("a"), **starters))).processes

    assert read.elements[0].properties["starters"] == "deputy,clerk,office,user:kermit"
    assert read.elements[1].properties == {}


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ({"flowable__initiator": "applyUserId"}, "${applyUserId}"),
        ({}, "${execution.getVariable('INITIATOR')}"),
    ],
)
def test_the_placeholder_for_who_started_is_the_variable_that_holds_them(
    declared: dict[str, str], written: str
) -> None:
    drawn = (
        start("s", **declared),
        user("a", flowable__assignee="$INITIATOR"),
        user("b", flowable__candidateUsers="kermit, $INITIATOR"),
        user("c", flowable__assignee="$INITIATORS"),
    )
    s, a, b, c = reading.read("p.bpmn", document(process("p", *drawn))).processes[0].elements

    assert s.attributes["initiator"] == declared.get("flowable__initiator", "INITIATOR")
    assert (a.attributes["assignee"], a.names_initiator) == (written, True)
    assert (b.attributes["candidateUsers"], b.names_initiator) == (f"kermit,{written}", True)
    assert (c.attributes["assignee"], c.names_initiator) == ("$INITIATORS", False)


def test_nobody_who_is_not_asked_for_is_kept() -> None:
    drawn = (start("s"), user("a", flowable__assignee="${initiator}"))

    s, _ = reading.read("p.bpmn", document(process("p", *drawn))).processes[0].elements

    assert "initiator" not in s.attributes
