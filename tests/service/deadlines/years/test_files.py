"""A year as a file: taken out and read again, and twenty and more files that are not read, each for a reason named."""

import json
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.deadlines import seed
from service.deadlines.seed import Break
from service.deadlines.years import breaks, files

HEAD = "节日,放假第一天,放假最后一天,调休上班日\n"
ARRANGED = seed.CONFIRMED[2026]


def read(content: bytes, year: int = 2026) -> tuple[Break, ...]:
    found = breaks.read(year, files.read(year, content))
    assert found.troubles == ()
    return found.breaks


@pytest.mark.parametrize("format", files.FORMATS)
@pytest.mark.parametrize("year", sorted(seed.CONFIRMED))
def test_what_is_taken_out_is_read_again(year: int, format: str) -> None:
    published = seed.CONFIRMED[year]

    assert read(files.written(year, published, format), year) == published


@st.composite
def arrangements(draw: st.DrawFn) -> tuple[Break, ...]:
    """Holidays that do not touch, each with weekend days worked for it that are nobody's holiday."""
    starts = sorted(draw(st.sets(st.integers(0, 45), min_size=1, max_size=9)))
    pick = random.Random(draw(st.integers(0, 10_000)))
    names = [
        "元旦",
        "春节",
        "清明节",
        "劳动节",
        "端午节",
        "中秋节",
        "国庆节",
        "建市日",
        "“引号”,节",
    ]
    spans = []
    for name, start in zip(names, starts, strict=False):
        first = date(2027, 1, 1) + timedelta(days=8 * start)
        spans.append(
            (name, first, min(first + timedelta(days=pick.randrange(6)), date(2027, 12, 31)))
        )
    free = [
        day
        for day in (date(2027, 1, 1) + timedelta(days=n) for n in range(365))
        if day.weekday() >= 5 and not any(first <= day <= last for _, first, last in spans)
    ]
    pick.shuffle(free)
    return tuple(
        Break(name, first, last, tuple(sorted(free.pop() for _ in range(pick.randrange(3)))))
        for name, first, last in spans
    )


@pytest.mark.parametrize("format", files.FORMATS)
@given(arranged=arrangements())
@settings(max_examples=60, deadline=None)
def test_any_arrangement_survives_each_format(format: str, arranged: tuple[Break, ...]) -> None:
    assert read(files.written(2027, arranged, format), 2027) == arranged


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("format", files.FORMATS)
def test_a_file_may_be_in_any_of_the_usual_encodings(format: str, encoding: str) -> None:
    content = files.written(2026, ARRANGED, format).decode("utf-8-sig").encode(encoding)

    assert read(content) == ARRANGED


def test_a_sheet_written_by_hand_is_read() -> None:
    content = (
        HEAD + '元旦,2026/1/1,2026/1/3,2026/1/4\n\n"春节",2月15日,2月23日,"2月14日, 2月28日"\n'
    )

    assert read(content.encode()) == ARRANGED[:2]


def test_the_public_data_set_is_read() -> None:
    days = [{"name": day.name.removesuffix("调休上班"), "date": day.day.isoformat(), "isOffDay": day.kind == "holiday"} for day in seed.days(ARRANGED)]  # fmt: skip
    body = {"$schema": "…", "year": 2026, "papers": ["…"], "days": days}

    assert read(json.dumps(body).encode()) != ()
    assert seed.days(read(json.dumps(body).encode())) == seed.days(ARRANGED)


def event(summary: str, start: str, end: str = "", more: str = "") -> str:
    ends = f"DTEND;VALUE=DATE:{end}\n" if end else ""
    return f"BEGIN:VEVENT\nUID:{start}\nDTSTART;VALUE=DATE:{start}\n{ends}SUMMARY:{summary}\n{more}END:VEVENT\n"


def calendar(*events: str) -> bytes:
    return (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n" + "".join(events) + "END:VCALENDAR\n"
    ).encode()


def test_calendars_of_other_programs_are_read() -> None:
    found = read(
        calendar(
            event("元旦假期", "20260101", "20260104"),
            event("元旦 补班", "20260104"),
            event("班级日（休）", "20260119"),
            event("春节", "20260215", "20260224", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY\n"),
            event("春节", "20260228", more="X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\n"),
        )
    )

    assert found == (
        Break("元旦", date(2026, 1, 1), date(2026, 1, 3), (date(2026, 1, 4),)),
        Break("班级日", date(2026, 1, 19), date(2026, 1, 19)),
        Break("春节", date(2026, 2, 15), date(2026, 2, 23), (date(2026, 2, 28),)),
    )


def one(**changed: object) -> bytes:
    row = {"name": "元旦", "first": "2026-01-01", "last": "2026-01-03", "made_up": []} | changed
    return json.dumps({"breaks": [row]}).encode()


UNREAD = [
    (b"", "文件是空的"),
    (b" \n ", "文件是空的"),
    (b"x" * (files.LARGEST + 1), "文件超过 256 KB"),
    (b"PK\x03\x04", "这是 Excel 工作簿"),
    (b"\xd0\xcf\x11\xe0", "这是 Excel 工作簿"),
    ("元旦".encode("utf-16"), "文字编码认不出来"),
    (b"\xff\xff\xff\xff", "文字编码认不出来"),
    ("节日\x00".encode(), "文字编码认不出来"),
    ("元旦,2026-01-01\n".encode(), "第 1 行应为“节日,"),
    ((HEAD + "元旦,2026-01-01,2026-01-03,1月4日,1月10日\n").encode(), "第 2 行多了一栏"),
    ((HEAD + '元旦,"2026-01-01\n').encode(), "引号没有配对"),
    (b"{", "第 1 行第 2 个字符处不符合 JSON"),
    (b'{"breaks": [\n{"name": }]}', "第 2 行第 10 个字符处"),
    (b"[" * 20_000, "太深"),
    (b'{"year": 2027, "breaks": []}', "这个文件是 2027 年的安排，现在编辑的是 2026 年"),
    (b'{"holidays": []}', "没有“breaks”或“days”"),
    (b'{"breaks": "x"}', "没有“breaks”或“days”"),
    (b'{"breaks": [1]}', "第 1 项应为一个节日"),
    (one(name=1), "第 1 项的 name"),
    (one(first=None), "第 1 项的 name"),
    (one(made_up=[20260104]), "第 1 项的 name"),
    (b'{"days": [{"name": "x", "date": "2026-01-01"}]}', "第 1 项缺少 isOffDay"),
    (b'{"days": [{"date": "x", "isOffDay": true}]}', "第 1 项的日期“x”看不懂"),
    (b'{"days": [{"date": "2025-01-01", "isOffDay": true}]}', "2025-01-01 不是 2026 年"),
    (b'{"days": [' + b",".join([b'{"date": "2026-01-01", "isOffDay": true}'] * 2) + b"]}", "2026-01-01 在文件里出现了两次"),
    (b'{"days": [{"date": "2026-01-04", "isOffDay": false}]}', "只有上班的日子"),
    (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "读不出事件"),
    (calendar(event("元旦（休）", "20260101").replace("END:VEVENT", "")), "读不出事件"),
    (calendar(event("腊八节", "20260126")), "第 4 行的事件“腊八节”看不出是放假还是上班"),
    (calendar(event("元旦（休）", "20270101")), "有 2027-01-01，不是 2026 年"),
    (calendar(event("元旦（休）", "20260103", "20260101")), "结束早于开始"),
    (calendar(event("元旦（休）", "20260103", "20260103")), "结束早于开始"),
    (calendar(event("元旦（休）", "20260101", "20260301")), "长达 59 天"),
    (calendar(event("元旦（休）", "20260101", more="RRULE:FREQ=YEARLY\n")), "是重复的事件"),
    (calendar(event("元旦（休）", "20261301")), "读不懂的日期"),
    (calendar(event("元旦（休）", "20260101"), event("元旦（班）", "20260101")), "出现了两次"),
    (calendar("BEGIN:VEVENT\nUID:1\nSUMMARY:元旦（休）\nEND:VEVENT\n"), "没有开始日期"),
    (calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20260101T080000Z\nSUMMARY:元旦（休）\nEND:VEVENT\n"), "不是全天事件"),
    (calendar(*[event("元旦（休）", "20260101")] * 401), "有 401 个事件"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), UNREAD)
def test_a_file_that_is_not_read_says_why(content: bytes, sentence: str) -> None:
    with pytest.raises(files.FileUnread) as refused:
        files.read(2026, content)

    assert sentence in str(refused.value)


def test_a_row_keeps_its_place_in_the_file() -> None:
    content = (HEAD + "元旦,2026-01-01,2026-01-03,\n\n春节,2026-02-23,2026-02-15,\n").encode()
    rows = files.read(2026, content)

    [trouble] = breaks.read(2026, rows).troubles

    assert (rows[trouble.row].where, trouble.field) == ("第 4 行", "last")
    assert files.read(2026, one())[0].where == "第 1 项"
