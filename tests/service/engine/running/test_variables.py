"""What tokens carry, and what is left of it where they meet; every walk saves and loads the instance after every command."""

from tests.service.engine.diagrams import (
    Walk,
    boundary,
    call,
    definitions,
    end,
    one,
    path,
    process,
    start,
    timer,
    user,
)


def test_what_an_ended_branch_wrote_is_there_at_the_end_of_the_process() -> None:
    inside = process(
        "q",
        *(start("s2"), user("h"), boundary("t", "h", timer("P1D"), interrupting=False), user("r")),
        *(user("k"), end("e2"), end("e3"), path("s2", "h", "k", "e2"), path("t", "r", "e3")),
    )
    diagram = definitions(
        process("p", start(), call("c", "q"), user("z"), end(), path("s", "c", "z", "e")), inside
    )

    # The main path ends first; the reminder, with older variables, ends last.
    walk = (
        Walk(diagram, {"state": "旧"})
        .fire("t")
        .do("h", conclusion="立案")
        .do("k", state="新")
        .do("r", read=True)
    )
    assert walk.task("z").variables == {"state": "新", "conclusion": "立案", "read": True}

    # The reminder ends first.
    walk = (
        Walk(diagram, {"state": "旧"})
        .fire("t")
        .do("r", read=True)
        .do("h", conclusion="立案")
        .do("k", state="新")
    )
    assert walk.task("z").variables == {"state": "新", "conclusion": "立案", "read": True}


def test_a_process_without_start_and_end_events_starts_and_ends_all_the_same() -> None:
    walk = Walk(one(user("a"), user("b"), path("a", "b")))

    assert walk.waiting == ["a"]
    assert walk.do("a").do("b").ended
