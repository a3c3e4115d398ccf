"""Whatever a file does to the one who checks it, the service goes on and says which file it was."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.engine.checking import guarded, lint
from service.engine.checking.guarded import Limits
from service.engine.checking.lint import Known
from tests.service.engine.diagrams import document, end, path, process, start, user

PROCESSES = Path(__file__).parents[4] / "processes"
SMALL = document(process("p", start(), user("a"), end(), path("s", "a", "e")))
LARGE = document(process("q", *(user(f"u{number}") for number in range(15_000))))
NOBODY = Known()


def child(*lines: str) -> str:
    return "\n".join(("import json, os, signal, sys", *lines))


def test_the_verdict_is_the_same_as_without_a_guard() -> None:
    files = {"broken.bpmn": SMALL.replace(b'targetRef="e"', b'targetRef="x"'), "p.bpmn": SMALL}

    assert guarded.check(files, NOBODY) == lint.check(files, NOBODY)


def test_names_from_outside_reach_the_child() -> None:
    files = {"co_handling.bpmn": (PROCESSES / "co_handling.bpmn").read_bytes()}
    known = Known(processes=frozenset({"unit_handling"}), field_types=frozenset({"string"}))

    assert guarded.check(files, known) == lint.check(files, known)


def test_several_threads_check_at_once() -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: guarded.check({"p": SMALL}, NOBODY), range(4)))

    assert found == [lint.check({"p": SMALL}, NOBODY)] * 4


def test_a_file_that_takes_too_much_memory_is_named_and_the_others_are_not() -> None:
    files = {"small.bpmn": SMALL, "large.bpmn": LARGE}

    [finding] = guarded.check(files, NOBODY, Limits(bytes=8_000_000))

    assert (finding.file, finding.code, finding.severity) == ("large.bpmn", "check-limit", "error")
    assert "内存" in finding.message


def test_a_file_that_takes_too_long_is_named() -> None:
    [finding] = guarded.check({"p.bpmn": SMALL}, NOBODY, Limits(seconds=0.01))

    assert (finding.file, finding.code) == ("p.bpmn", "check-limit")
    assert "时间" in finding.message


@pytest.mark.parametrize("last", ["os.kill(os.getpid(), signal.SIGSEGV)", "1 / 0", "os._exit(9)"])
def test_a_child_that_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    monkeypatch.setattr(guarded, "_COMMAND", child(last))

    [finding] = guarded.check({"p.bpmn": SMALL}, NOBODY)

    assert (finding.file, finding.code) == ("p.bpmn", "check-failed")
    assert finding.message.endswith("请把它发给系统管理员。")


def test_too_many_files_and_too_many_bytes_are_not_even_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guarded, "_COMMAND", child("1 / 0"))

    [many] = guarded.check({f"{n}.bpmn": b"" for n in range(guarded.MOST_FILES + 1)}, NOBODY)
    [large] = guarded.check({"x.bpmn": bytes(guarded.MOST_BYTES + 1)}, NOBODY)

    assert many.code == large.code == "too-much"


def test_our_own_diagrams_are_checked_without_a_finding_of_the_guard() -> None:
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}

    found = guarded.check(files, NOBODY)

    assert not {"check-limit", "check-failed"} & {finding.code for finding in found}


def test_what_can_be_read_is_shown_and_what_cost_too_much_is_not_opened_again() -> None:
    files = {"p.bpmn": SMALL, "x.bpmn": b"no diagram", "q.bpmn": LARGE}
    costly = guarded.check({"q.bpmn": LARGE}, NOBODY, Limits(bytes=8_000_000))

    shown = guarded.readable(files, costly)

    assert [diagram.file for diagram in shown] == ["p.bpmn"]
