"""Those who look after processes try every door of the interface; the register stays as it was, and closed to them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.tables.evaluation import ProxyEntry
from service.tables.runtime import UserTask
from service.tables.supervision import ControlCard
from tests.service.handlers.city import signed_in
from tests.staged import KEEPERS, KINDS, STAGES, Staged, contents
from tests.world import PROCESSES

PROCESS_IDS = sorted(path.stem for path in PROCESSES.glob("*.bpmn"))

PAGES = {
    "suggestion": [f"/suggestions/{{}}/{part}" for part in ("exchange", "history", "flow")],
    "supervision": ["/s/{}"],
}
REFUSED = {403, 404, 422}
Call = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def nothing_is_taken_or_touched(
    staged: Staged, doors: Callable[[], dict[str, int]]
) -> Iterator[None]:
    """Whatever a test here tries, every row stays as it was and every door closed."""
    before = contents(staged.database)

    yield

    after = contents(staged.database)
    assert {name: after[name] for name in before if after[name] != before[name]} == {}
    assert {door: status for door, status in doors().items() if status not in {403, 404}} == {}


def ids(staged: Staged, stage: str) -> dict[str, Any]:
    """Return what a caller might name of a case: what it is called, and whatever belongs to it."""
    kind, _, text = staged.keys[stage].partition(":")
    number = int(text)
    found: dict[str, Any] = {kind: number}
    with staged.reading() as session:
        if kind == "suggestion":
            for name, table in KINDS.items():
                row = session.scalars(
                    select(table).where(table.suggestion_id == number)  # type: ignore[attr-defined]
                ).first()
                found |= {name: row.id} if row is not None else {}  # type: ignore[attr-defined]
        elif kind == "supervision":
            found["card"] = session.scalars(select(ControlCard.id)).first()
        else:
            found["entry"] = session.scalars(select(ProxyEntry.id)).first()
    return found


def bodies(staged: Staged, process_id: str, stage: str) -> Iterator[dict[str, Any]]:
    """Yield what a caller might send: the case as the key, its ids as variables, plain or as objects, or both."""
    named = ids(staged, stage)
    plain = named | {
        "office": "operator",
        "level": "city",
        "round": 7,
        "lead_deputy": "设计员",
        "unit": "JT",
        "units": ["JT"],
        "sign_decision": "accept",
        "organizer": "operator",
        "initiator": "运维",
    }
    objects = plain | {
        "evaluation": {"id": named.get("evaluation", 1), "deputy": "代表甲", "unit": "JT"},
        "lead_assignment": named.get("assignment", 1),
        "assists": [{"unit": "JT", "assignment": named.get("assignment", 1)}],
    }
    key = staged.keys[stage]
    for its, variables in (
        (key, {}),
        (key, objects),
        (None, plain),
        ("order:1", objects),
    ):
        yield {"process_id": process_id, "variables": variables, "business_key": its}


@pytest.mark.parametrize("process_id", PROCESS_IDS)
def test_no_keeper_begins_a_process_on_a_case(staged: Staged, call: Call, process_id: str) -> None:
    for login in KEEPERS:
        for stage in STAGES:
            for body in bodies(staged, process_id, stage):
                answer = call(login, "POST", "/process-instances", body)

                assert answer.status_code in REFUSED, (login, body, answer.get_json())


STARTERS = {
    "suggestion_main": "代表甲",
    "proxy_evaluation": "代工委乙",
    "supervision_closed_loop": "督查室",
}


@pytest.mark.parametrize(("process_id", "login"), STARTERS.items())
def test_a_starter_names_no_case_and_brings_nothing_the_form_does_not_ask(
    staged: Staged, call: Call, process_id: str, login: str
) -> None:
    for stage in STAGES:
        for body in bodies(staged, process_id, stage):
            answer = call(login, "POST", "/process-instances", body)

            assert answer.status_code in REFUSED, (body, answer.get_json())


def names_of(kind: str) -> list[str]:
    drawn = "".join(path.read_text(encoding="utf-8") for path in PROCESSES.glob("*.bpmn"))
    return sorted(set(re.findall(rf'<bpmn:{kind} [^>]*name="([^"]+)"', drawn)))


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_nobody_speaks_to_a_case_from_outside(staged: Staged, call: Call, kind: str) -> None:
    keys = [None, *staged.keys.values()]
    for login in ("运维", "管理员", "代工委甲"):
        for name in names_of("message"):
            for key in keys:
                body = {"kind": kind, "name": name, "business_key": key, "variables": {"round": 7}}

                answer = call(login, "POST", "/messages", body)

                assert answer.status_code in {403, 409}, (login, body, answer.get_json())


@pytest.mark.parametrize(
    "key",
    [
        "suggestion:99999999999999999999",
        "suggestion:0",
        "SUGGESTION:1",
        " suggestion:1",
        "suggestion:1 ",
        "suggestion:１",
        "evaluation",
        "supervision:-1",
    ],
)
def test_a_key_of_no_case_does_not_stop_anybody_s_inbox(
    staged_app: Flask, call: Call, key: str
) -> None:
    for process_id in ("review_registration", "suggestion_main", "dispatch_and_return"):
        body = {"process_id": process_id, "business_key": key, "variables": {"office": "operator"}}
        assert call("运维", "POST", "/process-instances", body).status_code in REFUSED

    for login in ("交通局联络员", *KEEPERS):
        assert signed_in(staged_app, login).get("/").status_code == 200


def test_every_page_of_a_case_is_closed_to_keepers(staged: Staged, staged_app: Flask) -> None:
    for login in KEEPERS:
        browser = signed_in(staged_app, login)
        for key in staged.keys.values():
            kind, _, number = key.partition(":")
            for page in PAGES.get(kind, ()):
                assert browser.get(page.format(number)).status_code in {403, 404}, (login, page)


def test_no_keeper_does_a_task_of_a_case(staged: Staged, call: Call) -> None:
    with staged.reading() as session:
        waiting = list(session.scalars(select(UserTask)))
    assert waiting
    for login in KEEPERS:
        for task in waiting:
            path = f"/user-tasks/{task.id}"
            assert call(login, "POST", f"{path}/claim").status_code == 403
            assert call(login, "POST", f"{path}/complete", {"values": {}}).status_code == 403
            assert "variables" not in (call(login, "GET", path).get_json() or {})
