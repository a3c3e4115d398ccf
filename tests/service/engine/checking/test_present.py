"""An operation whose variable some way does not bring is refused before the first case takes that way."""

from service.engine.checking import present
from service.engine.checking.contract import Contract, Variable
from service.engine.checking.known import Known
from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from tests.ending import ends
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import (
    boundary,
    call,
    document,
    each,
    end,
    extensions,
    flow,
    fork,
    inputs,
    path,
    process,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)

KNOWN = Known(
    contracts={
        "use": Contract("use", reads=(Variable("unit", "承办单位"), Variable("maybe", "", True))),
        "give": Contract("give", gives=(Variable("unit", "承办单位"),)),
        "may_give": Contract("may_give", gives=(Variable("unit", "承办单位", True),)),
        "quiet": Contract("quiet"),
        "open": Contract("open", is_open=True),
    },
    lists={"units_of": Contract("units_of", reads=(Variable("unit", "承办单位"),))},
)
BEGIN = start("s", form("title"))
USE = service("t", "use")


def found(*parts: str) -> list[Finding]:
    return list(present.findings(reading.read("p.bpmn", document(*parts)).processes, KNOWN))


def in_a_row(*elements: str, ids: str) -> list[Finding]:
    return found(process("p", BEGIN, *elements, end(), path("s", *ids.split(), "e")))


def test_what_nothing_brings_is_refused_by_name() -> None:
    [finding] = in_a_row(USE, ids="t")

    assert (finding.element, finding.code, finding.severity) == (
        "t",
        "operation-variable-missing",
        "error",
    )
    assert "“unit”（承办单位）" in finding.message
    assert "use" in finding.message


def test_forms_operations_and_inputs_bring_it() -> None:
    assert in_a_row(user("b", form("unit")), USE, ids="b t") == []
    assert in_a_row(service("b", "give"), USE, ids="b t") == []
    assert in_a_row(service("t", "use", inputs(unit="JT")), ids="t") == []


def test_what_an_operation_only_may_give_is_not_relied_on() -> None:
    assert [one.element for one in in_a_row(service("b", "may_give"), USE, ids="b t")] == ["t"]


def test_what_comes_later_is_too_late() -> None:
    assert [one.element for one in in_a_row(USE, service("b", "give"), ids="t b")] == ["t"]


def test_every_branch_of_a_choice_has_to_bring_it() -> None:
    def chosen(other: str) -> list[Finding]:
        return found(
            process(
                "p",
                BEGIN,
                xor("x", default="x-b"),
                service("b", "give"),
                service("c", other),
                xor("y"),
                USE,
                end(),
                path("s", "x", "b", "y", "t", "e"),
                flow("x", "c", when="title == 'x'"),
                path("c", "y"),
            )
        )

    assert [one.element for one in chosen("quiet")] == ["t"]
    assert chosen("give") == []
    assert chosen("open") == []


def test_one_branch_of_a_split_is_enough() -> None:
    assert (
        found(
            process(
                "p",
                BEGIN,
                fork("f"),
                service("b", "give"),
                service("c", "quiet"),
                fork("j"),
                USE,
                end(),
                path("s", "f", "b", "j", "t", "e"),
                path("f", "c", "j"),
            )
        )
        == []
    )


def test_a_loop_back_takes_nothing_away() -> None:
    assert (
        found(
            process(
                "p",
                BEGIN,
                service("b", "give"),
                USE,
                xor("x", default="x-e"),
                end(),
                path("s", "b", "t", "x", "e"),
                flow("x", "t", when="title == 'x'"),
            )
        )
        == []
    )


def test_a_boundary_event_leaves_before_the_task_has_brought_anything() -> None:
    late = boundary("late", "b", timer("P1D"))

    [finding] = found(
        process(
            "p",
            BEGIN,
            user("b", form("unit")),
            late,
            USE,
            end(),
            path("s", "b", "e"),
            path("late", "t", "e"),
        )
    )

    assert finding.element == "t"


def test_a_call_brings_what_it_maps_and_what_comes_back() -> None:
    inner = process("q", start("qs"), service("qt", "use"), end("qe"), path("qs", "qt", "qe"))
    outer = (BEGIN, service("b", "give"), end(), path("s", "b", "k", "e"))
    mapped = extensions('<camunda:in source="unit" target="unit"/>')
    other = extensions('<camunda:in source="title" target="title"/>')

    assert found(process("p", *outer, call("k", "q", mapped)), inner) == []
    assert found(process("p", *outer, call("k", "q")), inner) == []
    [finding] = found(process("p", *outer, call("k", "q", other)), inner)
    assert finding.element == "qt"


def test_a_call_gives_back_only_what_the_called_process_ends_with() -> None:
    both = '<camunda:in variables="all"/><camunda:out source="unit" target="unit"/>'
    outer = (start("s", form("title")), call("k", "q", extensions(both)), USE, end())
    road = path("s", "k", "t", "e")
    ends = path("qs", "qt", "qe")
    giving = process("q", start("qs"), service("qt", "give"), end("qe"), ends)
    silent = process("q", start("qs"), service("qt", "quiet"), end("qe"), ends)

    assert found(process("p", *outer, road), giving) == []
    assert [one.element for one in found(process("p", *outer, road), silent)] == ["t"]
    assert found(process("p", *outer, road)) == [], "what is not there to be read may end with it"


def test_what_of_a_form_is_no_variable_is_not_there() -> None:
    long_text = form("unit").replace('type="string"', 'type="longtext"')
    sealed = form("unit").replace(
        "</bpmn:extensionElements>",
        '<camunda:properties><camunda:property name="sealed" value="true"/></camunda:properties>'
        "</bpmn:extensionElements>",
    )

    for fields in (long_text, sealed):
        assert [one.element for one in in_a_row(user("b", fields), USE, ids="b t")] == ["t"]


def test_a_repeated_call_passes_the_one_it_is_repeated_for() -> None:
    inner = process("q", start("qs"), service("qt", "use"), end("qe"), path("qs", "qt", "qe"))
    outer = (BEGIN, end(), path("s", "k", "e"))

    assert found(process("p", *outer, call("k", "q", each("titles", "unit"))), inner) == []
    assert found(process("p", *outer, call("k", "q", each("titles", "title"))), inner) != []


def test_a_call_that_brings_everything_brings_what_it_maps_too() -> None:
    inner = process("q", start("qs"), service("qt", "use"), end("qe"), path("qs", "qt", "qe"))
    everything = '<camunda:in variables="all"/>'
    renamed = extensions(everything + '<camunda:in source="lead_unit" target="unit"/>')
    outer = (start("s", form("lead_unit")), end(), path("s", "k", "e"))

    assert found(process("p", *outer, call("k", "q", renamed)), inner) == []
    [finding] = found(process("p", *outer, call("k", "q", extensions(everything))), inner)
    assert finding.element == "qt"


def test_what_every_caller_has_to_pass_is_there_only_if_each_does() -> None:
    inner = process("q", start("qs"), service("qt", "use"), end("qe"), path("qs", "qt", "qe"))
    good = process(
        "p", BEGIN, service("b", "give"), call("k", "q"), end(), path("s", "b", "k", "e")
    )
    poor = process("r", start("rs", form("x")), call("rk", "q"), end("re"), path("rs", "rk", "re"))

    assert found(good, inner) == []
    assert [one.element for one in found(good, poor, inner)] == ["qt"]


def test_a_called_process_checked_alone_may_be_passed_anything() -> None:
    assert (
        found(process("q", start("qs"), service("qt", "use"), end("qe"), path("qs", "qt", "qe")))
        == []
    )


def test_a_subprocess_sees_what_is_around_it_and_its_own() -> None:
    loop = each("titles", "unit")

    assert (
        in_a_row(
            service("b", "give"),
            sub("g", start("gs"), USE, end("ge"), path("gs", "t", "ge")),
            ids="b g",
        )
        == []
    )
    assert (
        in_a_row(sub("g", start("gs"), USE, end("ge"), path("gs", "t", "ge"), loop), ids="g") == []
    )
    brought = sub("g", start("gs"), service("b", "give"), end("ge"), path("gs", "b", "ge"))
    assert in_a_row(brought, USE, ids="g t") == []


def test_a_list_of_a_form_needs_its_variables_too() -> None:
    asked = user(
        "t",
        extensions(
            '<camunda:formData><camunda:formField id="x" type="enum" label="x"><camunda:properties>'
            '<camunda:property id="source" value="units_of"/></camunda:properties>'
            "</camunda:formField></camunda:formData>"
        ),
    )

    [finding] = in_a_row(asked, ids="t")

    assert "名单“units_of”" in finding.message
    assert in_a_row(service("b", "give"), asked, ids="b t") == []


def test_a_repeated_task_has_the_one_it_is_repeated_for() -> None:
    assert in_a_row(service("t", "use", each("titles", "unit")), ids="t") == []
    assert in_a_row(service("t", "use", each("titles", "title")), ids="t") != []


def test_the_list_of_a_repeated_task_is_there_behind_it_and_behind_what_cuts_it() -> None:
    several = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="u">'
        "<bpmn:loopDataOutputRef>unit</bpmn:loopDataOutputRef>"
        '<bpmn:outputDataItem name="opinion"/></bpmn:multiInstanceLoopCharacteristics>'
    )

    def signed(task: str) -> list[Finding]:
        return found(
            process(
                "p",
                *(start("s", form("units")), task, boundary("b", "a", timer("P1D"))),
                *(service("t", "use"), service("l", "use"), end(), end("e2")),
                *(path("s", "a", "t", "e"), path("b", "l", "e2")),
            )
        )

    assert signed(user("a", form("opinion"), several)) == []
    assert [finding.element for finding in signed(user("a", form("opinion")))] == ["t", "l"]


def test_a_long_way_is_settled_in_whatever_order_it_is_written() -> None:
    keys = [f"n{number}" for number in range(400)]
    parts = (start(), *(user(key) for key in reversed(keys)), end(), path("s", *keys, "e"))
    drawn = reading.read("p.bpmn", document(process("p", *parts))).processes

    with ends():
        assert list(present.findings(drawn, KNOWN)) == []
