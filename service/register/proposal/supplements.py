"""退请代表修改: whether the clock of a case stands while its deputy mends it; it does not, unless the office says so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import rulebook
from service.deadlines import changes
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from service.rulebook import Consequence, Control, Listing, Row, asked
from service.tables.suggestions import Suggestion

_DEPUTYS_OWN = ("supplement.by_deputy",)
"""The limit within which the deputy hands in: it ends with the hand-in, and no day of it is given back."""

_REASON = "代表补充修改期间，按规则停止计时。"


class SupplementClock(Row):
    """Whether the clock stands while somebody waits for the deputy."""

    code: str = asked("标识", control=Control.FIXED, longest=30)
    name: str = asked("什么时候", control=Control.FIXED, longest=40)
    stands: bool = asked(
        "是否停止计时",
        "选“是”的，代表交回时，从退改那天起到交回前一天的日子不计入本件的期限；代表自己的修改期限照常计算。",
        Control.FLAG,
    )


def _consequences(
    session: Session,
    before: Sequence[SupplementClock],
    after: Sequence[SupplementClock],
    at: datetime,
) -> list[Consequence]:
    """Say how many suggestions are with their deputies, for which the rule decides when they come back."""
    words = {True: "停止计时：交回时不计入退改的日子", False: "不停止计时"}
    was, now = (words[rows[0].stands] for rows in (before, after))
    if was == now:
        return []
    returned = Suggestion.status == CaseStatus.RETURNED_FOR_EDIT
    cases = session.scalar(select(func.count()).where(returned))
    return [Consequence("已退代表修改、还没有交回的建议", was, now, cases)]


CLOCK: Listing[SupplementClock] = rulebook.declare(
    Listing(
        "supplement_clock",
        "代表补充修改期间是否停止计时",
        "建议退请代表修改以后，到代表交回之前，本件的期限停不停。不作规定的，照常计时。",
        ("代表交回补充修改的内容时，决定退改的日子是否计入审查、交办等从提交起算的期限。",),
        "已经交回的不再改变；已退代表修改、还没有交回的，交回时按当时的规则。",
        SupplementClock,
        (SupplementClock(code="supplement", name="代表补充修改期间", stands=False),),
        is_fixed=True,
        consequences=_consequences,
    )
)


def received(session: Session, suggestion_id: int, returned_at: datetime, at: datetime) -> None:
    """Leave the days on which the deputy mended a suggestion out of its limits, where the rule says so.

    The rule stops the clock, not the deputy: nobody is named for it.
    """
    [rule] = rulebook.rows(session, CLOCK)
    if rule.stands:
        key = suggestions.business_key(suggestion_id)
        changes.stood(session, key, returned_at, at, _REASON, None, at, _DEPUTYS_OWN)
