"""An operator at a terminal looks at a case that stands still, sets a value, takes it to another version, runs it again."""

import json

import pytest

from service.cli.stores import configured
from service.database import Database
from tests.service.runtime import mended


@pytest.fixture
def operator(run):
    """An account of an operator, and one of somebody else."""
    for login, post in (("yunwei", "operator"), ("wang", "deputy_office")):
        password = ("--password", "长一点的密码一二三")
        added = run("user", "add", login, "--name", login, "--post", post, *password)
        assert added.exit_code == 0, added.output
    return ("--by", "yunwei")


@pytest.fixture
def store(operator):
    settings = configured()
    database = Database(settings.database_url, settings.signing_key())
    yield database
    database.close()


def failed(store, drawn=None, **values):
    instance_id = mended.begun(store, {"q.bpmn": drawn or mended.question()}, "question", **values)
    return instance_id, mended.stuck(store, instance_id).id


def test_a_value_is_set_and_the_step_run_again(run, operator, store):
    instance_id, incident_id = failed(store)
    shown = run("case", "show", instance_id, *operator)
    refused = run("case", "retry", incident_id, *operator)

    put = run("case", "set", instance_id, "n", "5", "--reason", "现场核实", *operator)
    done = run("case", "retry", incident_id, *operator)

    assert f"异常 {incident_id}  Gateway_high" in shown.output
    assert "失败的环节要用：n" in shown.output
    assert (refused.exit_code, put.exit_code, done.exit_code) == (1, 0, 0)
    assert "又试了一次，仍然没有成功" in refused.output
    assert mended.row(store, instance_id).end_event == "End_high"


def test_a_case_is_taken_to_the_newest_version(run, operator, store):
    instance_id, incident_id = failed(store, mended.question("m > 3"), n=5)
    mended.deployed(store, {"q.bpmn": mended.question("n > 3")})
    seen = run("case", "migrate", instance_id, "--effect", *operator)
    assert mended.planned(store, instance_id).before.version == 1

    moved = run("case", "migrate", instance_id, "--reason", "条件写错", *operator)
    run("case", "retry", incident_id, *operator)

    assert "停在“测量水位”，换了还在" in seen.output
    assert "已换到第 2 版" in moved.output
    assert mended.row(store, instance_id).end_event == "End_high"


def test_for_programs_it_is_json(run, operator, store):
    instance_id, incident_id = failed(store, n="高")

    document = json.loads(run("case", "show", instance_id, "--json", *operator).output)

    assert [one["id"] for one in document["incidents"]] == [incident_id]
    assert document["places"][0]["variables"] == {"n": "高"}


def test_what_cannot_be_is_said_and_the_status_is_one(run, operator, store):
    instance_id, incident_id = failed(store)
    why = ("--reason", "试试")

    for words, sentence in (
        (("set", instance_id, "n", "五", *why, *operator), "值不是 JSON"),
        (("set", instance_id, "a b", "5", *why, *operator), "不能作变量名"),
        (("set", instance_id, "n", "5", *why, "--by", "wang"), "只有运维人员"),
        (("retry", incident_id, "--by", "wang"), "只有运维人员"),
        (("migrate", instance_id, *why, "--by", "wang"), "只有运维人员"),
        (("migrate", instance_id, "--to", 9, *why, *operator), "没有部署过这个流程的这一版"),
        (("show", 999, *operator), "没有这个流程实例"),
        (("show", instance_id, "--by", "nobody"), "这个账号不存在"),
    ):
        answer = run("case", *words)
        assert answer.exit_code == 1, words
        assert sentence in answer.output
    stays = run("case", "migrate", instance_id, *why, *operator)
    assert "不能换：这件事项已经在第 1 版上" in stays.output
