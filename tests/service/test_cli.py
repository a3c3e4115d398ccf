import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.database import Database

PROCESSES = Path(__file__).parents[2] / "processes"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in an installation of its own."""
    monkeypatch.setenv("TIBANPING_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("TIBANPING_PASSWORD_PASSES", "1")
    monkeypatch.setenv("TIBANPING_PASSWORD_MEMORY_KIB", "1024")

    def command(*words: object, **given: object) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], **given)

    return command


@pytest.fixture
def broken(tmp_path):
    file = tmp_path / "broken.bpmn"
    text = (PROCESSES / "co_handling.bpmn").read_text(encoding="utf-8")
    file.write_text(text.replace('calledElement="unit_handling"', 'calledElement="nothing"'))
    return file


def test_our_own_diagrams_are_clean_by_the_strict_measure(run):
    answer = run("check", "--strict", *PROCESSES.glob("*.bpmn"))

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


def test_deploying_the_same_content_twice_is_one_deployment(run):
    files = sorted(PROCESSES.glob("*.bpmn"))

    first = json.loads(run("deploy", "--json", *files).output)
    again = json.loads(run("deploy", "--json", *files).output)

    assert first["deployment_id"] == again["deployment_id"]
    assert not again["is_new"]
    assert {one["process_id"] for one in first["definitions"]} >= {"suggestion_main"}


def test_a_refused_deployment_keeps_nothing(run, broken):
    answer = run("deploy", "--json", broken)

    assert answer.exit_code == 1
    assert json.loads(answer.output)["findings"]


def test_an_account_is_opened_given_a_password_and_a_token(run):
    added = run(
        "user",
        "add",
        "wang",
        "--name",
        "王芳",
        "--post",
        "deputy_office",
        "--password",
        "长一点的密码一二三",
    )
    changed = run("user", "password", "wang", "--password", "另一个长一点的密码")
    issued = run("user", "token", "wang")

    assert "已建立账号 wang" in added.output
    assert "已重设" in changed.output
    assert issued.output.startswith("tbp_")
    assert run("user", "token", "nobody").exit_code == 1


def test_an_invalid_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("TIBANPING_PORT", "seven")

    answer = run("init")

    assert answer.exit_code == 1
    assert "TIBANPING_PORT" in answer.output


def test_a_missing_folder_of_diagrams_is_named(run, monkeypatch, tmp_path):
    monkeypatch.setenv("TIBANPING_PROCESSES", str(tmp_path / "nowhere"))

    answer = run("init")

    assert answer.exit_code == 1
    assert "TIBANPING_PROCESSES" in answer.output


def test_a_database_of_a_newer_release_is_refused_in_words(run, tmp_path):
    assert run("init").exit_code == 0
    [file] = (tmp_path / "var").glob("*.db")
    Database(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    answer = run("init")

    assert answer.exit_code == 1
    assert "升级程序" in answer.output
