"""协办办理: an assisting unit promises, writes, is judged; its lateness is recorded and holds nobody up."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from service.register.handling import commitments, opinions
from service.tables.handling import AssistDefault, AssistOpinion
from tests.handled import COMMITMENT, OPINION, Signed, sign, start, status
from tests.world import World, assert_every_flow_taken, moment

AGREE = {"endorse_conclusion": "agree"}
LATE = moment("2026-04-02", "18:00")
"""One month from 2 March."""


def begun(world: World, unit: str = "GA") -> Signed:
    """Let a unit have signed for assisting the transport bureau."""
    signed = sign(world, lead="JT", assists=(unit,))
    start(world, "assist_handling", signed, unit=unit, assignment=signed.assignment(unit))
    return signed


def promised(world: World, unit: str = "GA") -> Signed:
    signed = begun(world, unit)
    name = "公安局" if unit == "GA" else "法院"
    world.do("承诺协办任务", by=f"{name}联络员", section="治安股", commitments=[COMMITMENT])
    return signed


def send(world: World, unit: str = "公安局", **values: Any) -> None:
    """Let the unit write its opinion and its leader endorse it."""
    world.do("起草协办意见", by=f"{unit}承办人", **{**OPINION, **values})
    world.do("审签协办意见", by=f"{unit}分管领导", **AGREE)


def judge(world: World, judgement: str, **values: Any) -> None:
    reason = {} if judgement == "adopted" else {"reason": "没有实际内容，请写清设备位置。"}
    world.do("评判协办意见", by="交通局承办人", judgement=judgement, **reason, **values)


def decisions(world: World) -> list[str | None]:
    with world.reading() as session:
        return list(session.scalars(select(AssistDefault.decision).order_by(AssistDefault.id)))


def rounds(world: World) -> list[tuple[int, str | None, bool]]:
    with world.reading() as session:
        rows = session.scalars(select(AssistOpinion).order_by(AssistOpinion.round))
        return [(row.round, row.judgement, row.late) for row in rows]


# In time


def test_an_opinion_is_adopted(world: World) -> None:
    signed = promised(world)
    send(world)
    assert world.inbox("交通局承办人") == ["评判协办意见"]
    assert world.inbox("公安局承办人") == []

    judge(world, "adopted")

    assert world.ended() == "End_adopted"
    assert status(world, signed.assignment("GA")) == "delivered"
    with world.reading() as session:
        row = opinions.current(session, signed.assignment("GA"))
        assert (row.number, row.endorsed_by) == ("公安局建协〔2026〕1号", "公安局分管领导")
        [promise] = commitments.of(session, row.assignment_id, "assist")
        assert promise.status == "open"


def due(world: World, name: str) -> datetime | None:
    [task] = [task for task in world.waiting() if task.name == name]
    return task.due_at


def test_the_opinion_is_drafted_and_endorsed_before_its_date(world: World) -> None:
    promised(world)
    drafting = due(world, "起草协办意见")
    world.do("起草协办意见", by="公安局承办人", **OPINION)

    assert world.due("协办期限届满") == moment("2026-04-02", "18:00")
    assert drafting == moment("2026-03-30", "18:00")
    assert due(world, "审签协办意见") == moment("2026-04-01", "18:00")


def test_the_units_own_leader_may_return_it(world: World) -> None:
    promised(world)
    world.do("起草协办意见", by="公安局承办人", **OPINION)

    world.do(
        "审签协办意见", by="公安局分管领导", endorse_conclusion="return", reason="没有数据支撑"
    )
    world.do("起草协办意见", by="公安局承办人", basis="近两年事故九起。")
    world.do("审签协办意见", by="公安局分管领导", **AGREE)

    assert rounds(world) == [(1, None, False)]
    with world.reading() as session:
        [row] = session.scalars(select(AssistOpinion))
        assert (row.progress, row.basis) == (OPINION["progress"], "近两年事故九起。")


def test_an_empty_opinion_is_written_again_within_five_workdays(world: World) -> None:
    promised(world)
    send(world)

    judge(world, "redo")

    assert world.open_tasks() == ["起草协办意见"]
    assert world.due("协办期限届满") == moment("2026-03-09", "18:00")
    assert due(world, "起草协办意见") == moment("2026-03-05", "18:00"), (
        "5 × 3 ÷ 6, rounded up: three"
    )
    send(world, progress="十二处急弯中两处已装测速设备，其余十处本月装完。")
    judge(world, "partly_adopted")
    assert world.ended() == "End_adopted"
    assert rounds(world) == [(1, "redo", False), (2, "partly_adopted", False)]


def test_a_third_empty_opinion_goes_to_the_government_office(world: World) -> None:
    promised(world)
    for _ in range(3):
        send(world)
        judge(world, "redo")
    assert world.inbox("政府办") == ["协调分歧"]
    assert world.inbox("代工委甲") == []

    minutes = "经协调，由公安局负责测速设备，交通局负责警示标志。"
    world.do("协调分歧", by="政府办", minutes=minutes)

    assert world.ended() == "End_coordinated"
    assert [judgement for _, judgement, _ in rounds(world)] == ["redo", "redo", "dispute"]


def test_a_court_is_brought_to_the_table_by_the_congress(world: World) -> None:
    promised(world, "FY")
    send(world, "法院")

    judge(world, "dispute")

    assert world.inbox("代工委甲") == ["协调分歧"]
    assert world.inbox("政府办") == []


# Late


def test_a_late_opinion_is_recorded_and_the_lead_unit_asked(world: World) -> None:
    promised(world)

    world.until("协办期限届满")

    assert world.at == LATE
    assert world.open_tasks() == ["决定是否等待", "起草协办意见"], "the opinion may still come"
    assert "已记协办失责" in world.told("gov_supervision")[-1]
    assert "请尽快审签报送" in world.told("unit_liaison:GA")[-1]
    assert decisions(world) == [None]


def test_what_comes_late_is_still_good(world: World) -> None:
    promised(world)
    world.until("协办期限届满")

    send(world)
    judge(world, "adopted")

    assert world.ended() == "End_adopted"
    assert world.open_tasks() == [], "nobody is asked about waiting any more"
    assert rounds(world) == [(1, "adopted", True)]


def test_the_lead_unit_goes_on_without_it(world: World) -> None:
    signed = promised(world)
    world.until("协办期限届满")

    world.do("决定是否等待", by="交通局承办人", absence_decision="absent", reason="答复期限临近")

    assert world.ended() == "End_absent"
    assert world.open_tasks() == []
    assert status(world, signed.assignment("GA")) == "overdue_absent"
    assert "任务已经收回" in world.told("unit_liaison:GA")[-1]
    withdrawn = [event.name for event in world.history() if event.kind == "withdrawn"]
    assert withdrawn == ["起草协办意见"]


def test_who_waits_is_asked_again(world: World) -> None:
    promised(world)
    world.until("协办期限届满")

    world.do("决定是否等待", by="交通局承办人", absence_decision="wait")
    assert world.open_tasks() == ["起草协办意见"]

    world.until("等待期限届满")
    assert world.at == moment("2026-04-10", "18:00"), "five workdays, with Qingming in between"
    assert world.open_tasks() == ["决定是否等待", "起草协办意见"]
    assert decisions(world) == ["wait"], "one default, however often it is asked about"

    world.do("决定是否等待", by="交通局承办人", absence_decision="absent", reason="不能再等了")
    assert world.ended() == "End_absent"


def test_an_opinion_that_has_come_is_judged_not_ignored(world: World) -> None:
    promised(world)
    world.until("协办期限届满")
    send(world)

    refused = world.refused(
        "决定是否等待", by="交通局承办人", absence_decision="absent", reason="不想再等了"
    )

    assert "已经送到" in refused["absence_decision"]


def test_the_desk_of_the_leader_counts_too(world: World) -> None:
    promised(world)
    world.do("起草协办意见", by="公安局承办人", **OPINION)

    world.until("协办期限届满")

    assert world.open_tasks() == ["决定是否等待", "审签协办意见"]


def test_a_unit_that_never_promises_is_late_all_the_same(world: World) -> None:
    begun(world)

    world.until("协办期限届满")

    assert world.at == LATE
    assert world.open_tasks() == ["决定是否等待", "起草协办意见"]
    assert decisions(world) == [None]

    send(world)
    judge(world, "adopted")
    assert world.ended() == "End_adopted"


def test_a_correction_may_be_late_too(world: World) -> None:
    promised(world)
    send(world)
    judge(world, "redo")

    world.until("协办期限届满")

    assert world.open_tasks() == ["决定是否等待", "起草协办意见"]
    assert decisions(world) == [None]


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("assist_handling")
