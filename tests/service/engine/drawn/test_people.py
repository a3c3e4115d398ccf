"""Whom a diagram names is read, in BPMN's words and in the vendors'."""

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
