"""答复延期: a unit asks for a later day, and the register keeps who asked, who decided and what moved."""

import pytest

from service.deadlines.workdays import end_of, local_day
from service.errors import NotAllowed
from service.register.extension import applications
from tests.extended import APPLICATION, ask, ended, extension, take_back
from tests.processes.test_handling import ANSWERS
from tests.processes.test_separate_handling import answer
from tests.world import Case, World, assert_every_flow_taken, moment


@pytest.fixture
def handled(world: World) -> World:
    """A suggestion of one unit of the government, signed for."""
    world.register()
    world.dispatch("JT")
    world.sign()
    return world


def decide(world: World, application: Case, **given: str) -> None:
    world.do("申请延期", "交通局承办人", application, **APPLICATION)
    world.do(
        "会签延期申请", "政府办", application, cosign_opinion="agree", cosign_note="情况属实。"
    )
    world.do("决定是否延期", "代工委甲", application, **given)


def test_a_granted_extension_moves_the_reply(handled: World) -> None:
    before = handled.suggestion().reply_due_at
    application = ask(handled, "JT")

    decide(handled, application, extension_decision="grant", granted_until="2026-07-31")

    assert ended(handled, application) == "End_granted"
    row = extension(handled, application)
    assert (row.state, row.due_at, row.decided_by) == ("granted", before, "代工委甲")
    due_at = end_of(row.granted_until)
    assert handled.suggestion().reply_due_at == due_at
    assert handled.assignments()[0].due_at == due_at
    [*_, told] = handled.told("代表甲")
    assert "延到2026年7月31日（周五）" in told
    assert any("已经批准" in text for text in handled.told("unit_handler:JT"))


def test_a_refused_extension_leaves_the_day_and_says_why(handled: World) -> None:
    before = handled.suggestion().reply_due_at
    application = ask(handled, "JT")

    decide(handled, application, extension_decision="refuse", decision_reason="手续可以先行办理。")

    assert ended(handled, application) == "End_refused"
    assert handled.suggestion().reply_due_at == before
    assert "手续可以先行办理" in handled.told("代表甲")[-1]
    assert "手续可以先行办理" in handled.told("unit_liaison:JT")[-1]


def test_an_application_is_taken_back_while_nobody_has_decided(handled: World) -> None:
    application = ask(handled, "JT")
    handled.do("申请延期", "交通局承办人", application, **APPLICATION)

    take_back(handled, application)

    assert ended(handled, application) == "End_taken_back"
    assert extension(handled, application).state == "taken_back"
    assert handled.inbox("政府办") == []
    assert "撤回了延期申请" in handled.told("deputy_office")[-1]


def test_whoever_does_not_apply_in_time_keeps_the_day(handled: World) -> None:
    application = ask(handled, "JT")

    handled.until("延期申请期限届满")

    assert ended(handled, application) == "End_undecided"
    assert extension(handled, application).state == "closed"
    assert "已经关闭" in handled.told("unit_liaison:JT")[-1]
    with pytest.raises(NotAllowed, match="最迟要在"):
        ask(handled, "JT")


def test_an_issued_reply_ends_the_application(handled: World) -> None:
    application = ask(handled, "JT")
    handled.do("申请延期", "交通局承办人", application, **APPLICATION)

    handled.carry_on("登记送达", ANSWERS)

    assert ended(handled, application) == "End_answered"
    assert extension(handled, application).state == "ended"
    assert "会签延期申请" not in handled.inbox("政府办")


def test_another_unit_s_reply_ends_nothing(world: World) -> None:
    world.register()
    world.dispatch(separates=["SJ", "FY"])
    world.sign()
    application = ask(world, "FY")
    world.do("申请延期", "法院承办人", application, **APPLICATION)
    answer(world, "市监局")

    world.do("决定是否延期", "代工委甲", application, extension_decision="grant")

    assert ended(world, application) == "End_granted"
    due = {each.unit: local_day(each.due_at) for each in world.assignments()}
    assert due["FY"] == moment("2026-07-31").date()
    assert due["SJ"] < due["FY"], "each unit has a date of its own"


def test_a_withdrawn_suggestion_ends_the_application(world: World) -> None:
    world.register()
    world.dispatch(separates=["SJ", "WJ"])
    world.do("签收任务", by="市监局联络员", sign_decision="accept", section="业务股")
    application = ask(world, "SJ")

    world.send("代表已撤回", by="代表甲")

    assert ended(world, application) == "End_ended"
    assert extension(world, application).state == "ended"


def test_nobody_applies_twice_at_once(handled: World) -> None:
    ask(handled, "JT")

    with pytest.raises(NotAllowed, match="正在审批"):
        ask(handled, "JT")


def test_a_reply_is_put_off_once(handled: World) -> None:
    application = ask(handled, "JT")
    decide(handled, application, extension_decision="grant", granted_until="2026-06-30")

    with pytest.raises(NotAllowed, match="已经延期过一次"):
        ask(handled, "JT")


def test_a_quick_case_is_extended_once(handled: World) -> None:
    application = ask(handled, "JT", fast_track_kind="small")
    latest = extension(handled, application).latest_on
    with handled.reading() as session:
        assert applications.pending(session, handled.assignments()[0].id) is not None
    handled.do(
        "申请延期", "交通局承办人", application, **APPLICATION | {"asked_until": latest.isoformat()}
    )
    handled.do(
        "会签延期申请", "政府办", application, cosign_opinion="oppose", cosign_note="可以按期答复。"
    )
    handled.do("决定是否延期", "代工委甲", application, extension_decision="grant")

    with pytest.raises(NotAllowed, match="已经延期过一次"):
        ask(handled, "JT", fast_track_kind="small")


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("deadline_extension")
