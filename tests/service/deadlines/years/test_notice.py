"""The published notice, as it is pasted: real ones of earlier years, a sample of the next, and what goes wrong."""

import pytest

from service.deadlines import seed
from service.deadlines.years import breaks, notice
from service.deadlines.years.breaks import Row

# The wording of the notices of 2025 and 2026.
OF_2026 = """国务院办公厅关于2026年
部分节假日安排的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
国务院办公厅
2025年11月4日
"""
OF_2025 = (
    "一、元旦：1月1日（周三）放假1天，不调休。"
    "二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。"
    "三、清明节：4月4日（周五）至6日（周日）放假，共3天。"
    "四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。"
    "五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。"
    "六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。"
)


@pytest.mark.parametrize(("year", "text"), [(2026, OF_2026), (2025, OF_2025)])
def test_a_published_notice_is_read_whole(year: int, text: str) -> None:
    found = notice.read(year, text)
    read = breaks.read(year, found.rows)

    assert found.unread == []
    assert read.troubles == ()
    assert read.breaks == seed.CONFIRMED[year]


@pytest.mark.parametrize("space", [" ", "　", "\r\n"])
def test_blanks_and_broken_lines_do_no_harm(space: str) -> None:
    text = OF_2026.replace("至", f"{space if space.strip(chr(13) + chr(10)) else ''}至").replace(
        "。", f"。{space}"
    )

    assert breaks.read(2026, notice.read(2026, text).rows).breaks == seed.CONFIRMED[2026]


EARLIER = [
    (2024, "一、元旦：1月1日放假，与周末连休。", [("元旦", "2024-01-01", "2024-01-01", "")]),
    (2014, "三、清明节：4月5日放假，4月7日（星期一）补休。",
     [("清明节", "2014-04-05", "2014-04-05", ""), ("清明节", "2014-04-07", "2014-04-07", "")]),
    (2018, "(二)春节: 2月15日至21日放假调休，共7天。2月11日（星期日）、24日（星期六）上班。",
     [("春节", "2018-02-15", "2018-02-21", "2月11日、2月24日")]),
    (2020, "1. 元旦：2020年1月1日放假，共1天。", [("元旦", "2020-01-01", "2020-01-01", "")]),
    (2021, "三、清明节：４月３日至５日放假调休，共３天。", [("清明节", "2021-04-03", "2021-04-05", "")]),
    (2022, "四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。",
     [("劳动节", "2022-04-30", "2022-05-04", "4月24日、5月7日")]),
]  # fmt: skip


@pytest.mark.parametrize(("year", "text", "rows"), EARLIER)
def test_the_wording_of_earlier_years_is_read(
    year: int, text: str, rows: list[tuple[str, ...]]
) -> None:
    found = notice.read(year, text)

    assert [row[:4] for row in found.rows] == rows
    assert found.unread == []


def test_days_of_the_year_before_are_left_out_and_said() -> None:
    found = notice.read(2023, "一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。")

    assert found.rows == [Row("元旦", "2023-01-01", "2023-01-02", where="第 1 行")]
    assert "2022-12-31 起的几天属于 2022 年" in found.unread[0].why


def test_work_in_the_year_before_is_left_out_and_said() -> None:
    text = "一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。"

    found = notice.read(2019, text)

    assert found.rows == [Row("元旦", "2019-01-01", "2019-01-01", where="第 1 行")]
    assert any("2018-12-29 上班属于 2018 年" in one.why for one in found.unread)


BAD = [
    ("请各单位按时上班。", "没有读到“一、元旦"),
    ("一、元旦", "没有读到“一、元旦"),
    ("元旦1月1日放假。", "前面没有“一、元旦：”"),
    ("一、元旦1月1日（周五）至3日（周日）放假，共3天。", "没有读出节日名称"),
    ("一、元旦：放假三天。", "没有读出“元旦”哪几天放假"),
    ("一、元旦：1月1日（周四）放假1天。", "2027年1月1日是周五，不是周四"),
    ("一、元旦：1月1日至3日（周六）放假，共3天。", "2027年1月3日是周日，不是周六"),
    ("一、元旦：1月1日至3日放假，共4天。", "写的是 4 天，按起止日期是 3 天"),
    ("一、元旦：1月3日至1日放假，共3天。", "没有全部读懂"),
    ("一、元旦：13月1日放假1天。", "没有全部读懂"),
    ("一、元旦：2月30日放假1天。", "没有读出“元旦”哪几天放假"),
    ("一、元旦：1月1日放假1天，1月放松。", "没有全部读懂"),
    ("一、元旦：1月1日放假1天。鼓励职工在1月4日休息。", "这句话没有读入日历"),
    ("一、元旦：1月1日放假1天。1月4日照常值班。", "这句话没有读入日历"),
    ("一、元旦：1月1日放假1天。32日（周日）上班。", "没有全部读懂"),
    (
        "国务院办公厅关于2026年部分节假日安排的通知\n一、元旦：1月1日放假1天。",
        "这份通知说的是 2026 年",
    ),
    ("一、元旦：1月1日放假1天。1月10日（周六）上班。", "2027年1月10日是周日，不是周六"),
    ("一、元旦：12月30日至1月1日放假，共3天。", "没有全部读懂"),
    ("一、" + "元" * 31 + "：1月1日放假。", "没有读出节日名称"),
    ("现定于1月1日放假。一、春节：2月5日放假1天。", "前面没有“一、元旦：”"),
    ("一、元旦：1月1日放假1天。请于1月4日上班。", "这句话没有读入日历"),
]


@pytest.mark.parametrize(("text", "why"), BAD)
def test_what_was_not_read_is_said(text: str, why: str) -> None:
    found = notice.read(2027, text)

    assert [one for one in found.unread if why in one.why] != [], found
