"""What somebody who may deploy draws for themselves moves no case of the register and shows none."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from scheduler.jobs import fire_due_timers
from service import operations
from service.engine.checking.contract import Contract, Need
from service.operations import OPERATIONS, SOURCES
from service.tables.runtime import UserTask
from tests.drawing import diagram, service, user
from tests.service.handlers.city import signed_in
from tests.staged import KEEPERS, Staged, contents
from tests.supervised import OPENING
from tests.world import PROCESSES, SUGGESTION

operations.load()
RESERVED = {name: one for name, one in OPERATIONS.items() if one.processes}
OTHERS = {name: one for name, one in OPERATIONS.items() if not one.processes}
OWN = (
    "audit_events",
    "audit_heads",
    "deployments",
    "deployed_files",
    "deployed_processes",
    "process_instances",
    "instance_processes",
    "user_tasks",
    "task_candidates",
    "submissions",
    "timer_jobs",
    "message_subscriptions",
    "case_messages",
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
    columns = ";".join(column(one) for one in need.columns if not one.may_be_missing)
    named = {"columns": columns} if columns else {}
    is_required = not (need.may_be_empty or type_ in {"choices", "units", "file", "table"})
    codes = need.choices or (("x",) if type_ in {"enum", "choices"} else ())
    return field(need.name, type_, *codes, required=is_required, **named)


def column(need: Need) -> str:
    required = "" if need.may_be_empty else "!"
    codes = "|".join(f"{code}={code}" for code in need.choices)
    return f"{need.name}:{need.types[0]}:{need.name}{required}:{codes}"


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


def ids(staged: Staged, stage: str, contract: Contract) -> dict[str, int]:
    number = int(staged.keys[stage].partition(":")[2])
    return {one.name: number for one in contract.reads} or {"suggestion": number}


def begun(call: Call, login: str, process_id: str, variables: dict[str, Any]) -> int:
    body = {"process_id": process_id, "variables": variables, "business_key": "x:1"}
    answer = call(login, "POST", "/process-instances", body)
    assert answer.status_code == 201, answer.get_json()
    return int(answer.get_json()["id"])


def tasks_of(call: Call, login: str, number: int) -> list[dict[str, Any]]:
    found = call(login, "GET", f"/process-instances/{number}/user-tasks").get_json()
    return list(found["user_tasks"])


def test_an_operation_in_a_diagram_of_one_s_own_acts_on_no_case(staged: Staged, call: Call) -> None:
    files = {f"own_{name}": naming(name, one.contract) for name, one in OTHERS.items()}
    assert (answer := deployed(call, "设计员", files)).status_code == 201, errors(answer)
    for name, one in OTHERS.items():
        for login, stage in zip(KEEPERS, ("evaluating", "drafting", "supervised"), strict=True):
            variables = ids(staged, stage, one.contract)

            answer = run(call, login, f"own_{name}", variables, one.contract.needs)

            assert answer.status_code in {403, 422}, (name, answer.get_json())


def run(
    call: Call, login: str, process_id: str, variables: dict[str, Any], needs: Sequence[Need]
) -> TestResponse:
    """Begin a diagram that names an operation, and hand in its task where there is one."""
    if not needs:
        body = {"process_id": process_id, "variables": variables, "business_key": "x:1"}
        return call(login, "POST", "/process-instances", body)
    number = begun(call, login, process_id, variables)
    [task] = tasks_of(call, login, number)
    values = {one.name: plausible(one) for one in needs}
    return call(login, "POST", f"/user-tasks/{task['id']}/complete", {"values": values})


def plausible(need: Need) -> Any:
    [type_, *_] = need.types
    if type_ == "table":
        return []
    return {
        "enum": need.choices[0] if need.choices else "x",
        "choices": list(need.choices[:1]),
        "long": 1,
        "number": 1,
        "date": "2026-03-02",
        "boolean": True,
        "file": [],
        "units": ["JT"],
    }.get(type_, "JT")


OPENINGS = {
    "submit_suggestion": {
        **SUGGESTION,
        "publicity": "full",
        "is_secret": False,
        "lead_deputy": "代表甲",
    },
    "open_supervision": {**OPENING, "suggestion": None},
}


@pytest.mark.parametrize("name", OPENINGS)
def test_what_opens_a_case_opens_it_for_nobody_without_the_post(call: Call, name: str) -> None:
    """A designer may write anybody into `starters`; the register asks again whether that person may open a case."""
    contract = OPERATIONS[name].contract
    files = {f"begin_{name}": beginning(name, contract)}
    assert deployed(call, "设计员", files).status_code == 201
    for login in KEEPERS:
        body = {"process_id": f"begin_{name}", "variables": OPENINGS[name]}

        answer = call(login, "POST", "/process-instances", body)

        assert answer.status_code in {403, 422}, answer.get_json()
        detail = str(answer.get_json())
        assert "只有人大代表可以领衔" in detail or "您任职的部门" in detail


def test_every_other_operation_acts_on_a_case_of_its_own_kind() -> None:
    """What acts on none could be called with anything from anywhere."""
    assert {name for name, one in OTHERS.items() if not one.cases} == set(OPENINGS)
    assert [name for name, one in OPERATIONS.items() if one.is_open] == []
    assert [name for name, one in SOURCES.items() if one.contract.is_open] == []


# --- lists ---------------------------------------------------------------------------------------

SECRETS = (str(SUGGESTION["title"]), "会车警示", "知情议政会")


def test_a_list_in_a_diagram_of_one_s_own_shows_no_case(
    staged: Staged, staged_app: Flask, call: Call
) -> None:
    files, shown = {}, {}
    for name, one in SOURCES.items():
        asked = [field(each.name, "long") for each in one.contract.reads]
        choice = form(field("choice", "enum", source=name))
        task = user("Task_own", "试一试", choice, candidateGroups=STARTERS)
        files[name] = own(f"list_{name}", task, form(*asked, starters=STARTERS))
    reserved = {name for name, one in SOURCES.items() if one.processes}
    answer = deployed(call, "设计员", {name: files[name] for name in reserved})
    assert (answer.status_code, len(errors(answer))) == (403, len(reserved)) != (403, 0)
    free = {name: drawn for name, drawn in files.items() if name not in reserved}
    assert deployed(call, "设计员", free).status_code == 201

    browser = signed_in(staged_app, "设计员")
    for name in free:
        contract = SOURCES[name].contract
        variables = ids(staged, "evaluating", contract) if contract.reads else {}
        number = begun(call, "设计员", f"list_{name}", variables)
        [task] = tasks_of(call, "设计员", number)
        shown[name] = browser.get(f"/tasks/{task['id']}").status_code
        assert not [word for word in SECRETS if word in browser.page], name

    of_cases = {name for name in free if SOURCES[name].cases}
    assert {name for name, status in shown.items() if status == 403} == of_cases


# --- messages ------------------------------------------------------------------------------------


def speaking(process_id: str, kind: str, name: str, key: str = "") -> bytes:
    """Return a diagram that says what the processes of a case say to each other."""
    parameter = f'<camunda:inputParameter name="business_key">{key}</camunda:inputParameter>'
    named = (
        f"<extensionElements><camunda:inputOutput>{parameter}</camunda:inputOutput>"
        "</extensionElements>"
    )
    throw = (
        f'<intermediateThrowEvent id="Task_own" name="{name}"><{kind}EventDefinition id="Says"'
        f' {kind}Ref="News">{named if key else ""}</{kind}EventDefinition></intermediateThrowEvent>'
    )
    news = f'<{kind} id="News" name="{name}"/>'
    return own(process_id, throw, form(starters=STARTERS), news)


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_diagram_of_one_s_own_speaks_to_no_case(staged: Staged, call: Call, kind: str) -> None:
    drawn = "".join(path.read_text(encoding="utf-8") for path in PROCESSES.glob("*.bpmn"))
    names = sorted(set(re.findall(r'<bpmn:message [^>]*name="([^"]+)"', drawn)))
    files = {}
    for number, name in enumerate(names):
        for place, key in enumerate(("", *staged.keys.values())):
            process_id = f"says_{kind}_{number}_{place}"
            files[process_id] = speaking(process_id, kind, name, key)
    assert deployed(call, "设计员", files).status_code == 201
    for process_id in files:
        answer = call("运维", "POST", "/process-instances", {"process_id": process_id})

        is_addressed = not process_id.endswith("_0")
        assert answer.status_code == (500 if is_addressed else 201), answer.get_json()


# --- calls ---------------------------------------------------------------------------------------


def test_a_diagram_of_one_s_own_calls_nothing_that_acts(staged: Staged, call: Call) -> None:
    """Without starters nobody begins it; with starters of the designer's choice it is of no case, and does nothing."""
    files = {}
    for path in PROCESSES.glob("*.bpmn"):
        for starters in ("", STARTERS):
            process_id = f"calls_{path.stem}{'_started' if starters else ''}"
            passing = '<extensionElements><camunda:in variables="all"/></extensionElements>'
            middle = f'<callActivity id="Task_own" name="调用" calledElement="{path.stem}">{passing}</callActivity>'
            asked = [field(n, "long") for n in ("suggestion", "round", "assignment", "evaluation")]
            start = form(*asked, field("office", "string"), starters=starters) if starters else ""
            files[process_id] = own(process_id, middle, start)
    assert deployed(call, "设计员", files).status_code == 201
    for process_id in files:
        number = int(staged.keys["evaluating"].partition(":")[2])
        variables = {"suggestion": number, "round": 1, "office": "operator"}
        body = {"process_id": process_id, "variables": variables, "business_key": "x:1"}
        answer = call("运维", "POST", "/process-instances", body)
        if not process_id.endswith("_started"):
            assert answer.status_code == 403, answer.get_json()
        elif answer.status_code == 201:
            for task in tasks_of(call, "运维", answer.get_json()["id"]):
                path = f"/user-tasks/{task['id']}/complete"
                assert call("运维", "POST", path, {"values": {}}).status_code in {403, 422}
