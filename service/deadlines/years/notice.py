"""The notice by which the State Council publishes a year, read as it is pasted from the page.

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

Each item becomes rows that a person checks. Whatever names a day and was not read, and whatever contradicts itself
(a weekday, the number of days), is said with the words it stands in.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from service.deadlines.years import breaks
from service.deadlines.years.breaks import Row

LONGEST = 8000


class Unread(NamedTuple):
    """Words that were not read, or not believed, and why."""

    words: str
    why: str


@dataclass
class Notice:
    """The rows of a pasted notice, and what a person has to look at."""

    rows: list[Row] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


_ITEM = re.compile(
    r"(?:^|(?<=[\n。；]))\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[、.．](?!\d))\s*"
)
_TITLE = re.compile(r"(\d{4})\s*年\s*(?:部分)?节假日")
_DATE = r"(?:(?P<{0}year>\d{{4}})年)?(?:(?P<{0}month>\d{{1,2}})月)?(?P<{0}day>\d{{1,2}})日"
_NOTE = r"(?:\((?P<{0}note>[^()]*)\))?"
_SPAN = re.compile(
    (_DATE + _NOTE).format("a") + r"(?:(?:至|到|-|—|–|~)" + (_DATE + _NOTE).format("b") + ")?"
)
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_OFF = ("放假", "补休", "连休", "调休")
_ADVICE = ("鼓励", "建议", "可以", "不得", "请")


def read(year: int, text: str) -> Notice:
    """Return what a pasted notice says about the year."""
    notice = Notice()
    plain = _plain(text)
    titled = _TITLE.search(plain)
    if titled and int(titled.group(1)) != year:
        why = f"这份通知说的是 {titled.group(1)} 年，现在编辑的是 {year} 年。请核对年份。"
        notice.unread.append(Unread(titled.group(), why))
    head, *items = _ITEM.split(plain)
    for words in _sentences(head):
        if _DATE_SOMEWHERE.search(words) and _is_of_days(words):
            notice.unread.append(Unread(words, "这句话前面没有“一、元旦：”这样的节日名称。"))
    for item in items:
        _read_item(year, item, notice)
    _place(notice, text)
    if not notice.rows and not notice.unread:
        why = "没有读到“一、元旦：1月1日……放假”这样的内容，请粘贴通知的正文。"
        notice.unread.append(Unread(_shortened(plain), why))
    return notice


def _place(notice: Notice, text: str) -> None:
    """Say of each row in which line of the text its holiday is named."""
    lines = [_plain(line) for line in text.splitlines()]
    for number, row in enumerate(notice.rows):
        named = (place for place, line in enumerate(lines, 1) if f"{row.name}:" in line)
        if place := next(named, 0):
            notice.rows[number] = row._replace(where=f"第 {place} 行")


_SIGNED = re.compile(r"(?:国务院办公厅)?\d{4}年\d{1,2}月\d{1,2}日")
_DATE_SOMEWHERE = re.compile(r"\d{1,2}\s*[月日]")


def _plain(text: str) -> str:
    """Return the text with plain digits and brackets, without spaces inside lines; sentences keep their ends."""
    unified = unicodedata.normalize("NFKC", text).replace("：", ":").replace("；", ";")
    lines = (re.sub(r"\s+", "", line) for line in unified.splitlines())
    return "\n".join(line for line in lines if line)


def _is_of_days(words: str) -> bool:
    return any(word in words for word in (*_OFF, "上班"))


def _read_item(year: int, item: str, notice: Notice) -> None:
    """Add the rows of one item: its days off, and with the first of them the days worked."""
    name, colon, rest = item.partition(":")
    if not colon or len(name) > breaks.LONGEST_NAME:
        if _DATE_SOMEWHERE.search(item):
            why = "没有读出节日名称，应为“元旦：1月1日……”的样子。"
            notice.unread.append(Unread(_shortened(item), why))
        return
    off: list[tuple[date, date]] = []
    worked: list[date] = []
    for words in _sentences(rest):
        _read_sentence(year, name, words, notice, off, worked)
    if not off:
        notice.unread.append(Unread(_shortened(item), f"没有读出“{name}”哪几天放假。"))
    for number, (first, last) in enumerate(off):
        made_up = breaks.in_short(worked) if number == 0 else ""
        notice.rows.append(Row(name, first.isoformat(), last.isoformat(), made_up))


def _read_sentence(
    year: int,
    name: str,
    words: str,
    notice: Notice,
    off: list[tuple[date, date]],
    worked: list[date],
) -> None:
    """Read one sentence of an item: days off, days worked, or words that name no day of either."""
    if not _DATE_SOMEWHERE.search(words):
        return
    if _SIGNED.fullmatch(words):
        return
    if words.startswith(_ADVICE) or not _is_of_days(words):
        notice.unread.append(Unread(words, "这句话没有读入日历，请核对是否与放假、上班有关。"))
        return
    spans, rest = _spans(year, words, notice)
    if "上班" in words:
        worked += (day for span in spans for day in _of_the_year(year, name, span, notice))
    else:
        off += [_within(year, name, span, notice) for span in spans]
        counted = _COUNT.search(words)
        days = sum((last - first).days + 1 for first, last in spans)
        if counted and int(counted.group(1)) != days:
            why = f"写的是 {counted.group(1)} 天，按起止日期是 {days} 天，请核对。"
            notice.unread.append(Unread(words, why))
    if not spans or _DATE_SOMEWHERE.search(rest):
        notice.unread.append(Unread(words, "其中的日期没有全部读懂，请核对下面的行。"))


def _spans(year: int, words: str, notice: Notice) -> tuple[list[tuple[date, date]], str]:
    """Return the days and runs of days a sentence names, and the words that are left of it."""
    found: list[tuple[date, date]] = []
    left, end, month = "", 0, 0
    for match in _SPAN.finditer(words):
        left += words[end : match.start()]
        end = match.end()
        month = int(match["amonth"] or month)
        first = _day(match, "a", year, month, notice)
        last = first
        if match["bday"]:
            month = int(match["bmonth"] or month)
            last = _day(match, "b", first.year if first else year, month, notice)
        if first and last and first <= last:
            found.append((first, last))
        else:
            left += match.group()
    return found, left + words[end:]


def _day(match: re.Match[str], part: str, year: int, month: int, notice: Notice) -> date | None:
    try:
        day = date(int(match[f"{part}year"] or year), month, int(match[f"{part}day"]))
    except ValueError:
        return None
    weekday = _WEEKDAY.search(match[f"{part}note"] or "")
    try:
        breaks.check_weekday(day, weekday.group(1) if weekday else "")
    except ValueError as error:
        notice.unread.append(Unread(match.group(), f"{error}请核对是不是 {year} 年的通知。"))
    return day


def _within(year: int, name: str, span: tuple[date, date], notice: Notice) -> tuple[date, date]:
    """Cut off what lies in the year before: a New Year's holiday may begin in December."""
    first, last = span
    if first.year < year == last.year:
        why = f"{first.isoformat()} 起的几天属于 {first.year} 年，这里只取 {year} 年的；如非周末，请到那一年另填。"
        notice.unread.append(Unread(name, why))
        return date(year, 1, 1), last
    return span


def _of_the_year(year: int, name: str, span: tuple[date, date], notice: Notice) -> Iterator[date]:
    first, last = span
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if day.year == year:
            yield day
        else:
            why = (
                f"{day.isoformat()} 上班属于 {day.year} 年，这里没有读入，请到那一年的日历里填写。"
            )
            notice.unread.append(Unread(name, why))


def _sentences(text: str) -> Iterator[str]:
    return (words for words in re.split(r"[。;\n]", text) if words)


def _shortened(words: str) -> str:
    flat = words.replace("\n", " ")
    return flat if len(flat) <= 60 else f"{flat[:60]}…"
