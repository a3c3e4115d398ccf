"""An administrator at a terminal lists limits, sees an effect, changes one and takes it back."""

import json

import pytest


@pytest.fixture
def keeper(run):
    """An account of an administrator, and one of somebody else."""
    for login, post in (("guanli", "admin"), ("wang", "deputy_office")):
        password = ("--password", "长一点的密码一二三")
        added = run("user", "add", login, "--name", login, "--post", post, *password)
        assert added.exit_code == 0, added.output
    return "guanli"


def test_limits_are_listed_in_words_or_for_programs(run):
    listed = run("limits", "list", "答复", "--stage", "答复")
    every = json.loads(run("limits", "list", "--json").output)

    assert "reply.normal  答复（一般件）：从“交办”起算 3 个月" in listed.output
    assert "签收" not in listed.output
    assert len(every) > 100
    assert every[0]["stage"] == "提出"
    assert "共 0 项期限" in run("limits", "list", "没有这样的").output


def test_a_limit_is_changed_and_taken_back(run, keeper):
    wanted = ("sign", "--amount", 5, "--running", "--remind", "2WD", "--remind", "-1WD")

    seen = run("limits", "effect", *wanted)
    done = run("limits", "set", *wanted, "--reason", "单位反映时间不够", "--by", keeper)
    listed = run("limits", "list", "sign", "--json")
    undone = run("limits", "undo", 1, "--reason", "改错了", "--by", keeper)
    again = run("limits", "undo", 1, "--reason", "改错了", "--by", keeper)

    assert "没有在办的事项会因此变动" in seen.output
    assert done.output.startswith("第 1 号修改：把“签收”由 3 个工作日改为 5 个工作日")
    [sign] = [one for one in json.loads(listed.output) if one["key"] == "sign"]
    assert [one["amount"] for one in sign["warnings"]] == [2, -1]
    assert undone.exit_code == 0
    assert "第 2 号修改：撤销第 1 号修改" in undone.output
    assert again.exit_code == 1
    assert "不能再撤销" in again.output


def test_a_version_for_later_and_one_for_towns(run, keeper):
    by = ("--reason", "试行", "--by", keeper)
    assert run("limits", "set", "sign", "--amount", 4, "--from", "2099-01-01", *by).exit_code == 0
    town = run(
        "limits", "set", "sign", "--amount", 2, "--level", "town", "--running", "--json", *by
    )

    assert json.loads(town.output)["by"] == keeper
    said = run("limits", "list", "sign").output
    assert "镇级件2 个工作日" in said
    assert "自 2099-01-01 起改为 4 个工作日" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("sign", "--amount", "九", "--running"), "要填整数"),
        (("sign", "--amount", 5000, "--running"), "请填写 1 到"),
        (("sign", "--unit", "YEARS", "--running"), "不在可选范围内"),
        (("sign", "--start", "not_an_event", "--running"), "不在可选范围内"),
        (("sign", "--remind", "soon", "--running"), "看不懂"),
        (("sign", "--remind", "9WD", "--running"), "期限还没有起算"),
        (("sign", "--level", "village", "--running"), "不在可选范围内"),
        (("sign", "--from", "2020-01-01"), "不能早于今天"),
        (("sign", "--from", "2099-01-01", "--running"), "请把生效日期清空"),
        (("reply.normal", "--amount", 4, "--running"), "改长必须写明依据"),
        (("nothing", "--amount", 4), "没有这项期限"),
    ],
)
def test_nonsense_ends_with_a_sentence(run, keeper, options, sentence):
    for refused in (
        run("limits", "effect", *options),
        run("limits", "set", *options, "--reason", "试", "--by", keeper),
    ):
        assert refused.exit_code == 1
        assert sentence in refused.output


def test_somebody_answers_for_every_change(run, keeper):
    wanted = ("limits", "set", "sign", "--amount", 5, "--running")

    assert run(*wanted, "--reason", "试").exit_code == 2  # nobody named
    assert run(*wanted, "--by", keeper).exit_code == 2  # no reason
    refused = run(*wanted, "--reason", "试", "--by", "wang")
    assert refused.exit_code == 1
    assert "wang 不是系统管理员" in refused.output
    assert run(*wanted, "--reason", "试", "--by", "nobody").exit_code == 1
    assert run(*wanted, "--reason", " ", "--by", keeper).exit_code == 1
