"""Each unit is measured by what is due and what it signed for; too few cases are not judged."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service import rulebook
from service.register.reply.classes import CLASSES
from service.register.supervision import pass_lines
from service.register.supervision.pass_lines import PASS_LINES, PassLine, Rate
from service.tables.handling import Reply
from tests.service.register.supervision.undone import NOW, assignment, suggestion

LINE = PassLine(code="on_time", name="按时答复率", percent=80, minimum=3)


def test_a_share_is_judged_from_the_smallest_sample_on() -> None:
    assert Rate(2, 2, LINE).verdict == "样本不足"
    assert Rate(0, 0, LINE).verdict == "样本不足"
    assert Rate(799, 1000, LINE).percent == 79
    assert Rate(799, 1000, LINE).verdict == "未达标"
    assert Rate(4, 5, LINE).verdict == "达标"


def late(session: Session, days: int, **facts: object) -> None:
    assignment(
        session, suggestion(session, f"第 {days} 件"), due_at=NOW - timedelta(days=days), **facts
    )


def test_what_was_answered_in_time_is_counted_among_what_is_due(session: Session) -> None:
    for days in (1, 2, 3):
        late(session, days, replied_at=NOW - timedelta(days=10))
    late(session, 4)
    late(session, -4)

    [unit] = pass_lines.measured(session, NOW)

    on_time, *_ = unit.rates
    assert (on_time.kept, on_time.of, on_time.verdict) == (3, 4, "未达标")


def test_another_line_says_of_whom_it_would_speak_otherwise(session: Session) -> None:
    for days in (1, 2, 3):
        late(session, days, replied_at=NOW - timedelta(days=10))
    late(session, 4)
    before = rulebook.rows(session, PASS_LINES)
    after = [before[0].model_copy(update={"percent": 70}), *before[1:]]

    [found] = PASS_LINES.consequences(session, before, after, NOW)

    assert (found.before, found.after) == ("未达标", "达标")
    assert "3/4 件" in found.about


def replied(session: Session, number: int, reply_class: str, issued: bool = True) -> None:
    duty = assignment(session, suggestion(session, f"答 {number}"))
    session.add(
        Reply(
            suggestion_id=duty.suggestion_id, assignment_id=duty.id, unit=duty.unit, title="", body="",
            status="issued" if issued else "drafting", reply_class=reply_class, publicity="full",
            contact_name="", contact_phone="", copies=[], attachments=[], drafted_at=NOW,
            issued_at=NOW if issued else None,
        )
    )  # fmt: skip
    session.flush()


def test_a_reply_counts_as_resolved_where_officials_say_so_of_its_class(session: Session) -> None:
    for number, letter in enumerate("AABC"):
        replied(session, number, letter)
    replied(session, 9, "A", issued=False)

    def rate() -> Rate:
        [unit] = pass_lines.measured(session, NOW)
        return unit.rates[-1]

    assert (rate().line.name, rate().kept, rate().of, rate().verdict) == ("办成率", 2, 4, "达标")
    rows = [one.model_copy(update={"resolved": False}) for one in rulebook.rows(session, CLASSES)]
    rulebook.amend(session, CLASSES, rows, 0, "root", NOW, "本市办法")
    assert (rate().kept, rate().verdict) == (0, "未达标")
