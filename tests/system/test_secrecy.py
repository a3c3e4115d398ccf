"""No way in tells a unit, or the government, who asked for secrecy: every address there is, at every stage of a case."""

import html
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock
from service.database import Database
from service.settings import Settings
from service.tables.evaluation import Evaluation
from service.tables.people import Notification
from service.tables.runtime import Submission, UserTask
from service.tables.suggestions import Attachment
from tests.processes.test_handling import ANSWERS
from tests.replied_case import NOT_SATISFIED, meet
from tests.service.handlers.city import served, signed_in
from tests.system import crawling
from tests.world import COMPLETE, World

UNITS = ("交通局联络员", "交通局承办人", "公安局联络员", "公安局承办人")
GOVERNMENT = ("政府办", "督查室主任", "市委督查室", "副市长")
TRUSTED = ("代表甲", "代表乙", "代工委甲", "云溪代表团", "主任会议")
SIGNERS = ("代表甲", "代表乙")
STAGES = ("办前沟通", "确认沟通", "起草答复", "登记送达", "办后反馈", "收悉审核")
DELIVERED = [
    {"number": number, "method": "platform", "delivered_on": "2026-03-02", "receipt": ""}
    for number in (1, 2)
]


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A case of 代表甲, who asked for secrecy, signed by 代表乙 too, handled by 交通局 with 公安局."""
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    world.submit(by="代表甲", co_signers=["代表乙"], identity_protected=True)
    world.do("确认联名", by="代表乙", co_sign="agree")
    world.do("审查建议", by="代工委甲", review_conclusion="register", checklist=COMPLETE)
    world.dispatch("JT", assists=["GA"])
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


def carry_on(world: World, until: str) -> None:
    world.carry_on(until, {**ANSWERS, "登记送达": {"deliveries": DELIVERED}})


def addresses(app: Flask, world: World) -> list[str]:
    """Return every address that can be read, for whatever of the case has a number."""
    assert world.case is not None
    with world.reading() as session:
        known: Mapping[str, list[Any]] = {
            "suggestion_id": [world.case.suggestion],
            "instance_id": [world.case.instance],
            "evaluation_id": list(session.scalars(select(Evaluation.id))),
            "attachment_id": list(session.scalars(select(Attachment.id))),
            "task_id": [
                *session.scalars(select(UserTask.id)),
                *session.scalars(select(Submission.task_id)),
            ],
            "process_id": ["suggestion_main", "unit_handling", "contact_confirmation"],
            "kind": ["facts", "cards", "reply_overdue", "late", "month", "replies"],
        }
    return crawling.addresses(app, known)


def telling(app: Flask, world: World, reader: str) -> list[str]:
    """Return the addresses that answer this reader with a name, or with a login, which in this city is the same."""
    browser = signed_in(app, reader)
    found = []
    for address in addresses(app, world):
        answer = browser.get(address).get_data(as_text=True)
        if any(
            word in html.unescape(answer) for name in SIGNERS for word in (name, ascii(name)[1:-1])
        ):
            found.append(address)
    return found


def test_no_page_of_a_unit_names_the_deputy_at_any_stage(app: Flask, world: World) -> None:
    world.sign()
    for stage in STAGES:
        carry_on(world, stage)

        told = {reader: telling(app, world, reader) for reader in UNITS[:2]}

        assert told == {reader: [] for reader in UNITS[:2]}, stage
    others = UNITS[2:] + GOVERNMENT
    assert {reader: telling(app, world, reader) for reader in others} == {
        reader: [] for reader in others
    }


def test_the_crawl_opens_the_pages_and_the_interface(app: Flask, world: World) -> None:
    assert world.case is not None
    world.sign()
    carry_on(world, "办前沟通")
    handler = signed_in(app, "交通局承办人")
    page = f"/suggestions/{world.case.suggestion}"

    opened = [
        address for address in addresses(app, world) if handler.get(address).status_code == 200
    ]

    assert {page, f"{page}/history", f"{page}/exchange", f"/api/v1{page}"} <= set(opened)
    assert any(address.startswith("/tasks/") for address in opened)
    assert any(address.startswith("/api/v1/user-tasks/") for address in opened)


def test_the_meeting_and_what_comes_of_it_name_nobody(app: Flask, world: World) -> None:
    world.sign()
    carry_on(world, "收悉审核")
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    for deputy in SIGNERS:
        if world.inbox(deputy):
            world.do("填写评价", deputy, **NOT_SATISFIED)
    world.until("统一封口时刻")
    assert telling(app, world, "交通局联络员") == []

    meet(world)

    assert {reader: telling(app, world, reader) for reader in (*UNITS, *GOVERNMENT)} == {
        reader: [] for reader in (*UNITS, *GOVERNMENT)
    }


def test_no_message_to_a_unit_or_the_government_names_the_deputy(world: World) -> None:
    world.sign()
    carry_on(world, "收悉审核")

    with world.reading() as session:
        rows = session.execute(select(Notification.recipient, Notification.text)).all()

    told = [text for recipient, text in rows if recipient.startswith(("unit_", "gov_", "交通局"))]
    assert told
    assert not [text for text in told if any(name in text for name in SIGNERS)]


@pytest.mark.parametrize("reader", TRUSTED)
def test_the_congress_and_those_who_signed_know_the_name(
    app: Flask, world: World, reader: str
) -> None:
    page = f"/suggestions/{world.case.suggestion}" if world.case else ""

    browser = signed_in(app, reader)
    browser.get(page)

    assert all(name in browser.page for name in SIGNERS)
    assert "要求保密本人身份" in browser.page


def test_a_unit_reads_how_to_reach_the_deputy(app: Flask, world: World) -> None:
    assert world.case is not None
    world.sign()
    carry_on(world, "办前沟通")
    handler = signed_in(app, "交通局承办人")

    [contact] = [row.id for row in world.waiting() if row.name == "办前沟通"]

    for page in (f"/suggestions/{world.case.suggestion}", f"/tasks/{contact}"):
        handler.get(page)
        assert "请联系人大代表工委转达" in handler.page


def test_without_the_request_everybody_reads_the_names(
    sqlite: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    case = world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()

    found = telling(served(world, settings), world, "交通局承办人")

    assert {f"/suggestions/{case.suggestion}", f"/suggestions/{case.suggestion}/history"} <= set(
        found
    )
    assert any(address.startswith("/tasks/") for address in found), (
        "the form that records a contact"
    )
