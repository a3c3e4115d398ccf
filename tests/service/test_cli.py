import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.database import Database
from tests.drawing import diagram, timer, user

PROCESSES = Path(__file__).parents[2] / "processes"
TABLES = Path(__file__).parents[1] / "diagrams" / "dmn"


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


def test_a_diagram_is_told_in_words(run):
    answer = run("check", "--tell", PROCESSES / "review_registration.bpmn")

    assert answer.exit_code == 0
    assert "审查登记（review_registration.bpmn）" in answer.output
    assert "人大代工委办理“审查建议”" in answer.output


def test_what_cannot_be_read_is_not_told(run, tmp_path):
    (tmp_path / "x.bpmn").write_bytes(b"no diagram")

    assert run("check", "--tell", tmp_path / "x.bpmn").exit_code == 1


def test_deploying_the_same_content_twice_is_one_deployment(run):
    files = sorted(PROCESSES.glob("*.bpmn"))

    first = json.loads(run("deploy", "--json", *files).output)
    again = json.loads(run("deploy", "--json", *files).output)

    assert first["deployment_id"] == again["deployment_id"]
    assert not again["is_new"]
    assert {one["process_id"] for one in first["definitions"]} >= {"suggestion_main"}


def test_tables_are_checked_and_deployed_beside_diagrams_or_alone(run):
    both = sorted((TABLES / "unique").iterdir())
    [table] = (TABLES / "unique").glob("*.dmn")

    assert run("check", *both).exit_code == 0
    assert json.loads(run("check", "--json", *set(both) - {table}).output)[0]["code"] == (
        "called-decision"
    )
    first = json.loads(run("deploy", "--json", *both).output)
    alone = json.loads(run("deploy", "--json", table).output)

    assert [one["process_id"] for one in first["definitions"]] == ["unique"]
    assert [(one["decision_id"], one["version"]) for one in first["decisions"]] == [
        ("handling_level", 1)
    ]
    assert (alone["definitions"], alone["decisions"][0]["version"]) == ([], 2)
    assert "办理等级 第 2 版" in run("deploy", table).output


def test_the_tables_of_the_folder_are_deployed_with_its_diagrams(run, monkeypatch):
    monkeypatch.setenv("TIBANPING_PROCESSES", str(TABLES / "bound"))

    assert run("init").exit_code == 0

    again = json.loads(run("deploy", "--json", *sorted((TABLES / "bound").iterdir())).output)
    assert not again["is_new"]
    assert [one["decision_id"] for one in again["decisions"]] == ["grade"]


def test_a_refused_deployment_keeps_nothing(run, broken):
    answer = run("deploy", "--json", broken)

    assert answer.exit_code == 1
    assert json.loads(answer.output)["findings"]


@pytest.fixture
def leave(tmp_path):
    """A leave request drawn elsewhere: no forms, a group this system does not know."""
    file = tmp_path / "leave.bpmn"
    elements = (
        '<startEvent id="Start_a" name="已申请"/>'
        + user("Task_b", "部门审批", candidateGroups="deptLeader")
        + timer("Timer_late", "超时", "Task_b", "timeDuration", "P3D", True)
        + '<exclusiveGateway id="Gateway_ok" name="同意吗?"/>'
        + '<endEvent id="End_yes" name="已批准"/><endEvent id="End_no" name="未批准"/>'
    )
    flows = [("Start_a", "Task_b"), ("Task_b", "Gateway_ok"), ("Timer_late", "End_no")]
    flows += [("Gateway_ok", "End_yes", "同意", "${days <= 3}")]
    flows += [("Gateway_ok", "End_no", "不同意")]
    file.write_bytes(diagram("leave", "请假", elements, flows))
    return file


def test_a_diagram_from_elsewhere_is_run_to_its_end(run, leave):
    answer = run("simulate", leave, "--variables", '{"days": 2}', "--start", "2026-03-02")

    assert answer.exit_code == 0
    assert "2026-03-02 09:00  办理  部门审批" in answer.output
    assert "走到结束“已批准”" in answer.output


def test_where_it_stops_the_reason_says_what_to_write(run, leave):
    answer = run("simulate", leave)

    assert answer.exit_code == 1
    assert """--variables '{"days": 3}'""" in answer.output


def test_answers_and_messages_come_from_a_file(run, leave, tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text('{"部门审批": {"skip": true}, "messages": [{"name": "撤回"}]}', "utf-8")

    answer = run(
        "simulate", leave, "--answers", answers, "--start", "2026-03-02", "--message", "催办"
    )

    assert answer.exit_code == 0
    assert "走到结束“未批准”：2026-03-05 09:00" in answer.output
    assert "没有送到的消息：催办、撤回" in answer.output


def test_the_outcome_as_json_is_one_object_whatever_came_of_it(run, leave, broken, tmp_path):
    ended = run("simulate", leave, "--json", "--variables", '{"days": 2}')
    stopped = run(
        "simulate", leave, "--json", "--variables", '{"days": 2}', "--until", "2001-01-01"
    )
    refused = run("simulate", broken, "--json")
    missing = run("simulate", tmp_path / "nowhere.bpmn", "--json")

    shown = [json.loads(one.output) for one in (ended, stopped, refused, missing)]
    assert [one.exit_code for one in (ended, stopped, refused, missing)] == [0, 1, 1, 1]
    assert len({frozenset(one) for one in shown}) == 1
    assert [one["stop"] and one["stop"]["reason"] for one in shown] == [
        None,
        "invalid",
        "refused",
        "invalid",
    ]
    assert shown[2]["findings"][0]["element"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--variables", "days=2"], "--variables"),
        (["--variables", "\udcff"], "--variables"),
        (["--start", "昨天"], "昨天"),
        (["--until", "0000-00-00"], "0000-00-00"),
        (["--message", "=1"], "--message"),
        (["--process", "nothing"], "nothing"),
        (["--answers", "nowhere.json"], "nowhere.json"),
    ],
)
def test_each_slip_on_the_command_line_is_named_without_a_traceback(run, leave, words, named):
    answer = run("simulate", leave, *words)

    assert answer.exit_code == 1
    assert named in answer.output
    assert isinstance(answer.exception, SystemExit)


def test_a_refused_file_is_told_as_the_check_tells_it(run, broken):
    checked, simulated = run("check", broken), run("simulate", broken)

    assert simulated.exit_code == 1
    errors = [line for line in checked.output.splitlines() if line.startswith("错误")]
    assert errors
    assert set(errors) <= set(simulated.output.splitlines())


def test_our_own_chain_is_rehearsed(run):
    answer = run("simulate", *PROCESSES.glob("*.bpmn"), "--process", "suggestion_main")

    assert answer.exit_code == 0
    assert "走到结束“建议已办结”" in answer.output


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
