"""The rows of a year's arrangement: one holiday each, with the weekend days worked for it.

The State Council publishes a year as such rows, administrators fill them in, and files hold them. A row is text until
all of it has been read; what is wrong with it is said at the row, and nothing of the year is taken while anything is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from service.deadlines.seed import Break
from service.deadlines.workdays import Day

WEEKDAYS = "一二三四五六日"
MOST_ROWS = 20
LONGEST_NAME = 30
LONGEST_BREAK = 16  # days; the longest so far had nine
MOST_MADE_UP = 6
FIRST_YEAR, LAST_YEAR = 2000, 2099
_DAYS_WORKED = "调休上班"


class Row(NamedTuple):
    """One holiday as it was typed, pasted or imported; `where` is its place in a file or a text."""

    name: str = ""
    first: str = ""
    last: str = ""
    made_up: str = ""
    where: str = ""


class Trouble(NamedTuple):
    """What is wrong with a row, counted from 0, and in which field of it; row -1 is the whole year."""

    row: int
    field: str
    sentence: str


class Reading(NamedTuple):
    """The holidays of the rows in date order, and what is wrong; both are never there together."""

    breaks: tuple[Break, ...]
    troubles: tuple[Trouble, ...]


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CHINESE = re.compile(r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_WEEKDAY = re.compile(r"\s*[（(](?:周|星期)([一二三四五六日天])[）)]")
_BETWEEN = re.compile(r"[、，,；;\s]+(?![（(])")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def read(year: int, rows: Sequence[Row]) -> Reading:
    """Return the year's holidays, or what is wrong with the rows; empty rows are passed over."""
    written = [(number, row) for number, row in enumerate(rows) if any(row[:4])]
    if not written:
        return Reading((), (Trouble(-1, "name", _EMPTY.format(year=year)),))
    if len(written) > MOST_ROWS:
        sentence = (
            f"一年最多填 {MOST_ROWS} 行，现在有 {len(written)} 行，请核对是否导入了别的内容。"
        )
        return Reading((), (Trouble(-1, "name", sentence),))
    troubles: list[Trouble] = []
    found: list[tuple[int, Break]] = []
    for number, row in written:
        one = _one(year, row)
        if isinstance(one, Break):
            found.append((number, one))
        else:
            troubles += (Trouble(number, field, sentence) for field, sentence in one)
    troubles += _between(found)
    if troubles:
        return Reading((), tuple(sorted(troubles)))
    return Reading(tuple(sorted((one for _, one in found), key=lambda one: one.first)), ())


def rows(breaks: Iterable[Break]) -> list[Row]:
    """Return holidays as the rows that would be typed for them."""
    return [
        Row(one.name, one.first.isoformat(), one.last.isoformat(), in_short(one.made_up))
        for one in breaks
    ]


def in_short(days: Iterable[date]) -> str:
    """2月14日、2月28日"""
    return "、".join(f"{day.month}月{day.day}日" for day in days)


def named(day: date) -> str:
    """1月4日（周一）"""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def span_in_words(first: date, last: date) -> str:
    """1月1日（周五）至3日（周日）"""
    if first == last:
        return named(first)
    month = f"{last.month}月" if last.month != first.month else ""
    return f"{named(first)}至{month}{last.day}日（周{WEEKDAYS[last.weekday()]}）"


def in_words(one: Break) -> str:
    """元旦：1月1日（周五）至3日（周日）放假，共 3 天。1月4日（周一）上班。"""
    count = (one.last - one.first).days + 1
    off = f"{one.name}：{span_in_words(one.first, one.last)}放假，共 {count} 天。"
    worked = "、".join(named(day) for day in one.made_up)
    return off + (f"{worked}上班。" if worked else "")


def arranged(days: Iterable[Day]) -> list[Break]:
    """Return the holidays that a year's single days belong to.

    Days of one name make one holiday when only weekend days lie between them; a made-up day belongs to the holiday
    whose name it bears, else to the nearest.
    """
    listed = sorted(days)
    worked = {day.day for day in listed if day.kind == "workday"}
    festivals = [(day.day, _festival(day.name)) for day in listed if day.kind == "holiday"]
    found: list[Break] = []
    for day in listed:
        if day.kind == "workday":
            continue
        name = _festival(day.name) or _nearest(festivals, day.day) or day.name
        if found and found[-1].name == name and _joined(found[-1].last, day.day, worked):
            found[-1] = found[-1]._replace(last=day.day)
        else:
            found.append(Break(name, day.day, day.day))
    for day in listed:
        if day.kind == "workday" and found:
            place = _whose(found, day)
            found[place] = found[place]._replace(made_up=(*found[place].made_up, day.day))
    return found


def widened(breaks: Sequence[Break]) -> list[Break]:
    """Add to each holiday the weekend days it touches, as a published arrangement does, and join those that meet."""
    worked = {day for one in breaks for day in one.made_up}
    one_day = timedelta(days=1)

    def is_off(day: date) -> bool:
        return day.weekday() >= 5 and day not in worked

    found: list[Break] = []
    for one in breaks:
        first, last = one.first, one.last
        while is_off(first - one_day) and (first - one_day).year == first.year:
            first -= one_day
        while is_off(last + one_day) and (last + one_day).year == last.year:
            last += one_day
        wide = one._replace(first=first, last=last)
        if found and first <= found[-1].last + one_day:
            wide = _together(found.pop(), wide)
        found.append(wide)
    return found


def day_of(year: int, text: str) -> date | None:
    """Return the day a text names (2027-01-04, 2027/1/4, 20270104, 1月4日, 2027年1月4日), none if it names none.

    Raises ValueError with a sentence where the weekday beside it is another.
    """
    text = text.strip()
    weekday = _WEEKDAY.search(text)
    bare = text[: weekday.start()].strip() if weekday and weekday.end() == len(text) else text
    for pattern in (_ISO, _COMPACT, _CHINESE):
        match = pattern.fullmatch(bare)
        if match:
            given, month, day = match.groups()
            try:
                found = date(int(given or year), int(month), int(day))
            except ValueError:
                return None
            check_weekday(found, weekday.group(1) if weekday else "")
            return found
    return None


def check_weekday(day: date, said: str) -> None:
    """Raise ValueError where somebody wrote another weekday beside a day: it is usually the wrong year."""
    right = WEEKDAYS[day.weekday()]
    if said and said.replace("天", "日") != right:
        raise ValueError(f"{day.year}年{day.month}月{day.day}日是周{right}，不是周{said}。")


_EMPTY = (
    "{year} 年一个节假日也没有，不能这样生效。请至少填写元旦、春节、清明节、劳动节、端午节、中秋节和国庆节，"
    "或者粘贴国务院办公厅的通知。"
)
_UNREAD = "看不懂“{text}”是哪一天，请写成 {year}-01-04 或 1月4日 的样子。"


def _one(year: int, row: Row) -> Break | list[tuple[str, str]]:
    """Return the holiday of a row, or what is wrong with its fields."""
    wrong: list[tuple[str, str]] = []
    name = row.name.strip()
    if not name:
        wrong.append(("name", "请填写节日名称，例如 元旦。"))
    elif len(name) > LONGEST_NAME:
        wrong.append(("name", f"节日名称最多 {LONGEST_NAME} 个字。"))
    elif _UNPRINTABLE.search(name):
        wrong.append(("name", "节日名称里有看不见的控制字符，请删去后重新填写。"))
    first = _read_day(year, "first", row.first, "请填写放假的第一天。", wrong)
    last = _read_day(year, "last", row.last, "", wrong) if row.last.strip() else first
    if first and last and last < first:
        wrong.append(("last", f"最后一天{named(last)}早于第一天{named(first)}，请核对。"))
    elif first and last and (last - first).days >= LONGEST_BREAK:
        days = (last - first).days + 1
        wrong.append(("last", f"这个假期长达 {days} 天，请核对起止日期。"))
    made_up = [one for one in _BETWEEN.split(row.made_up.strip()) if one]
    if len(made_up) > MOST_MADE_UP:
        wrong.append(("made_up", f"一个节日最多填 {MOST_MADE_UP} 个调休上班日，请核对。"))
    worked = [_read_day(year, "made_up", text, "", wrong) for text in made_up[:MOST_MADE_UP]]
    for day in worked:
        if day and day.weekday() < 5:
            wrong.append(("made_up", f"{named(day)}本来就上班，不是调休上班日，请核对日期。"))
    if wrong or first is None or last is None:
        return wrong
    return Break(name, first, last, tuple(sorted(day for day in worked if day)))


def _read_day(
    year: int, field: str, text: str, missing: str, wrong: list[tuple[str, str]]
) -> date | None:
    """Return the day of a field, noting in `wrong` why there is none."""
    if not text.strip():
        wrong.append((field, missing))
        return None
    try:
        found = day_of(year, text)
    except ValueError as error:
        wrong.append((field, f"{error}请核对是不是别的年份的安排。"))
        return None
    if found is None:
        wrong.append((field, _UNREAD.format(text=_UNPRINTABLE.sub("", text)[:30], year=year)))
    elif found.year != year:
        wrong.append((field, f"{found.isoformat()} 不是 {year} 年的日期，请到那一年的日历里填写。"))
        return None
    return found


def _between(found: Sequence[tuple[int, Break]]) -> Iterator[Trouble]:
    """Yield what is wrong among rows that are right in themselves: one day has one meaning."""
    in_order = sorted(found, key=lambda each: (each[1].first, each[0]))
    for (_, earlier), (number, later) in pairwise(in_order):
        if later.first <= earlier.last:
            sentence = f"与“{earlier.name}”的假期重叠（{named(later.first)}），请核对起止日期。"
            yield Trouble(number, "first", sentence)
    seen: dict[date, str] = {}
    for number, one in found:
        for day in one.made_up:
            if day in seen:
                sentence = f"{named(day)}上班填了两次（另一次在“{seen[day]}”），请删去一处。"
                yield Trouble(number, "made_up", sentence)
            seen[day] = one.name
            for _, other in found:
                if other.first <= day <= other.last:
                    sentence = f"{named(day)}在“{other.name}”的假期里，不能同时上班，请核对。"
                    yield Trouble(number, "made_up", sentence)


def _joined(last: date, day: date, worked: set[date]) -> bool:
    """Whether nothing but days off lies between two days of a holiday."""
    between = (last + timedelta(days=n) for n in range(1, (day - last).days))
    return all(one.weekday() >= 5 and one not in worked for one in between)


def _festival(name: str) -> str:
    """Return the holiday a single day's name belongs to; "" for a day that only makes one longer."""
    if name.startswith("休息日"):
        return ""
    bare = re.sub(r"[（(].*?[）)]", "", name).strip().replace("; ", "、")
    return "春节" if bare.endswith("除夕") else bare


def _together(earlier: Break, later: Break) -> Break:
    """National Day and Mid-Autumn in one week: one holiday with both names."""
    names = dict.fromkeys([*earlier.name.split("、"), *later.name.split("、")])
    made_up = tuple(sorted({*earlier.made_up, *later.made_up}))
    return Break("、".join(names), earlier.first, max(earlier.last, later.last), made_up)


def _nearest(festivals: Sequence[tuple[date, str]], day: date) -> str:
    named_days = [(abs((other - day).days), name) for other, name in festivals if name]
    return min(named_days, default=(0, ""))[1]


def _whose(breaks: Sequence[Break], day: Day) -> int:
    name = day.name.removesuffix(_DAYS_WORKED)
    named_so = [number for number, one in enumerate(breaks) if one.name == name]
    places = named_so or range(len(breaks))
    return min(places, key=lambda n: _distance(breaks[n], day.day))


def _distance(one: Break, day: date) -> int:
    return min(abs((one.first - day).days), abs((one.last - day).days))
