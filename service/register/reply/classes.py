"""Reply classes (答复类别): letters mean different things in different places, so that officials keep them as a list."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import rulebook
from service.errors import NotFound
from service.register.proposal.status import OVER
from service.rulebook import Consequence, Control, Fault, Listing, Row, asked
from service.tables.handling import Reply
from service.tables.suggestions import Suggestion


class ReplyClass(Row):
    """One class: what it is called, whether it counts as 办成, whether it needs commitments that are followed up."""

    code: str = asked("代码", "答复函上的字母，例如 A。已经用过的不要改作别的意思。", longest=4)
    name: str = asked("名称", "承办单位选择时看到的名称。", longest=40)
    resolved: bool = asked(
        "算办成",
        "这一类是否算作已经解决；督查看板“达标情况”里的办成率按它计算。",
        Control.FLAG,
        default=False,
    )
    tracked: bool = asked(
        "须跟踪", "选“是”的，答复时必须写承诺事项和完成日期。", Control.FLAG, default=False
    )
    active: bool = asked(
        "可选", "选“否”就不再供选择，已经用它的答复不变。", Control.FLAG, default=True
    )


def _faults(
    session: Session, rows: Sequence[ReplyClass], before: Sequence[ReplyClass]
) -> Iterator[Fault]:
    """Refuse to drop a class that replies of open cases carry: nobody would know what they mean."""
    used = _used(session)
    for code in {one.code for one in before} - {one.code for one in rows}:
        if used.get(code):
            yield Fault(
                None,
                "",
                f"“{code}”类有 {used[code]} 件在办建议的答复在用，不能删除；不想再用的，请把“可选”改为“否”。",
            )
    if not any(one.active for one in rows):
        yield Fault(None, "", "至少要有一类可选，否则承办单位写不了答复。")


def _consequences(
    session: Session, before: Sequence[ReplyClass], after: Sequence[ReplyClass], at: datetime
) -> list[Consequence]:
    """Say of each class that is changed how many replies of open cases carry it."""
    used, new = _used(session), {one.code: one for one in after}
    return [
        Consequence(
            f"在办建议的答复属于“{one.name}”的",
            _meaning(one),
            _meaning(new.get(one.code)),
            used.get(one.code, 0),
        )
        for one in before
        if new.get(one.code) != one
    ]


CLASSES = rulebook.declare(
    Listing(
        "reply_classes",
        "答复类别",
        "承办单位给答复分的类。各地字母的含义不同，请按本地文件填写。次序由轻到重：几家单位分别答复的，以排在最后的一类为准。",
        (
            "拟定办理方案和起草答复时，从可选的类别里选；",
            "选了须跟踪的类别，答复必须写承诺事项，以后逐项跟踪；",
            "收悉审核和汇总答复时，显示类别的名称；",
            "督查看板“达标情况”里的办成率，按算办成的类别计算。",
        ),
        "已经发出的答复保留发出时的类别名称。",
        ReplyClass,
        (
            ReplyClass(code="A", name="A类（已解决或采纳）", resolved=True),
            ReplyClass(code="B", name="B类（列入计划，逐步解决）", tracked=True),
            ReplyClass(code="C", name="C类（留作参考）"),
        ),
        faults=_faults,
        consequences=_consequences,
    )
)


def in_use(session: Session) -> Sequence[ReplyClass]:
    """Return the reply classes to choose from here, in order."""
    return [one for one in rulebook.rows(session, CLASSES) if one.active]


def resolved(session: Session) -> frozenset[str]:
    """Return the codes of the classes that count as 办成."""
    return frozenset(one.code for one in rulebook.rows(session, CLASSES) if one.resolved)


def get(session: Session, code: str) -> ReplyClass:
    """Return a reply class by its code, as it was last where it is no longer in use."""
    found = rulebook.row(session, CLASSES, code)
    if found is None:
        raise NotFound(f"没有“{code}”这个答复类别。请重新选择。")
    return found


def name_at(session: Session, code: str, moment: datetime | None) -> str:
    """Return what a class was called when a reply was given, what it is called now where none was."""
    if moment is not None:
        for one in rulebook.rows_at(session, CLASSES, moment):
            if one.code == code:
                return one.name
    return get(session, code).name


def last(session: Session, codes: Iterable[str]) -> str:
    """Return which of these classes stands last in the list: a case is as far as its slowest reply."""
    order = [one.code for one in rulebook.rows(session, CLASSES)]
    return max(codes, key=lambda code: order.index(code) if code in order else -1)


def _used(session: Session) -> dict[str, int]:
    """Return how many replies of open cases carry each class."""
    query = (
        select(Reply.reply_class, func.count())
        .join(Suggestion, Suggestion.id == Reply.suggestion_id)
        .where(Suggestion.status.not_in(OVER))
        .group_by(Reply.reply_class)
    )
    return dict(session.execute(query).all())


def _meaning(one: ReplyClass | None) -> str:
    if one is None:
        return "删除"
    flags = ("算办成" if one.resolved else "不算办成", "须跟踪" if one.tracked else "不跟踪")
    return "，".join((one.name, *flags, *(() if one.active else ("不再供选择",))))
