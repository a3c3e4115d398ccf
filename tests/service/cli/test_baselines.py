"""An operator sees what an update did not replace, and a designer decides on it from a command line."""

import json
from pathlib import Path
from shutil import copytree

import pytest

PROCESSES = Path(__file__).parents[3] / "processes"
CHANGED = "unit_handling.bpmn"


@pytest.fixture
def updated(run, tmp_path, monkeypatch):
    """A town with its own unit handling, after an update that changes it too, and the reply review."""
    own, release = tmp_path / "own", tmp_path / "release"
    own.mkdir()
    copytree(PROCESSES, release)
    words = ("--post", "designer", "--password", "x" * 16)
    assert run("user", "add", "sheji", "--name", "设计", *words).exit_code == 0
    text = (PROCESSES / CHANGED).read_text(encoding="utf-8")
    (own / CHANGED).write_text(text.replace('name="推进办理"', 'name="本地办理"'), encoding="utf-8")
    assert run("deploy", "--with-callers", own).exit_code == 0
    (release / CHANGED).write_text(
        text.replace('name="推进办理"', 'name="新办法"'), encoding="utf-8"
    )
    review = release / "reply_review.bpmn"
    review.write_text(
        review.read_text("utf-8").replace(
            "<bpmn:documentation>", "<bpmn:documentation>新规定。", 1
        ),
        "utf-8",
    )
    monkeypatch.setenv("TIBANPING_PROCESSES", str(release))
    return run("init")


def test_an_update_keeps_the_towns_own_and_says_so(run, updated):
    assert "unit_handling.bpmn 有变化，本地改过，没有更换" in updated.output

    listed = run("baseline", "list").output
    # It calls the reply review, which the town had left alone: its third version is bound to the new one.
    assert "unit_handling.bpmn  现在用的：“单位办理”第 3 版" in listed
    assert "名称：本地办理 → 新办法" in listed
    [offer] = json.loads(run("baseline", "list", "--json").output)
    assert offer["name"] == CHANGED


def test_an_offer_is_taken_with_its_callers(run, updated):
    answer = run("baseline", "take", CHANGED, "--reason", "新版更好", "--by", "sheji")

    assert "已部署：“单位办理”第 4 版。" in answer.output
    assert "新发起的“代表建议办理”" in answer.output
    assert "没有等待决定的自带流程图" in run("baseline", "list").output


def test_an_offer_is_declined(run, updated):
    answer = run("baseline", "decline", CHANGED, "--reason", "本地另有规定", "--by", "sheji")

    assert "不采用 unit_handling.bpmn，继续用本地的" in answer.output
    assert "没有更换" not in run("init").output


def test_a_name_that_is_not_offered_and_a_stranger_are_refused_in_words(run, updated):
    unknown = run("baseline", "take", "x.bpmn", "--reason", "新版更好", "--by", "sheji")
    stranger = run("baseline", "decline", CHANGED, "--reason", "新版更好", "--by", "nobody")

    assert (unknown.exit_code, stranger.exit_code) == (1, 1)
    assert "没有等待决定的自带流程图 x.bpmn" in unknown.output
