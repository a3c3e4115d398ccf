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
    assert (alone["definitions"], alone["decisions"][0]["version"]) == ([], 2)
    assert "办理等级 第 2 版" in run("deploy", table).output


def test_a_refused_deployment_keeps_nothing(run, broken):
    answer = run("deploy", "--json", broken)

    assert answer.exit_code == 1
    assert json.loads(answer.output)["findings"]
