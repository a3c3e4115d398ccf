import json
from pathlib import Path

PROCESSES = Path(__file__).parents[3] / "processes"
TABLES = Path(__file__).parents[2] / "diagrams" / "dmn"


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
    assert (alone["definitions"], alone["decisions"][0]["version"]) == ([], 1)
    assert "内容没有变化，仍是：“办理等级”第 1 版" in run("deploy", table).output


def test_who_calls_a_process_is_named_and_taken_along_when_asked(run, tmp_path):
    changed = tmp_path / "unit_handling.bpmn"
    text = (PROCESSES / "unit_handling.bpmn").read_text(encoding="utf-8")
    changed.write_text(text.replace('name="推进办理"', 'name="办理"'), encoding="utf-8")

    alone = run("deploy", changed).output
    together = run("deploy", "--with-callers", changed).output

    assert "新发起的“代表建议办理”（第 1 版）仍使用“单位办理”第 1 版，不使用新版。" in alone
    assert "还在调用旧版的流程：" in alone
    assert "新发起的“代表建议办理”（第 2 版）从现在起使用“单位办理”第 2 版" not in alone
    assert "一起换成使用新版（内容不变）：" in together
    document = json.loads(run("deploy", "--with-callers", "--json", changed).output)
    assert document["still_bound_to_older"] == []
    [main] = [one for one in document["uses"] if one["process"]["process_id"] == "suggestion_main"]
    assert [(one["process_id"], one["version"]) for one in main["uses"]] == [("unit_handling", 2)]


def test_an_earlier_version_is_restored_with_a_reason_and_by_whom(run, leave):
    assert (
        run(
            "user", "add", "sheji", "--name", "设计", "--post", "designer", "--password", "x" * 16
        ).exit_code
        == 0
    )
    for name in ("部门审批", "科室审批"):
        leave.write_bytes(leave.read_bytes().replace("部门审批".encode(), name.encode()))
        assert run("deploy", leave).exit_code == 0
    words = ("restore", "leave", "1", "--reason", "科室已经撤了")

    answer = run(*words, "--by", "sheji")

    assert "“请假”第 3 版的内容与第 1 版相同，从现在起又用它。" in answer.output
    again = run(*words, "--by", "sheji")
    assert (again.exit_code, "不用恢复" in again.output) == (1, True)
    assert (
        "没有部署过这个流程的这一版"
        in run("restore", "leave", "9", "--reason", "再来", "--by", "sheji").output
    )


def test_nobody_but_designers_restores(run):
    assert (
        run(
            "user", "add", "wang", "--name", "王", "--post", "deputy", "--password", "x" * 16
        ).exit_code
        == 0
    )

    answer = run("restore", "handling", "1", "--reason", "再来", "--by", "wang")

    assert answer.exit_code == 1
    assert "不是流程设计员" in answer.output


def test_a_refused_deployment_keeps_nothing(run, broken):
    answer = run("deploy", "--json", broken)

    assert answer.exit_code == 1
    assert json.loads(answer.output)["findings"]
