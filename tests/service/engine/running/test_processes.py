"""Each process of a file is a specification of its own."""

from tests.service.engine.diagrams import (
    Walk,
    call,
    definitions,
    end,
    one,
    path,
    process,
    start,
    sub,
    user,
)


def test_embedded_subprocesses_of_two_processes_may_have_the_same_id() -> None:
    def inside(key: str) -> str:
        return sub("c", start("s1"), user(key), end("e1"), path("s1", key, "e1"))

    diagram = definitions(
        process("p", start(), inside("a"), call("k", "q"), end(), path("s", "c", "k", "e")),
        process("q", start("s2"), inside("b"), end("e2"), path("s2", "c", "e2")),
    )

    assert Walk(diagram).do("a").do("b").ended


def test_a_process_begins_with_the_values_of_its_data_objects() -> None:
    objects = "".join(
        f'<bpmn:dataObject id="d{n}" name="{name}" itemSubjectRef="xsd:{kind}"><bpmn:extensionElements>'
        f"<flowable:value>{value}</flowable:value></bpmn:extensionElements></bpmn:dataObject>"
        for n, (name, kind, value) in enumerate(
            [
                ("n", "int", "3"),
                ("ok", "boolean", "true"),
                ("who", "string", "甲"),
                ("q", "double", "1.5"),
            ]
        )
    )
    diagram = one(objects, start(), user("a"), end(), path("s", "a", "e"))

    assert Walk(diagram, {"who": "乙"}).task("a").variables == {
        "n": 3,
        "ok": True,
        "who": "乙",
        "q": 1.5,
    }
