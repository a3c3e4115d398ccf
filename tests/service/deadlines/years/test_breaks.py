"""A year's rows: what is right becomes holidays, what is wrong is said at its row."""

from datetime import date

import pytest

from service.deadlines import seed
from service.deadlines.seed import Break
from service.deadlines.workdays import Day
from service.deadlines.years import breaks
from service.deadlines.years.breaks import Row

NEW_YEAR = Row("元旦", "2027-01-01", "2027-01-03")
SPRING = Row("春节", "2027-02-05", "2027-02-12", "1月31日、2月20日")


def test_rows_become_holidays_in_date_order() -> None:
    read = breaks.read(2027, [SPRING, Row(), NEW_YEAR])

    assert read.troubles == ()
    assert read.breaks == (
        Break("元旦", date(2027, 1, 1), date(2027, 1, 3)),
        Break("春节", date(2027, 2, 5), date(2027, 2, 12), (date(2027, 1, 31), date(2027, 2, 20))),
    )


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-04",
        "2027/1/4",
        "2027.1.4",
        "20270104",
        "1月4日",
        "2027年1月4日",
        " 1 月 4 日 ",
        "1月4日（周一）",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert breaks.day_of(2027, text) == date(2027, 1, 4)


@pytest.mark.parametrize(
    "text", ["", "明天", "2月30日", "2027-13-01", "1月", "01-04", "1月4日放假"]
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert breaks.day_of(2027, text) is None


BAD = [
    ([], -1, "name", "2027 年一个节假日也没有"),
    ([Row(), Row()], -1, "name", "2027 年一个节假日也没有"),
    ([Row("", "2027-01-01", "2027-01-03")], 0, "name", "请填写节日名称"),
    ([Row("元" * 31, "2027-01-01")], 0, "name", "最多 30 个字"),
    ([Row("元\x07旦", "2027-01-01")], 0, "name", "控制字符"),
    ([Row("元旦")], 0, "first", "请填写放假的第一天"),
    ([Row("元旦", "", "2027-01-03")], 0, "first", "请填写放假的第一天"),
    ([Row("元旦", "元月一日")], 0, "first", "看不懂“元月一日”是哪一天"),
    ([Row("元旦", "2027-02-30")], 0, "first", "看不懂“2027-02-30”"),
    ([Row("元旦", "2026-01-01", "2026-01-03")], 0, "first", "2026-01-01 不是 2027 年的日期"),
    ([Row("元旦", "1月1日（周四）")], 0, "first", "2027年1月1日是周五，不是周四"),
    ([Row("元旦", "2027-01-03", "2027-01-01")], 0, "last", "早于第一天"),
    ([Row("春节", "2027-02-01", "2027-02-20")], 0, "last", "长达 20 天"),
    ([NEW_YEAR, Row("春节", "2027-01-03", "2027-01-05")], 1, "first", "与“元旦”的假期重叠（1月3日（周日））"),
    ([NEW_YEAR, NEW_YEAR], 1, "first", "与“元旦”的假期重叠"),
    ([NEW_YEAR._replace(made_up="1月4日")], 0, "made_up", "1月4日（周一）本来就上班"),
    ([NEW_YEAR._replace(made_up="1月2日")], 0, "made_up", "在“元旦”的假期里，不能同时上班"),
    ([NEW_YEAR._replace(made_up="1月9日、1月9日")], 0, "made_up", "1月9日（周六）上班填了两次"),
    ([NEW_YEAR._replace(made_up="1月31日"), SPRING], 1, "made_up", "另一次在“元旦”"),
    ([NEW_YEAR._replace(made_up="2月6日"), SPRING], 0, "made_up", "在“春节”的假期里"),
    ([NEW_YEAR._replace(made_up="2026-12-26")], 0, "made_up", "不是 2027 年的日期"),
    ([NEW_YEAR._replace(made_up="下周六")], 0, "made_up", "看不懂“下周六”"),
    ([NEW_YEAR._replace(made_up="、".join(f"5月{n}日" for n in range(1, 9)))], 0, "made_up", "最多填 6 个"),
    ([NEW_YEAR] * 21, -1, "name", "一年最多填 20 行，现在有 21 行"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "number", "field", "sentence"), BAD)
def test_what_is_wrong_is_said_at_its_row(
    rows: list[Row], number: int, field: str, sentence: str
) -> None:
    read = breaks.read(2027, rows)

    assert read.breaks == ()
    assert [
        one for one in read.troubles if one[:2] == (number, field) and sentence in one.sentence
    ] != [], read.troubles


def test_everything_wrong_is_said_at_once() -> None:
    read = breaks.read(2027, [Row("", "2027-01-01"), Row("春节", "昨天"), SPRING])

    assert [(one.row, one.field) for one in read.troubles] == [(0, "name"), (1, "first")]


def test_a_holiday_is_told_as_the_notice_tells_it() -> None:
    [_, spring] = breaks.read(2027, [NEW_YEAR, SPRING]).breaks

    assert breaks.in_words(spring) == (
        "春节：2月5日（周五）至12日（周五）放假，共 8 天。1月31日（周日）、2月20日（周六）上班。"
    )
    assert breaks.in_words(Break("端午节", date(2027, 6, 9), date(2027, 6, 9))) == (
        "端午节：6月9日（周三）放假，共 1 天。"
    )


@pytest.mark.parametrize("year", sorted(seed.CONFIRMED))
def test_single_days_are_put_together_as_they_were_published(year: int) -> None:
    published = list(seed.CONFIRMED[year])

    assert breaks.arranged(seed.days(published)) == published
    assert list(breaks.read(year, breaks.rows(published)).breaks) == published


def test_a_made_up_day_without_a_name_belongs_to_the_nearest_holiday() -> None:
    days = [
        Day(date(2027, 1, 1), "holiday", "元旦"),
        Day(date(2027, 2, 5), "holiday", "农历除夕"),
        Day(date(2027, 2, 8), "holiday", "春节"),
        Day(date(2027, 1, 31), "workday", ""),
    ]

    assert breaks.arranged(days) == [
        Break("元旦", date(2027, 1, 1), date(2027, 1, 1)),
        Break("春节", date(2027, 2, 5), date(2027, 2, 8), (date(2027, 1, 31),)),
    ]


def test_a_holiday_is_widened_by_the_weekend_it_touches_and_joined_with_the_next() -> None:
    autumn = Break("中秋节", date(2023, 9, 29), date(2023, 9, 29))
    national = Break("国庆节", date(2023, 10, 2), date(2023, 10, 6), (date(2023, 10, 7),))

    assert breaks.widened([autumn, national]) == [
        Break("中秋节、国庆节", date(2023, 9, 29), date(2023, 10, 6), (date(2023, 10, 7),))
    ]


def test_a_holiday_is_not_widened_into_another_year() -> None:
    assert breaks.widened([Break("元旦", date(2023, 1, 1), date(2023, 1, 2))]) == [
        Break("元旦", date(2023, 1, 1), date(2023, 1, 2))
    ]
