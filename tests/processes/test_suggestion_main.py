"""代表建议办理: a suggestion's whole life, and every way it may end."""

import pytest

from service.errors import NotAllowed
from service.register.proposal import signatures
from service.register.proposal.signatures import Decision
from tests.handled import REPLY
from tests.processes.test_handling import ANSWERS
from tests.replied_case import MEETING, MINUTES, NOT_SATISFIED, SATISFIED
from tests.world import COMPLETE, SITTING, SUGGESTION, World, assert_every_flow_taken, moment

MERGE = [{"case_no": "B2026-001", "title": "", "relation": "merge"}]


def replied(world: World) -> None:
    """Go on until the deputy has the reply and is asked to rate it."""
    world.register()
    world.dispatch()
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")


# The whole way


def test_from_the_deputy_s_idea_to_the_archive(world: World) -> None:
    replied(world)
    world.do("填写评价", by="代表甲", **SATISFIED)
    world.until("统一封口时刻")

    world.do("归档销号", by="代工委乙", archive_checklist=["original", "reply"])

    assert world.ended() == "End_closed"
    own = world.suggestion()
    assert (own.status, own.closed_at) == ("closed", world.at)
    assert world.time_state() == "on_track"
    assert world.told("代表甲")[-1].endswith("已办结归档。")
    assert world.open_tasks(world.case) == []
    assert world.incidents() == []


def test_no_word_from_the_deputy_is_no_dissatisfaction(world: World) -> None:
    replied(world)

    world.pass_workdays(26)

    assert world.open_tasks() == ["归档销号"]


def test_anything_but_satisfied_is_talked_over_face_to_face(world: World) -> None:
    replied(world)
    world.do("填写评价", by="代表甲", **NOT_SATISFIED)
    world.until("统一封口时刻")

    world.do("研判排会", by="代工委甲", **MEETING | {"held_on": "2026-04-20"})
    world.until("会议时间已到")
    world.do("记录会议纪要", by="代工委乙", **MINUTES)
    world.do("会后确认", by="代表甲", outcome="accepted_explanation")

    world.do("归档销号", by="代工委甲")
    assert world.ended() == "End_closed"


def test_the_deputies_of_merged_suggestions_are_answered_and_asked_one_by_one(
    world: World,
) -> None:
    main = world.register()
    child = world.submit(by="代表丙")
    world.do(
        "审查建议",
        by="代工委甲",
        review_conclusion="register",
        checklist=COMPLETE,
        similar=MERGE,
    )
    assert world.ended(child) == "End_merged"
    world.case = main
    world.dispatch()
    world.sign()
    rows = [
        {"number": n, "method": "in_person", "delivered_on": "2026-03-02", "receipt": ""}
        for n in (1, 2)
    ]
    letter = {name: value for name, value in REPLY.items() if name != "items"}
    world.carry_on("收悉审核", {**ANSWERS, "起草答复": letter, "登记送达": {"deliveries": rows}})
    world.do("收悉审核", by="代工委甲", reply_check="qualified")

    world.do("填写评价", by="代表甲", **SATISFIED)
    world.do("填写评价", by="代表丙", **SATISFIED)
    world.until("统一封口时刻")
    world.do("归档销号", by="代工委甲")

    assert world.suggestion(child).status == "closed"
    assert world.told("代表丙")[-1].endswith("已办结归档。")


# Proposing


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"is_secret": True}, "is_secret", "到代表工委当面提交|本人送代表工委当面提交"),
        ({"self_check": ["N3"]}, "self_check", "法律程序"),
        ({"title": "请求加装护栏的请示"}, "title", "关于……的建议"),
        ({"title": "关于甲事的建议；关于乙事的建议"}, "title", "一事一议"),
        ({"signed": False}, "signed", "签名"),
        ({"items": []}, "items", "至少填写一行"),
        ({"situation": ""}, "situation", "请填写"),
        ({"publicity": "withheld", "publicity_reason": ""}, "publicity_reason", "请填写"),
        (
            {"kind": "motion_converted", "lead_deputy": "代表乙", "motion_no": "第3号"},
            "kind",
            "代表工委录入",
        ),
    ],
)
def test_what_cannot_be_submitted_says_what_to_do(
    world: World, values: dict[str, object], field: str, words: str
) -> None:
    messages = world.refused_start(**values)

    assert list(messages) == [field]
    assert any(each in messages[field] for each in words.split("|"))
    assert world.waiting() == []


def test_a_motion_becomes_a_suggestion_its_signers_need_not_sign_again(world: World) -> None:
    world.submit(
        by="代工委甲",
        kind="motion_converted",
        motion_no="第3号",
        lead_deputy="代表乙",
        co_signers=["代表甲", "代表丙"],
    )

    own = world.suggestion()
    assert (own.kind, own.lead_deputy, own.motion_no) == ("motion_converted", "代表乙", "第3号")
    with world.reading() as session:
        signed = signatures.of(session, own.id, Decision.AGREED)
        assert [row.login for row in signed] == ["代表甲", "代表丙"]
    assert world.open_tasks() == ["审查建议"]


@pytest.mark.parametrize("login", ["交通局联络员", "政府办", "管理员"])
def test_who_is_neither_deputy_nor_congress_office_submits_nothing(
    world: World, login: str
) -> None:
    with pytest.raises(ValueError, match="not enough values"):
        world.submit(by=login)


def test_deputies_sign_each_for_themselves(world: World) -> None:
    world.submit(co_signers=["代表甲", "代表乙", "代表丙"])
    assert world.inbox("代表甲") == []
    assert world.suggestion().status == "cosigning"
    assert "请您确认是否联名" in world.told("代表乙")[-1]

    world.do("确认联名", by="代表乙", co_sign="agree")
    world.do("确认联名", by="代表丙", co_sign="decline", co_sign_opinion="另行提出。")

    assert world.open_tasks() == ["审查建议"]
    with world.reading() as session:
        rows = signatures.of(session, world.suggestion().id)
        assert [(row.login, row.decision) for row in rows] == [
            ("代表乙", "agreed"),
            ("代表丙", "declined"),
        ]


def test_the_lead_deputy_does_not_wait_for_ever(world: World) -> None:
    world.submit(co_signers=["代表乙", "代表丙"])
    world.do("确认联名", by="代表乙", co_sign="agree")

    world.until("联名确认期限届满")

    assert world.at == moment("2026-03-09", "18:00")
    assert world.open_tasks() == ["审查建议"]
    with world.reading() as session:
        rows = signatures.of(session, world.suggestion().id)
        assert [row.decision for row in rows] == ["agreed", "lapsed"]


def test_during_the_congress_the_delegation_comes_first(world: World) -> None:
    world.at = SITTING

    world.submit()

    assert world.suggestion().status == "delegation_check"
    assert "等待初核" in world.told("delegation_clerk:云溪")[-1]


# Other ends


@pytest.mark.parametrize(
    ("conclusion", "end"),
    [("to_letter", "End_transferred"), ("not_accepted", "End_not_accepted")],
)
def test_what_is_not_registered_ends_there(world: World, conclusion: str, end: str) -> None:
    world.submit()

    world.do("审查建议", by="代工委甲", review_conclusion=conclusion)

    assert world.ended() == end
    assert world.waiting() == []


def test_a_withdrawal_the_office_suggested_is_recorded(world: World) -> None:
    world.submit(co_signers=["代表乙"])
    world.do("确认联名", by="代表乙", co_sign="agree")
    world.do("审查建议", by="代工委甲", review_conclusion="suggest_withdraw")

    world.do("确认撤回", by="代表甲", withdrawal="agree")

    assert (world.ended(), world.suggestion().status) == ("End_withdrawn", "withdrawn")
    assert world.told("代表乙")[-1].endswith("代表已撤回，不再办理。")


def test_a_deputy_withdraws_while_it_is_reviewed(world: World) -> None:
    world.submit()

    world.send("代表已撤回", by="代表甲")

    assert (world.ended(), world.suggestion().status) == ("End_withdrawn", "withdrawn")
    assert world.waiting() == []


def test_a_deputy_withdraws_before_everybody_signed(world: World) -> None:
    world.register()
    world.dispatch("JT", assists=["GA"])
    world.do("签收任务", by="交通局联络员", sign_decision="accept")

    world.send("代表已撤回", by="代表甲")

    assert world.ended() == "End_withdrawn"
    assert {row.status for row in world.assignments()} == {"withdrawn"}
    for unit in ("JT", "GA"):
        assert world.told(f"unit_liaison:{unit}")[-1].endswith("代表已撤回，不再办理。")


def test_nobody_else_withdraws(world: World) -> None:
    world.submit()

    with pytest.raises(NotAllowed, match="领衔代表"):
        world.send("代表已撤回", by="代表乙")

    assert world.open_tasks() == ["审查建议"]


def test_what_carries_other_suggestions_is_not_withdrawn(world: World) -> None:
    main = world.register()
    world.submit(by="代表丙")
    world.do(
        "审查建议",
        by="代工委甲",
        review_conclusion="register",
        checklist=COMPLETE,
        similar=MERGE,
    )

    with pytest.raises(NotAllowed, match="并入本件"):
        world.send("代表已撤回", by="代表甲", case=main)


# The legal limit


def test_a_late_reply_is_marked_and_still_awaited(world: World) -> None:
    world.register()
    world.dispatch()
    world.sign()

    world.until("答复期限届满")

    assert world.at == moment("2026-06-02", "18:00")
    assert world.time_state() == "overdue"
    for recipient in ("deputy_office", "gov_supervision"):
        assert any("交通局还没有送达答复" in text for text in world.told(recipient))
    assert world.open_tasks() == ["分派科室"]
    world.carry_on("收悉审核", ANSWERS)


def test_a_reply_in_time_is_not_marked(world: World) -> None:
    world.register()
    world.dispatch()
    world.sign()
    world.carry_on("收悉审核", ANSWERS)

    world.until("答复期限届满")

    assert world.time_state() == "on_track"


def test_a_reply_sent_back_after_its_limit_is_late(world: World) -> None:
    world.register()
    world.dispatch()
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.pass_days(100)

    world.do("收悉审核", by="代工委甲", reply_check="returned")

    assert world.time_state() == "overdue"


def test_the_supervision_office_of_the_government_does_not_watch_the_court(world: World) -> None:
    world.register()
    world.dispatch("FY")
    world.sign()

    world.until("答复期限届满")

    assert not any("还没有送达" in text for text in world.told("gov_supervision"))


def test_the_form_keeps_what_a_deputy_writes(world: World) -> None:
    world.submit(
        analysis="道路弯急。",
        prep_steps=["listen", "research"],
        research_methods=["survey"],
        preferred_units=["JT"],
        preferred_contact="face_to_face",
        identity_protected=True,
        repeat_of="B2025-003",
    )

    own = world.suggestion()
    assert own.title == SUGGESTION["title"]
    assert own.research_methods == ["survey"]
    assert own.preferred_units == ["JT"]
    assert own.identity_protected
    assert own.repeat_of == "B2025-003"


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("suggestion_main")
