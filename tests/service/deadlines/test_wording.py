"""What was changed is said so that somebody who was not there understands it."""

from datetime import UTC, date, datetime

from service.deadlines import wording
from service.deadlines.effects import Effect
from service.deadlines.seed import Before, Policy
from service.deadlines.workdays import Day, Unit
from service.tables.deadlines import DeadlineChange

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
REPLY = Policy("reply.normal", "答复（一般件）", 3, Unit.MONTHS, "dispatched", (Before(3),))


def test_a_changed_amount_says_from_what_to_what() -> None:
    shorter = REPLY._replace(amount=60, unit=Unit.DAYS)

    assert wording.of_limit(REPLY, shorter) == "把“答复（一般件）”由 3 个月改为 60 日"


def test_every_changed_field_is_named() -> None:
    changed = REPLY._replace(
        name="答复",
        start_event="signed",
        warnings=(Before(0), Before(-5)),
        overdue_action="提醒",
        basis="本市办法",
        capped_by_batch=True,
    )

    sentence = wording.of_limit(REPLY, changed)

    assert "起算点由“交办”改为“签收”" in sentence
    assert "提醒由“提前 3 个工作日”改为“到期当天、到期后 5 个工作日”" in sentence
    assert "改名为“答复”" in sentence
    assert "到期后改为“提醒”" in sentence
    assert "依据改为“本市办法”" in sentence
    assert "改为受批次统一日期限制" in sentence
    assert "改为“不提醒”" in wording.of_limit(REPLY, REPLY._replace(warnings=()))
    assert "内容没有变化" in wording.of_limit(REPLY, REPLY)


def test_a_limit_that_was_not_there_is_added() -> None:
    town = REPLY._replace(level="town", amount=2, effective_from=date(2027, 1, 1))

    assert (
        wording.of_limit(None, town)
        == "增加镇级件的“答复（一般件）”：2 个月，2027年1月1日（周五）起施行"
    )


def test_a_year_says_how_many_days_are_off() -> None:
    days = [Day(date(2027, 1, 1), "holiday", "元旦"), Day(date(2027, 1, 9), "workday", "调休")]

    assert (
        wording.of_year(2027, days, True) == "更新 2027 年日历（已确认）：放假 1 天，调休上班 1 天"
    )
    assert "暂定" in wording.of_year(2027, days, False)


def test_a_sentence_ends_with_what_moved() -> None:
    assert wording.with_effect("更新", Effect(AT, "")) == "更新，没有期限移动。"


def test_whoever_comes_late_reads_who_changed_what() -> None:
    change = DeadlineChange(by="guanli", at=AT, sentence="更新 2027 年日历，没有期限移动。")

    found = wording.changed_since([change])

    assert "guanli于2026年3月18日（周三）10:00更新 2027 年日历，没有期限移动。" in found
    assert found.endswith("请重新查看影响，核对后再提交。")
    assert "日历或期限已更新" in wording.changed_since([])


def test_whom_a_rung_reminds_is_said_where_it_is_not_the_holder_alone() -> None:
    rungs = (Before(3), Before(-1, Unit.WORKDAYS, ("holder", "unit_head")))
    sentence = wording.of_limit(REPLY._replace(warnings=()), REPLY._replace(warnings=rungs))

    assert "“提前 3 个工作日、到期后 1 个工作日提醒承办人、单位主要负责人”" in sentence
    assert wording.rung(rungs[0]) == "提前 3 个工作日提醒承办人"
