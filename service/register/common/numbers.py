"""Numbers run on within a series, without gaps, and each is given once: 七届五次-087, 交通局建复〔2026〕3号."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import rulebook
from service.database import upsert
from service.deadlines.workdays import local_day
from service.labels import Labelled
from service.register.people import directory as people
from service.rulebook import Consequence, Control, Fault, Listing, Row, asked
from service.tables.handling import LetterSeries
from service.tables.suggestions import CaseSeries


class Series(Labelled):
    """What is numbered."""

    IN_SESSION = "in_session", "会议期间的建议"
    IN_RECESS = "in_recess", "闭会期间的建议"
    REPLY = "reply", "答复函"
    ASSIST = "assist", "协办意见函"
    SUPERVISION = "supervision", "督查"
    LETTER = "letter", "督查函告"
    WHITE = "white", "白牌通知单"
    YELLOW = "yellow", "黄牌通知单"
    RED = "red", "红牌通知单"


_CASES = frozenset({Series.IN_SESSION, Series.IN_RECESS})
_PART = re.compile(r"\{([^{}]*)\}")
_RUNNING = re.compile(r"序号(?::([1-6]))?")
_NAMES: Mapping[str, frozenset[str]] = {
    Series.IN_SESSION: frozenset({"届次", "镇"}),
    Series.IN_RECESS: frozenset({"镇"}),
    Series.REPLY: frozenset({"单位"}),
    Series.ASSIST: frozenset({"单位"}),
}
"""What a pattern may name besides 年 and 序号."""
_SAMPLE: Mapping[str, str] = {"届次": "七届五次", "镇": "", "单位": "交通局"}


class Pattern(Row):
    """How one series writes its numbers."""

    code: str = asked("标识", control=Control.FIXED, longest=30)
    name: str = asked("编什么号", control=Control.FIXED, longest=40)
    pattern: str = asked(
        "写法",
        "花括号里的内容由系统填：{年}，{序号}（要补零到三位写 {序号:3}），{届次}，{镇}（镇级建议的镇代码，市级为空），{单位}。",
        longest=60,
    )


def _faults(
    session: Session, rows: Sequence[Pattern], before: Sequence[Pattern]
) -> Iterator[Fault]:
    """Refuse a pattern without a running number, or one by which two things would get the same number."""
    seen: dict[str, str] = {}
    for number, row in enumerate(rows):
        if wrong := _wrong(row):
            yield Fault(number, "pattern", wrong)
            continue
        head = f"{row.code in _CASES} {_head(row.pattern).rstrip('-')}"
        if head in seen:
            yield Fault(
                number, "pattern", f"这样写会和“{seen[head]}”的编号分不开，请加上不同的字。"
            )
        seen[head] = row.name


def _wrong(row: Pattern) -> str:
    names = _PART.findall(row.pattern)
    running = [name for name in names if _RUNNING.fullmatch(name)]
    allowed = {"年"} | _NAMES.get(row.code, frozenset())
    unknown = [name for name in names if name not in running and name not in allowed]
    if unknown:
        shown = "、".join(f"{{{name}}}" for name in ("序号", *sorted(allowed)))
        return f"这里不能用“{{{unknown[0][:10]}}}”；可以用：{shown}。"
    if (
        len(running) != 1
        or row.pattern.count("{") != len(names)
        or row.pattern.count("}") != len(names)
    ):
        return "写法里要有一个 {序号}，而且只能有一个，花括号要成对。"
    yearly = "届次" if row.code == Series.IN_SESSION else "年"
    if yearly not in names:
        return f"写法里要有 {{{yearly}}}，否则各年的编号会连在一起。"
    missing = sorted((_NAMES.get(row.code, frozenset()) & {"镇", "单位"}) - set(names))
    if missing:
        return f"写法里要有 {{{missing[0]}}}，否则不同的{'镇' if missing[0] == '镇' else '单位'}会共用编号。"
    return ""


def _consequences(
    session: Session, before: Sequence[Pattern], after: Sequence[Pattern], at: datetime
) -> list[Consequence]:
    """Show the next number of each series that is written otherwise."""
    old = {one.code: one for one in before}
    return [
        Consequence(
            f"{one.name}的下一个编号（举例）", preview(session, was, at), preview(session, one, at)
        )
        for one in after
        if (was := old.get(one.code)) and was.pattern != one.pattern
    ]


NUMBERING = rulebook.declare(
    Listing(
        "numbering",
        "编号写法",
        "建议、函件和通知单怎样编号。换一种写法以后，序号从头编起；改回原来的写法，接着原来的序号编。",
        (
            "立案时给建议编号；",
            "签发答复函、提交协办意见时编文号；",
            "发起督查、签发函告和三色通知单时编号。",
        ),
        "已经有编号的保留原来的编号。",
        Pattern,
        tuple(
            Pattern(code=series.value, name=series.label, pattern=pattern)
            for series, pattern in (
                (Series.IN_SESSION, "{镇}{届次}-{序号:3}"),
                (Series.IN_RECESS, "{镇}B{年}-{序号:3}"),
                (Series.REPLY, "{单位}建复〔{年}〕{序号}号"),
                (Series.ASSIST, "{单位}建协〔{年}〕{序号}号"),
                (Series.SUPERVISION, "督查〔{年}〕{序号}号"),
                (Series.LETTER, "督函〔{年}〕{序号}号"),
                (Series.WHITE, "督白〔{年}〕{序号}号"),
                (Series.YELLOW, "督黄〔{年}〕{序号}号"),
                (Series.RED, "督红〔{年}〕{序号}号"),
            )
        ),
        is_fixed=True,
        faults=_faults,
        consequences=_consequences,
    )
)


def take(session: Session, series: type[CaseSeries] | type[LetterSeries], prefix: str) -> int:
    """Take the next number after `prefix`; concurrent callers wait for each other and leave no gap."""
    counted = upsert(session, series).values(prefix=prefix, last=1)
    return session.execute(
        counted.on_conflict_do_update(
            index_elements=[series.prefix], set_={"last": series.last + 1}
        ).returning(series.last)
    ).scalar_one()


def give(session: Session, series: Series, at: datetime, **facts: str) -> str:
    """Give the next number of a series, in the year on the wall of the office that gives it.

    `facts` are what the pattern may name besides: 届次, 镇, 单位.
    """
    found = rulebook.row(session, NUMBERING, series)
    assert found is not None, series
    names = {**facts, "年": str(local_day(at).year)}
    number = take(session, _counter(series), _prefix(found.pattern, names))
    return _written(found.pattern, names, number)


def for_unit(session: Session, series: Series, unit: str, at: datetime) -> str:
    """Number a unit's letter of one kind, 交通局建复〔2026〕3号."""
    return give(session, series, at, 单位=people.unit(session, unit).short_name)


def preview(session: Session, pattern: Pattern, at: datetime) -> str:
    """Show the number that would be given next, with an example for what is not known before."""
    names = {**_SAMPLE, "年": str(local_day(at).year)}
    table = _counter(pattern.code)
    query = select(table.last).where(table.prefix == _prefix(pattern.pattern, names))
    return _written(pattern.pattern, names, (session.scalar(query) or 0) + 1)


def _counter(series: str) -> type[CaseSeries] | type[LetterSeries]:
    return CaseSeries if series in _CASES else LetterSeries


def _head(pattern: str) -> str:
    """Return what stands before the running number."""
    for found in _PART.finditer(pattern):
        if _RUNNING.fullmatch(found[1]):
            return pattern[: found.start()]
    return pattern


def _prefix(pattern: str, names: Mapping[str, str]) -> str:
    """Return by which words a series is counted: what stands before its number, without the dash."""
    return _filled(_head(pattern), names).rstrip("-")


def _written(pattern: str, names: Mapping[str, str], number: int) -> str:
    def part(found: re.Match[str]) -> str:
        running = _RUNNING.fullmatch(found[1])
        return f"{number:0{running[1] or 1}d}" if running else names[found[1]]

    return _PART.sub(part, pattern)


def _filled(text: str, names: Mapping[str, str]) -> str:
    return _PART.sub(lambda found: names[found[1]], text)
