import json
from pathlib import Path

import pytest

PROCESSES = Path(__file__).parents[3] / "processes"


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
