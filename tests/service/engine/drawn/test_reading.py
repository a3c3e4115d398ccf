"""Reading hostile bytes, three vendors' attributes and everybody's encodings."""

import tracemalloc

import pytest

from service.engine.drawn import reading, source
from service.engine.drawn.source import FileUnreadable
from tests.service.engine.diagrams import (
    boundary,
    call,
    document,
    element,
    end,
    extensions,
    flow,
    path,
    process,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)

HEAD = b'<?xml version="1.0"?>'
BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def refusal(content: bytes) -> str:
    with pytest.raises(FileUnreadable) as caught:
        reading.read("x.bpmn", content)
    assert caught.value.finding.file == "x.bpmn"
    assert caught.value.finding.message.endswith("。")
    return caught.value.finding.code


def read(*parts: str) -> source.ProcessSource:
    return reading.read("p.bpmn", document(process("p", *parts))).processes[0]


def only(*parts: str) -> source.Element:
    return read(*parts).elements[0]


# --- hostile bytes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"   \n", "file-empty"),
        (b"\x00\xff\xfe\x01", "not-xml"),
        (b"plain text", "not-xml"),
        (b"<a><b></a>", "not-xml"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-xml"),
        ("通知：请各单位".encode("gbk"), "not-xml"),
        (b"<svg/>", "not-bpmn"),
        (f"<definitions {BPMN}/>".encode() + b" " * reading.LIMIT, "file-too-large"),
        (HEAD + b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "doctype"),
        (HEAD + b"<!doctype html><html/>", "doctype"),
        (HEAD + b"<!-- x --><! ENTITY>", "doctype"),
        (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(
                "utf-16"
            ),
            "doctype",
        ),
        (b"<a>" * 10_000, "not-xml"),
    ],
)
def test_bytes_that_are_no_diagram_are_refused_with_a_reason(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_entities_are_not_expanded_before_they_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'
    tracemalloc.start()

    assert refusal(bomb.encode("utf-16")) in {"doctype", "not-xml"}

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030", "GBK"])
def test_any_encoding_reads_the_same(encoding: str) -> None:
    content = document(process("p", user("a", name="起草答复")), encoding=encoding)

    assert reading.read("p.bpmn", content).processes[0].elements[0].name == "起草答复"


# --- what a diagram says -------------------------------------------------------------------------


def test_attributes_and_properties_are_read_from_the_element_itself_only() -> None:
    inside = user(
        "inner",
        "<bpmn:documentation>内部说明</bpmn:documentation>",
        extensions(
            '<camunda:properties><camunda:property name="deadline" value="sign"/></camunda:properties>'
        ),
        camunda__candidateGroups="unit_head",
    )
    outer, inner = read(sub("outer", inside)).elements

    assert (dict(outer.properties), outer.documentation, outer.attributes) == ({}, "", {})
    assert inner.properties == {"deadline": "sign"}
    assert inner.documentation == "内部说明"
    assert inner.attributes == {"candidateGroups": "unit_head"}
    assert (outer.scope, inner.scope) == ("", "outer")


@pytest.mark.parametrize("vendor", ["camunda", "flowable", "activiti"])
def test_three_vendors_mean_the_same(vendor: str) -> None:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="true" {vendor}:collection="${{us}}"'
        f' {vendor}:elementVariable="u"/>'
    )
    found = only(
        user("a", loop, **{f"{vendor}__assignee": "${u}", f"{vendor}__candidateGroups": "g"})
    )

    assert found.attributes == {"assignee": "${u}", "candidateGroups": "g"}
    assert found.repetition == source.Repetition(True, "${us}", "u", "", "")


def test_a_form_is_read_with_everything_it_declares() -> None:
    form = extensions(
        "<camunda:formData>"
        '<camunda:formField id="opinion" label="意见" type="enum" defaultValue="${last}">'
        '<camunda:value id="ok" name="同意"/><camunda:value id="no" name="不同意"/>'
        '<camunda:properties><camunda:property id="help" value="请写明理由"/></camunda:properties>'
        '<camunda:validation><camunda:constraint name="required"/>'
        '<camunda:constraint name="maxlength" config="20"/></camunda:validation>'
        "</camunda:formField></camunda:formData>"
    )

    [field] = only(user("a", form)).fields

    assert field == source.FieldSource(
        "opinion",
        "意见",
        "enum",
        "${last}",
        (("ok", "同意"), ("no", "不同意")),
        {"required": "", "maxlength": "20"},
        {"help": "请写明理由"},
    )


def test_flowables_form_properties_are_fields_too() -> None:
    form = extensions(
        '<flowable:formProperty id="days" name="天数" type="long" required="true" default="3">'
        "</flowable:formProperty>"
        '<flowable:formProperty id="who" name="申请人" type="string" writable="false"/>'
    )

    days, who = only(user("a", form)).fields

    assert (days.label, days.type, days.default, days.constraints) == (
        "天数",
        "long",
        "3",
        {"required": ""},
    )
    assert who.constraints == {"readonly": ""}


def test_a_service_task_names_its_operation_and_its_parameters() -> None:
    parameters = extensions(
        '<camunda:inputOutput><camunda:inputParameter name="kind">${level}</camunda:inputParameter>'
        "</camunda:inputOutput>"
    )

    found = only(service("a", " register_suggestion ", parameters))

    assert (found.topic, found.inputs) == ("register_suggestion", {"kind": "${level}"})


def test_what_a_call_passes_is_read() -> None:
    passing = extensions(
        '<camunda:in variables="all" />',
        '<camunda:in businessKey="#{execution.processBusinessKey}" />',
        '<camunda:out source="reply" target="answer" />',
    )
    found = only(call("c", " q ", passing))

    assert found.called == "q"
    assert found.passed_in == (source.Passing(every=True),)
    assert found.passed_out == (source.Passing(source="reply", target="answer"),)


def test_events_are_read_with_the_names_they_refer_to() -> None:
    content = document(
        '<bpmn:message id="M" name="整改通知已下发"/><bpmn:error id="E" name="出错" errorCode="secret"/>',
        process(
            "p",
            user("a"),
            boundary("t", "a", timer(" P15D\n"), interrupting=False),
            boundary("m", "a", '<bpmn:messageEventDefinition messageRef="M"/>'),
            end("e", '<bpmn:errorEventDefinition errorRef="E"/>'),
            end("u", '<bpmn:signalEventDefinition signalRef="missing"/>'),
        ),
    )
    _, t, m, e, u = reading.read("p.bpmn", content).processes[0].elements

    assert (t.attached_to, t.interrupting, t.events[0].timer, t.events[0].text) == (
        "a",
        False,
        "timeDuration",
        "P15D",
    )
    assert (m.interrupting, m.events[0].kind, m.events[0].name) == (
        True,
        "message",
        "整改通知已下发",
    )
    assert (e.events[0].kind, e.events[0].name) == ("error", "secret")
    assert (u.events[0].name, u.events[0].reference) == ("", "missing")


def test_flows_keep_their_conditions_and_get_an_id_if_they_have_none() -> None:
    bare = '<bpmn:sequenceFlow sourceRef="s" targetRef="x"/>'
    found = read(
        *(start(), xor("x", default="no"), end(), bare, flow("x", "e", id="no")),
        flow("x", "e", "${n &lt; 3}".replace("&lt;", "<"), id="yes"),
    ).flows

    assert [(f.id, f.condition, f.is_default) for f in found] == [
        ("Flow_s_x", None, False),
        ("no", None, True),
        ("yes", "${n < 3}", False),
    ]


def test_several_flows_without_an_id_each_get_their_own() -> None:
    bare = '<bpmn:sequenceFlow sourceRef="x" targetRef="e"/>'
    taken = flow("x", "e", id="Flow_x_e")

    found = read(start(), xor("x"), end(), bare, taken, bare).flows

    assert [f.id for f in found] == ["Flow_x_e_2", "Flow_x_e", "Flow_x_e_3"]


def test_extensions_without_an_effect_are_remembered() -> None:
    listening = extensions(
        '<camunda:taskListener class="org.example.L" event="create"/>',
        '<camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter>'
        '<camunda:outputParameter name="b">2</camunda:outputParameter></camunda:inputOutput>',
    )

    found = only(
        user("a", listening, camunda__formKey="embedded:x", camunda__skipExpression="${a}")
    )

    assert [told.partition("”")[0].strip("“") for told in found.ignored] == [
        "skipExpression",
        "taskListener",
    ]


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


def properties_of(**values: str) -> str:
    items = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in values.items())
    return f"<camunda:properties>{items}</camunda:properties>"


def test_the_fields_of_flowable_and_activiti_become_fields() -> None:
    drawn = extensions(
        '<flowable:formProperty id="a" name="天数" type="double" required="true"/>',
        '<flowable:formProperty id="b" datePattern="yyyy-MM-dd" type="date" writable="false"/>',
        '<flowable:formProperty id="c" expression="${name}"/>',
        '<flowable:formProperty id="d" variable="kind" type="enum"><flowable:value id="x" name="甲"/>'
        "</flowable:formProperty>",
        '<flowable:formProperty id="e" type="integer" readable="false"/>',
    )

    found = only(user("t", drawn)).fields

    assert [(f.id, f.type) for f in found] == [
        ("a", "number"),
        ("b", "date"),
        ("c", "string"),
        ("kind", "enum"),
        ("e", "long"),
    ]
    assert found[0].constraints == {"required": ""}
    assert found[1].constraints == {"readonly": ""}
    assert found[2].default == "${name}"
    assert found[3].options == (("x", "甲"),)
    assert found[4].properties == {"showIf": "false"}


def test_the_fields_of_a_service_become_its_parameters() -> None:
    drawn = extensions(
        '<flowable:field name="to"><flowable:string><![CDATA[ office ]]></flowable:string></flowable:field>',
        '<flowable:field name="text"><flowable:expression>${title}</flowable:expression></flowable:field>',
        '<activiti:field name="kind" stringValue="notice"/>',
        '<activiti:field name="nothing"/>',
    )

    assert only(service("x", "notify", drawn)).inputs == {
        "to": "office",
        "text": "${title}",
        "kind": "notice",
        "nothing": "",
    }


def test_a_list_is_split_in_time_that_grows_with_its_length() -> None:
    assert reading.split("a,${b,c},#{d(1,2)}x,, e ") == ["a", "${b,c}", "#{d(1,2)}x", "e"]
    assert reading.split("${" * 200_000) == ["${" * 200_000]


def test_lanes_reach_into_subprocesses() -> None:
    lanes = (
        '<bpmn:laneSet id="L"><bpmn:lane id="l1" name="主办 单位"><bpmn:flowNodeRef>c</bpmn:flowNodeRef>'
        '</bpmn:lane><bpmn:lane id="l2" name="督查室"/></bpmn:laneSet>'
    )
    found = read(lanes, sub("c", user("a")), user("b"))

    assert found.lanes == ("主办 单位", "督查室")
    assert {e.id: e.lane for e in found.elements} == {"c": "主办 单位", "a": "主办 单位", "b": ""}


def test_what_is_drawn_is_read() -> None:
    content = document(
        process("p", user("a")),
        '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">'
        '<bpmndi:BPMNShape id="a_di" bpmnElement="a"><dc:Bounds x="10" y="20.5" width="100" height="80"/>'
        '</bpmndi:BPMNShape><bpmndi:BPMNEdge id="f_di" bpmnElement="f"><di:waypoint x="1" y="2"/>'
        '<di:waypoint x="x" y="4"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>',
    )
    found = reading.read("p.bpmn", content)

    assert found.shapes == (source.Shape("a", 10, 20.5, 100, 80),)
    assert found.edges == (source.Edge("f", ((1, 2), (0, 4))),)


def test_what_the_dialect_does_not_know_is_remembered_for_the_linter() -> None:
    content = read(element("choreographyTask", "x"), "<bpmn:textAnnotation id='n'/>", "<!-- 注 -->")

    assert content.others == (("x", "choreographyTask"), ("n", "textAnnotation"))


def nested(depth: int) -> str:
    return "<x>" * depth + "</x>" * depth


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (extensions(nested(reading.MOST_DEPTH)), "too-deep"),
        (
            extensions("<x " + " ".join(f'a{n}="1"' for n in range(101)) + "/>"),
            "too-many-attributes",
        ),
        (extensions("<x/>" * reading.MOST_ENTRIES), "too-many-entries"),
    ],
)
def test_what_no_modeller_writes_is_refused_at_its_element(inside: str, code: str) -> None:
    diagram = document(process("p", start(), user("a", inside), end(), path("s", "a", "e")))

    with pytest.raises(FileUnreadable) as refused:
        reading.read("p.bpmn", diagram)

    assert (refused.value.finding.code, refused.value.finding.element) == (code, "a")


def test_a_diagram_for_camunda_8_is_named_as_such() -> None:
    task = extensions('<z:taskDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" type="x"/>')
    diagram = document(process("p", start(), user("a", task), end(), path("s", "a", "e")))

    with pytest.raises(FileUnreadable, match="Camunda 8") as refused:
        reading.read("p.bpmn", diagram)

    assert (refused.value.finding.code, refused.value.finding.element) == ("camunda-8", "a")


def test_broken_xml_is_told_by_its_line_and_without_the_parsers_english() -> None:
    with pytest.raises(FileUnreadable) as refused:
        reading.read("p.bpmn", b"<a>\n<b>\n</a>")

    assert refused.value.finding.message.startswith("第 3 行附近不是完好的 XML")
