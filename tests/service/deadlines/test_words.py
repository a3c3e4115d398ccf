"""A limit reads as whoever owns it would say it."""

from datetime import date, timedelta

import pytest

from service.deadlines import words
from service.deadlines.effects import Effect, Kind, Lateness, Move
from service.deadlines.lateness import NEVER
from service.deadlines.seed import POLICIES, Before, Policy
from service.deadlines.words import Basis
from service.deadlines.workdays import Unit
from tests.conftest import MORNING

SEEDED = {policy.key: policy for policy in POLICIES}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("reply.normal", "从“交办”起算 3 个月"),
        ("extension.apply", "从“答复到期”往前数 10 个工作日"),
        ("unit_report", "每年 8月31日"),
        ("redo.max_rounds", "最多 2 次"),
        ("ft.accept.urgent", "从“提交”起算 2 个工作小时"),
    ],
)
def test_how_long_and_from_when(key: str, said: str) -> None:
    assert words.whole(SEEDED[key]) == said


def test_reminders_before_on_and_after_the_day() -> None:
    assert words.reminders(SEEDED["evaluate"].warnings) == (
        "到期前 5 个工作日，到期当天，过期后 5 个工作日"
    )
    assert words.reminders(()) == "不提醒"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("reply.normal", Basis.LAW),
        ("publish", Basis.LAW),
        ("co_opinion", Basis.REGULATION),
        ("sign", Basis.LOCAL),
        ("commitment.report", Basis.LOCAL),
    ],
)
def test_what_a_limit_rests_on(key: str, kind: Basis) -> None:
    assert words.basis(SEEDED[key].basis) is kind


def test_every_limit_can_be_told_whole() -> None:
    for policy in POLICIES:
        said = dict(words.parts(policy))
        assert "_" not in "".join(said.values()), policy.key  # no name of a variable


def test_what_differs_between_two_versions() -> None:
    before = SEEDED["sign"]
    after = before._replace(
        amount=5, warnings=(Before(1, Unit.DAYS),), effective_from=date(2027, 1, 1)
    )

    assert list(words.differences(before, after)) == [
        ("期限", "3 个工作日", "5 个工作日"),
        ("提醒", "到期前 1 个工作日", "到期前 1 日"),
        ("适用", "没有", "2027年1月1日（周五）及以后开始计时的"),
    ]
    assert list(words.differences(before, before)) == []
    assert ("名称", "没有", "签收") in list(words.differences(None, before))


def test_a_step_says_how_it_follows_the_limit_it_lies_in() -> None:
    parts = dict(words.parts(SEEDED["reply.draft"]))

    assert words.whole(SEEDED["reply.draft"]) == "从“答复期限”往前数 10 个工作日"
    assert parts["与整个期限的关系"].startswith("随“答复期限”移动，不会晚于它")
    assert "与整个期限的关系" not in dict(words.parts(SEEDED["sign"]))


def test_a_levels_own_limit_says_whose_it_is() -> None:
    town: Policy = SEEDED["sign"]._replace(level="town")

    assert words.level(town) == "镇级件"
    assert words.level(SEEDED["sign"]) == "全市通用"


def test_one_sentence_says_it_all() -> None:
    def move(number: int, kind: Kind, late: Lateness = Lateness.NONE) -> Move:
        return Move(kind, f"m{number}", None, None, "", "签收", MORNING, MORNING, late)

    moves = (
        move(1, Kind.TASK, Lateness.LATE_NOW),
        move(2, Kind.TASK, Lateness.LATE_BEFORE),
        move(3, Kind.TIMER),
        move(4, Kind.REMINDER),
        move(5, Kind.RECORD),
    )

    assert words.headline(Effect(MORNING, "x", moves)) == (
        "会移动 2 项任务、1 个定时、1 次提醒、1 个台账日期；1 项立刻逾期，1 项原来就已逾期。"
    )
    assert (
        words.headline(Effect(MORNING, "x")) == "没有在办的事项会因此变动，只影响以后开始计时的。"
    )


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (timedelta(days=12), "推迟 12 天"),
        (timedelta(days=-1), "提前 1 天"),
        (timedelta(hours=3), "推迟 3 小时"),
        (timedelta(minutes=-90), "提前 90 分钟"),
    ],
)
def test_how_far_a_moment_moves(by: timedelta, said: str) -> None:
    assert words.difference(MORNING, MORNING + by) == said


def test_what_comes_new_and_what_goes() -> None:
    assert words.difference(None, MORNING) == "新增"
    assert words.difference(MORNING, None) == "取消"
    assert words.difference(MORNING, NEVER) == "暂停计时"
    assert words.difference(NEVER, MORNING) == "恢复计时"
