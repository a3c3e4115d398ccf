"""What somebody who may deploy draws for themselves moves no case of the register and shows none."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from scheduler.jobs import fire_due_timers
from service import operations
from service.engine.checking.contract import Contract, Need
from service.forms import FIELD_TYPES
from service.operations import OPERATIONS, SOURCES
from service.tables.evaluation import ProxyEntry
from service.tables.runtime import UserTask
from tests.drawing import diagram, service, user
from tests.service.handlers.city import signed_in
from tests.staged import KEEPERS, STAGES, Staged, contents
from tests.world import PROCESSES, SUGGESTION

operations.load()
RESERVED = {name: one for name, one in OPERATIONS.items() if one.processes}
OTHERS = {name: one for name, one in OPERATIONS.items() if not one.processes}
OWN = (
    "deployments",
    "deployed_files",
    "deployed_processes",
    "process_instances",
    "user_tasks",
    "task_candidates",
    "submissions",
    "timer_jobs",
    "message_subscriptions",
    "incidents",
    "history_events",
)
"""Tables of the runtime, in which a process of somebody's own leaves rows."""
Call = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def no_case_is_moved_or_shown(
    staged: Staged, doors: Callable[[], dict[str, int]]
) -> Iterator[None]:
    """Whatever a test here draws, the register stays as it was, and closed to keepers."""
    before, events = contents(staged.database, *OWN), happened(staged)

    yield

    fire_due_timers(staged.database, staged.at)
    after = contents(staged.database, *OWN)
    assert {name: after[name] for name in before if after[name] != before[name]} == {}
    assert happened(staged) == events
    assert {door: status for door, status in doors().items() if status not in {403, 404}} == {}


def happened(staged: Staged) -> dict[str, list[tuple[Any, ...]]]:
    """Return what the history of each case says, and who has what to do on it."""
    found = {}
    with staged.reading() as session:
        for key in staged.keys.values():
            rows = session.execute(
                select(UserTask.id, UserTask.name, UserTask.assignee)
                .where(UserTask.business_key == key)
                .order_by(UserTask.id)
            )
            found[key] = [tuple(row) for row in rows]
    return found


# --- drawing -------------------------------------------------------------------------------------


def field(id_: str, type_: str, *codes: str, required: bool = False, **properties: str) -> str:
    options = "".join(f'<camunda:value id="{one}" name="{one}"/>' for one in codes)
    given = "".join(f'<camunda:property id="{k}" value="{v}"/>' for k, v in properties.items())
    limits = '<camunda:constraint name="required" config="true"/>' if required else ""
    return (
        f'<camunda:formField id="{id_}" label="{id_}" type="{type_}">{options}'
        f"<camunda:properties>{given}</camunda:properties>"
        f"<camunda:validation>{limits}</camunda:validation></camunda:formField>"
    )


def form(*fields: str, **properties: str) -> str:
    given = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in properties.items())
    return (
        f"<extensionElements><camunda:formData>{''.join(fields)}</camunda:formData>"
        f"<camunda:properties>{given}</camunda:properties></extensionElements>"
    )


def needed(need: Need) -> str:
    """Return a field that gives what an operation needs."""
    [type_, *_] = need.types
    columns = ",".join(f"{one.name}:string:{one.label}" for one in need.columns)
    named = {"columns": columns} if columns else {}
    codes = need.choices or (("x",) if type_ in {"enum", "choices"} else ())
    return field(need.name, type_, *codes, required=not need.may_be_empty, **named)


def own(process_id: str, middle: str, start: str = "", before: str = "") -> bytes:
    """Return a diagram that keepers may begin."""
    return diagram(
        process_id,
        "试一试",
        f'<startEvent id="Start_own" name="已提出">{start}</startEvent>'
        f'{middle}<endEvent id="End_own" name="已办结"/>',
        [("Start_own", "Task_own"), ("Task_own", "End_own")],
        before,
    )


STARTERS = "designer,operator,admin"


def naming(name: str, contract: Contract) -> bytes:
    """Return a diagram whose form asks for all an operation reads, and which then names it."""
    asked = [field(one.name, "long") for one in contract.reads] or [field("suggestion", "long")]
    if contract.needs:
        on_complete = form(*map(needed, contract.needs), on_complete=name)
        task = user("Task_own", "试一试", on_complete, candidateGroups=STARTERS)
    else:
        task = service("Task_own", "试一试", name)
    return own(f"own_{name}", task, form(*asked, starters=STARTERS))


def beginning(name: str, contract: Contract) -> bytes:
    """Return a diagram that names an operation at its very beginning."""
    start = form(*map(needed, contract.needs), on_complete=name, starters=STARTERS)
    task = user("Task_own", "试一试", candidateGroups=STARTERS)
    return own(f"begin_{name}", task, start)


def deployed(call: Call, login: str, files: dict[str, bytes]) -> TestResponse:
    encoded = [
        {"name": f"{name}.bpmn", "content": b64encode(content).decode()}
        for name, content in files.items()
    ]
    return call(login, "POST", "/deployments", {"files": encoded})


def errors(answer: TestResponse) -> dict[str, set[str]]:
    """Return the codes of what was refused, by file."""
    found: dict[str, set[str]] = {}
    for one in answer.get_json()["findings"]:
        if one["severity"] == "error":
            found.setdefault(one["file"], set()).add(one["code"])
    return found


# --- operations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["设计员", "管理员"])
def test_a_reserved_operation_is_named_by_no_other_diagram(call: Call, login: str) -> None:
    files = {}
    for name, one in RESERVED.items():
        files[f"own_{name}"] = naming(name, one.contract)
        files[f"begin_{name}"] = beginning(name, one.contract)
    assert len(RESERVED) >= 8

    answer = deployed(call, login, files)

    assert answer.status_code == 403
    assert all("operation-reserved" in errors(answer)[f"{name}.bpmn"] for name in files)


@pytest.mark.parametrize("login", ["设计员", "管理员"])
def test_the_seal_is_not_taken_off_by_deploying_again(call: Call, login: str) -> None:
    files = {path.stem: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}
    mark = rb'<camunda:property name="sealed" value="true" ?/>'
    opened = {name: re.sub(mark, b"", drawn) for name, drawn in files.items()}
    changed = {f"{name}.bpmn" for name in files if files[name] != opened[name]}
    assert len(changed) >= 2

    answer = deployed(call, login, opened)

    assert answer.status_code == 403
    assert {f for f, codes in errors(answer).items() if "operation-unsealed" in codes} == changed


@pytest.fixture(scope="module")
def drawn(call: Call) -> None:
    """Everything else that has a name is named by diagrams of a designer's own, and deployed."""
    files = {f"own_{name}": naming(name, one.contract) for name, one in OTHERS.items()}
    assert (answer := deployed(call, "设计员", files)).status_code == 201, errors(answer)


def ids(staged: Staged, stage: str, contract: Contract) -> dict[str, int]:
    number = int(staged.keys[stage].partition(":")[2])
    return {one.name: number for one in contract.reads} or {"suggestion": number}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.usefixtures("drawn")
def test_an_operation_in_a_diagram_of_one_s_own_acts_on_no_case(
    staged: Staged, call: Call, name: str
) -> None:
    contract = OTHERS[name].contract
    for login in KEEPERS:
        for stage in STAGES[::3]:
            variables = ids(staged, stage, contract)
            body = {"process_id": f"own_{name}", "variables": variables, "business_key": "x:1"}
            answer = call(login, "POST", "/process-instances", body)
            if answer.status_code != 201:
                assert answer.status_code in {403, 422, 500}, answer.get_json()
                continue
            number = answer.get_json()["id"]
            tasks = call(login, "GET", f"/process-instances/{number}/user-tasks").get_json()
            for task in tasks["user_tasks"]:
                values = {one.name: plausible(one) for one in contract.needs}
                path = f"/user-tasks/{task['id']}/complete"
                assert call(login, "POST", path, {"values": values}).status_code in {403, 422, 500}


def plausible(need: Need) -> Any:
    [type_, *_] = need.types
    if type_ == "table":
        return []
    return {
        "enum": need.choices[0] if need.choices else "x",
        "choices": list(need.choices[:1]) or ["x"],
        "long": 1,
        "number": 1,
        "date": "2026-03-02",
        "boolean": True,
        "file": [],
        "units": ["JT"],
    }.get(type_, "JT")
