import json
from pathlib import Path

PROCESSES = Path(__file__).parents[3] / "processes"


def test_our_own_diagrams_are_clean_by_the_strict_measure(run):
    answer = run("check", "--strict", PROCESSES)

    assert answer.exit_code == 0
    assert "可以部署" in answer.output


def test_a_refused_diagram_names_file_element_and_reason(run, broken):
    answer = run("check", broken)

    assert answer.exit_code == 1
    assert "broken.bpmn" in answer.output
    assert "nothing" in answer.output


def test_findings_as_json_have_the_promised_fields(run, broken):
    answer = run("check", "--json", broken)

    findings = json.loads(answer.output)
    assert answer.exit_code == 1
    assert {"file", "element", "code", "severity", "message"} <= findings[0].keys()


def test_what_is_no_diagram_gives_a_finding_and_no_traceback(run, tmp_path):
    file = tmp_path / "note.bpmn"
    file.write_bytes(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>")

    answer = run("check", file)

    assert answer.exit_code == 1
    assert "Traceback" not in answer.output


def test_a_diagram_is_told_in_words(run):
    answer = run("check", "--tell", PROCESSES / "review_registration.bpmn")

    assert answer.exit_code == 0
    assert "审查登记（review_registration.bpmn）" in answer.output
    assert "人大代工委办理“审查建议”" in answer.output


def test_what_cannot_be_read_is_not_told(run, tmp_path):
    (tmp_path / "x.bpmn").write_bytes(b"no diagram")

    assert run("check", "--tell", tmp_path / "x.bpmn").exit_code == 1
