import json
from pathlib import Path

PROCESSES = Path(__file__).parents[3] / "processes"


def test_whatever_stands_in_a_folder_has_a_finding_and_never_a_traceback(run, tmp_path):
    folder = tmp_path / "diagrams"
    folder.mkdir()
    (folder / "picture.bpmn").write_bytes(bytes(range(256)))
    (folder / "cut.bpmn").write_bytes((PROCESSES / "handling.bpmn").read_bytes()[:5000])
    (folder / "empty.bpmn").touch()
    (folder / "notes.txt").write_text("no diagram", encoding="utf-8")
    (tmp_path / "none").mkdir()

    answer = run("check", "--json", folder, tmp_path / "none", tmp_path / "gone.bpmn", "/dev/zero")

    codes = {one["file"]: one["code"] for one in json.loads(answer.output)}
    assert answer.exit_code == 1
    assert codes == {
        "picture.bpmn": "not-xml",
        "cut.bpmn": "not-xml",
        "empty.bpmn": "file-empty",
        "none": "file-unread",
        "gone.bpmn": "file-unread",
        "zero": "file-unread",
    }


def test_two_files_of_one_name_are_both_checked(run, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.bpmn").write_bytes(b"<x/>")

    answer = run("check", "--json", tmp_path / "a" / "x.bpmn", tmp_path / "b" / "x.bpmn")

    assert len(json.loads(answer.output)) == 2
