"""The thirty days say what is due on each, and from which day the rules would propose what."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from service.deadlines.workdays import end_of, local_day
from service.register.supervision import forecast, proposals
from service.register.supervision.colors import Color
from service.tables.supervision import ControlCard
from tests.service.register.supervision.undone import NOW, assignment, card, suggestion, supervision
from tests.supervised import deploy_rules

TODAY = local_day(NOW)
IN_TWO_DAYS = end_of(TODAY + timedelta(days=2))


def test_every_day_is_named_with_whether_it_is_worked(session: Session) -> None:
    found = forecast.forecast(session, NOW)

    assert [day.on for day in found.days] == [TODAY + timedelta(days=n) for n in range(30)]
    holiday = {day.on: (day.is_workday, day.name) for day in found.days}[date(2026, 10, 1)]
    assert holiday == (False, "国庆节")
    assert found.busiest is None


def test_a_reply_that_nobody_gives_becomes_white_and_then_yellow(session: Session) -> None:
    own = suggestion(session, case_no="七届五次-001")
    assignment(session, own, due_at=IN_TWO_DAYS)

    found = forecast.forecast(session, NOW)

    [line] = found.lines
    assert (line.unit, line.counts["replies"]) == ("JT", 1)
    assert (line.counts[Color.WHITE], line.counts[Color.YELLOW], line.counts[Color.RED]) == (
        1,
        1,
        0,
    )
    assert found.busiest is not None
    assert found.busiest.on == TODAY + timedelta(days=2)
    [white, yellow] = [day for day in found.days if day.colors]
    assert white.on == TODAY + timedelta(days=3), "the day after the reply was due"
    assert yellow.colors == {Color.YELLOW: 1}


def test_what_is_foreseen_for_a_day_is_proposed_on_it(session: Session) -> None:
    assignment(session, suggestion(session), due_at=IN_TWO_DAYS)

    for day in forecast.forecast(session, NOW).days:
        evening = end_of(day.on) + timedelta(hours=5)
        earlier = proposals.candidates(session, evening - timedelta(days=1))
        now = proposals.candidates(session, evening)
        risen = [each.measure for each in now if each.measure not in [e.measure for e in earlier]]
        assert list(day.colors) == risen, day.on


def test_what_the_rules_propose_today_is_not_foreseen_again(session: Session) -> None:
    assignment(session, suggestion(session), due_at=NOW - timedelta(days=5))

    found = forecast.forecast(session, NOW)

    assert [each.measure for each in found.candidates] == [Color.WHITE]
    assert found.totals[Color.WHITE] == 0
    assert found.totals[Color.YELLOW] == 1


def test_a_card_about_to_expire_is_foreseen_for_its_case(session: Session) -> None:
    case = supervision(session, status="rectifying")
    card(session, case, "white", 1, state="in_force", due_at=IN_TWO_DAYS)
    assert session.query(ControlCard).count() == 1

    [item] = forecast.listed(session, "yellow", NOW, None, None, 50).items

    assert (item.business_key, item.unit_name) == (f"supervision:{case.id}", "交通局")
    assert item.step == "白牌整改期满没有提交整改报告。"
    assert local_day(item.at) == TODAY + timedelta(days=2)


def test_white_cards_are_counted_anew_in_the_new_year(session: Session) -> None:
    december = NOW + timedelta(days=90)  # 20 December
    other = supervision(session, closed_at=december)
    for number in (1, 2):
        card(session, other, "white", number, issued_at=december - timedelta(days=60))
    in_january = end_of(date(2027, 1, 4))
    assignment(session, suggestion(session, dispatched_at=december), due_at=in_january)

    found = forecast.forecast(session, december)

    assert found.totals[Color.WHITE] == 1, "the third of 2026 would be yellow"


def test_lists_are_of_one_unit_and_one_day(session: Session) -> None:
    for unit in ("JT", "ZJ", "FY"):
        assignment(session, suggestion(session, f"关于{unit}"), unit=unit, due_at=IN_TWO_DAYS)
    when = TODAY + timedelta(days=3)

    whites = forecast.listed(session, "white", NOW, None, when, 50)

    assert [item.unit for item in whites.items] == ["JT", "ZJ"]
    assert forecast.listed(session, "white", NOW, "ZJ", None, 50).total == 1
    assert forecast.listed(session, "white", NOW, None, TODAY, 50).total == 0
    assert forecast.listed(session, "letter", NOW, None, when, 50).items[0].unit == "FY"
    assert forecast.listed(session, "replies", NOW, None, None, 2, 2).total == 3
    assert len(forecast.listed(session, "replies", NOW, None, None, 2, 2).items) == 1


def test_rules_that_cannot_be_asked_leave_what_is_due(session: Session) -> None:
    assignment(session, suggestion(session), due_at=IN_TWO_DAYS)
    computed = 'if reply_overdue > 0 then null else "逾期"'
    deploy_rules(session, ('"答复逾期 {reply_overdue} 个工作日，超过 10 个工作日。"', computed))

    found = forecast.forecast(session, NOW)

    assert "看不懂" in found.fault
    assert found.totals["replies"] == 1
    assert found.candidates == ()


def test_one_unit_s_days_hold_nothing_of_others(session: Session) -> None:
    for unit in ("JT", "ZJ"):
        assignment(session, suggestion(session, f"关于{unit}"), unit=unit, due_at=IN_TWO_DAYS)

    found = forecast.of_unit(session, NOW, "ZJ")

    assert [line.unit for line in found.lines] == ["ZJ"]
    assert not any(day.colors for day in found.days), "that is for those who supervise"
    assert sum(day.replies for day in found.days) == 1
