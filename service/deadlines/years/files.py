"""A year's arrangement in a file: CSV, JSON or ICS, read into rows and written from holidays.

    CSV   节日,放假第一天,放假最后一天,调休上班日
          元旦,2027-01-01,2027-01-03,
    JSON  {"year": 2027, "breaks": [{"name": "元旦", "first": "2027-01-01", "last": "2027-01-03", "made_up": []}]}
          or, as the public data sets have it, {"days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}
    ICS   an all-day event per holiday and per made-up day, marked 休 or 班 in its summary

Reading changes nothing. A row keeps its place in the file, so that what is wrong with it can be named.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar

from service.deadlines.seed import Break
from service.deadlines.workdays import Day
from service.deadlines.years import breaks
from service.deadlines.years.breaks import Row

LARGEST = 256 * 1024
FORMATS = {"csv": "text/csv", "json": "application/json", "ics": "text/calendar"}
COLUMNS = ("节日", "放假第一天", "放假最后一天", "调休上班日")
_FIELDS = ("name", "first", "last", "made_up")
_MOST_EVENTS = 400
_OFF, _ON = "休", "班"


class FileUnread(Exception):
    """The file could not be read into rows; `str(error)` names the line and says what to do."""


def read(year: int, content: bytes) -> list[Row]:
    """Return the rows of a file in any of the formats, each with its place in it."""
    text = decoded(content)
    start = text.lstrip()
    if start.upper().startswith("BEGIN:VCALENDAR"):
        return _ics(year, text)
    if start.startswith(("{", "[")):
        return _json(year, text)
    return _csv(text)


def written(year: int, holidays: Sequence[Break], format: str) -> bytes:
    """Return a year in one of the formats, as `read` takes it."""
    return _WRITERS[format](year, holidays)


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without its mark, or in GB18030 (GBK)."""
    if len(content) > LARGEST:
        raise FileUnread(
            f"文件超过 {LARGEST // 1024} KB。一年的安排只有几十行，请核对是否选错了文件。"
        )
    if not content.strip():
        raise FileUnread("文件是空的，请重新选择。")
    if content.startswith((b"PK", b"\xd0\xcf")):
        raise FileUnread("这是 Excel 工作簿，请在 Excel 里“另存为”CSV 以后再导入。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not text.startswith(("\ufeff", "\ufffe")):
            return text
    raise FileUnread("文件的文字编码认不出来，请另存为 UTF-8 或 GB18030（ANSI）以后再导入。")


# CSV


def _csv(text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Row] = []
    try:
        header = [cell.strip() for cell in next(reader)]
        if tuple(header[:4]) not in (COLUMNS, _FIELDS):
            raise FileUnread(f"第 1 行应为“{','.join(COLUMNS)}”。请下载示例文件，照它的样子填写。")
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                raise FileUnread(
                    f"第 {line} 行多了一栏。几个调休上班日之间请用顿号“、”分隔，不要用逗号。"
                )
            name, first, last, made_up = (cell.strip() for cell in [*cells, "", "", ""][:4])
            found.append(Row(name, first, last, made_up, f"第 {line} 行"))
    except csv.Error as error:
        raise FileUnread(
            f"第 {reader.line_num} 行的引号没有配对，请核对这一行以后再导入。"
        ) from error
    return found


def _write_csv(_: int, holidays: Sequence[Break]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in holidays:
        made_up = "、".join(day.isoformat() for day in one.made_up)
        writer.writerow([one.name, one.first.isoformat(), one.last.isoformat(), made_up])
    return out.getvalue().encode("utf-8-sig")  # with its mark, or Excel shows Chinese as signs


# JSON


def _json(year: int, text: str) -> list[Row]:
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileUnread(
            f"第 {error.lineno} 行第 {error.colno} 个字符处不符合 JSON 的写法，请核对以后再导入。"
        ) from error
    except (RecursionError, ValueError) as error:
        raise FileUnread("JSON 的内容太深或数太大，请照示例文件填写。") from error
    if isinstance(body, dict):
        given = body.get("year", year)
        if given != year:
            raise FileUnread(
                f"这个文件是 {str(given)[:20]} 年的安排，现在编辑的是 {year} 年。请核对年份。"
            )
        if isinstance(body.get("days"), list):
            return _from_days(year, list(_json_days(year, body["days"])))
        body = body.get("breaks")
    if not isinstance(body, list):
        raise FileUnread("JSON 里没有“breaks”或“days”这一列表，请照示例文件填写。")
    return [_json_row(number, one) for number, one in enumerate(body, 1)]


def _json_row(number: int, one: Any) -> Row:
    where = f"第 {number} 项"
    if not isinstance(one, dict):
        raise FileUnread(f"{where}应为一个节日，请照示例文件填写。")
    made_up = one.get("made_up", [])
    days = made_up if isinstance(made_up, list) else [made_up]
    texts = [one.get("name"), one.get("first"), one.get("last", one.get("first")), *days]
    if not all(isinstance(text, str) for text in texts):
        raise FileUnread(
            f"{where}的 name、first、last 和 made_up 里的每一天都应为文字，请照示例文件填写。"
        )
    name, first, last, *worked = map(str, texts)
    return Row(name, first, last, "、".join(worked), where)


def _json_days(year: int, listed: Sequence[Any]) -> Iterator[Day]:
    for number, one in enumerate(listed, 1):
        where = f"第 {number} 项"
        if not isinstance(one, dict) or not isinstance(one.get("isOffDay"), bool):
            raise FileUnread(f"{where}缺少 isOffDay（true 为放假，false 为上班），请核对。")
        day = _plain_day(year, str(one.get("date", "")), where)
        yield Day(day, "holiday" if one["isOffDay"] else "workday", str(one.get("name", "")))


def _write_json(year: int, holidays: Sequence[Break]) -> bytes:
    listed = [
        {
            "name": one.name,
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
            "made_up": [day.isoformat() for day in one.made_up],
        }
        for one in holidays
    ]
    text = json.dumps({"year": year, "breaks": listed}, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


# ICS


def _ics(year: int, text: str) -> list[Row]:
    lines = [
        number
        for number, line in enumerate(text.split("\n"), 1)
        if line.rstrip().upper() == "BEGIN:VEVENT"
    ]
    if len(lines) > _MOST_EVENTS:
        raise FileUnread(
            f"文件里有 {len(lines)} 个事件，一年的安排只有几十个，请核对是否选错了文件。"
        )
    try:
        found = icalendar.Calendar.from_ical(text)
        events = list(zip(lines, found.walk("VEVENT"), strict=True))
    except (ValueError, IndexError, KeyError) as error:
        raise FileUnread("ICS 文件的写法不对，读不出事件。请重新下载或导出这个文件。") from error
    days: list[Day] = []
    for line, event in events:
        days += _event_days(
            year, event, f"第 {line} 行的事件“{str(event.get('SUMMARY', ''))[:30]}”"
        )
    return _from_days(year, days)


def _event_days(year: int, event: Any, where: str) -> Iterator[Day]:
    """Yield the days of one event."""
    if event.errors:
        raise FileUnread(f"{where}里有读不懂的日期，请核对。")
    if event.get("RRULE") is not None:
        raise FileUnread(f"{where}是重复的事件，放假安排每年不同，请改成单独的日期。")
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None:
        raise FileUnread(f"{where}没有开始日期，请核对。")
    first, after = start.dt, end.dt if end is not None else None
    if isinstance(first, datetime) or isinstance(after, datetime) or not isinstance(first, date):
        raise FileUnread(f"{where}不是全天事件，放假和上班只能按整天填写，请核对。")
    length = (after - first).days if after is not None else 1
    if length < 1:
        raise FileUnread(f"{where}的结束早于开始，请核对。")
    if length > breaks.LONGEST_BREAK:
        raise FileUnread(f"{where}长达 {length} 天，请核对起止日期。")
    kind = _kind(event)
    if kind is None:
        raise FileUnread(f"{where}看不出是放假还是上班，名称里请写“休”或“班”；与放假无关的请删去。")
    name = _bare(str(event.get("SUMMARY", "")))
    for day in (first + timedelta(days=n) for n in range(length)):
        if day.year != year:
            raise FileUnread(f"{where}有 {day.isoformat()}，不是 {year} 年的日期，请核对年份。")
        yield Day(day, kind, name)


def _kind(event: Any) -> str | None:
    special = str(event.get("X-APPLE-SPECIAL-DAY", ""))
    summary = str(event.get("SUMMARY", "")).strip()
    marked = re.search(r"[（(\[【]([休班])[）)\]】]$", summary)
    if marked:
        return "holiday" if marked.group(1) == _OFF else "workday"
    if special == "ALTERNATE-WORKDAY" or "班" in summary:
        return "workday"
    if special == "WORK-HOLIDAY" or re.search(r"休|假", summary):
        return "holiday"
    return None


def _bare(summary: str) -> str:
    """元旦（休） and 元旦假期 are 元旦."""
    bare = re.sub(r"[（(\[【].*?[）)\]】]", "", summary).strip()
    return re.sub(r"(?:\s*(?:放假|假期|调休|补班|上班|休|班))+$", "", bare).strip() or bare


def _write_ics(year: int, holidays: Sequence[Break]) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("PRODID", "-//Tibanping//Business calendar//ZH")
    calendar.add("VERSION", "2.0")
    calendar.add("X-WR-CALNAME", f"{year} 年放假和调休安排")
    for one in holidays:
        spans = [(one.first, one.last, _OFF), *((day, day, _ON) for day in one.made_up)]
        for first, last, mark in spans:
            event = icalendar.Event()
            event.add("UID", f"{first.isoformat()}-{'off' if mark == _OFF else 'on'}@tibanping")
            event.add("DTSTAMP", datetime.combine(date(year, 1, 1), time(), UTC))
            event.add("DTSTART", first)
            event.add("DTEND", last + timedelta(days=1))
            event.add("SUMMARY", f"{one.name}（{mark}）")
            event.add("TRANSP", "TRANSPARENT")
            calendar.add_component(event)
    return bytes(calendar.to_ical())


# Single days


def _plain_day(year: int, text: str, where: str) -> date:
    try:
        found = breaks.day_of(year, text)
    except ValueError as error:
        raise FileUnread(f"{where}：{error}请核对年份。") from error
    if found is None:
        raise FileUnread(f"{where}的日期“{text[:30]}”看不懂，请写成 {year}-01-04 的样子。")
    if found.year != year:
        raise FileUnread(f"{where}的 {found.isoformat()} 不是 {year} 年的日期，请核对年份。")
    return found


def _from_days(year: int, days: Sequence[Day]) -> list[Row]:
    """Return rows for single days; a day that is there twice is named."""
    seen: set[date] = set()
    for day in days:
        if day.day in seen:
            raise FileUnread(f"{day.day.isoformat()} 在文件里出现了两次，请删去一处。")
        seen.add(day.day)
    worked = [day for day in days if day.kind == "workday"]
    found = breaks.arranged(days)
    if worked and not found:
        raise FileUnread(f"文件里只有上班的日子，{year} 年一个节假日也没有，请核对。")
    return breaks.rows(found)


_WRITERS: dict[str, Callable[[int, Sequence[Break]], bytes]] = {
    "csv": _write_csv,
    "json": _write_json,
    "ics": _write_ics,
}
