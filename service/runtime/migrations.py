"""A running instance goes on by another version of its diagram: looked at first, then done as it was seen, or refused.

Its tokens keep their elements, ids, variables and dates. What it calls is bound as that version was when it was deployed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service import audit, history
from service.audit import Act
from service.authority import repairing
from service.engine.definitions import DefinitionSet
from service.engine.execution import Execution, Migration
from service.errors import (
    DiagramInvalid,
    FormInvalid,
    InstanceNotRunning,
    NotFound,
    ProcessFailed,
    RepairImpossible,
    StaleVersion,
)
from service.history import Entry
from service.register.people.directory import Actor
from service.runtime import callers, instances, versions
from service.runtime.callers import Bindings
from service.runtime.instances import Command
from service.runtime.versions import Version
from service.runtime.waiting import candidate_rows, named_candidates
from service.tables.runtime import ProcessInstance, TaskCandidate, UserTask

_NOTHING = Migration(())
_MOVED_ON = (
    "您看过换版的影响之后，这件事项又往前走了，或别人刚修过它。没有作任何改动，请重新看影响再决定。"
)


class Bound(NamedTuple):
    """One process an instance runs on or calls: which version now, and which then; None where it is not called."""

    process_id: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Plan:
    """What taking an instance to another version would mean; with `problems` it is refused."""

    instance_version: int
    before: Version
    after: Version
    bound: tuple[Bound, ...]
    migration: Migration
    problems: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)  # of elements, by their ids

    @property
    def possible(self) -> bool:
        return not self.problems


def choices(session: Session, person: Actor, instance_id: int) -> list[Version]:
    """Return the versions an instance could be taken to, the newest first, without the one it is on."""
    row = _instance(session, person, instance_id)
    published = versions.of_process(session, row.process_id)
    return [one.version for one in published if one.version.id != row.deployed_process_id]


def plan(
    session: Session, person: Actor, instance_id: int, number: int | None, at: datetime
) -> Plan:
    """Say what taking an instance to a version would mean, to the newest where none is named; nothing is changed."""
    row = _instance(session, person, instance_id)
    target = _target(session, row.process_id, number)
    with instances.looking(session, instance_id, at) as execution:
        return _planned(session, row, target, execution)


def migrate(
    session: Session,
    person: Actor,
    instance_id: int,
    number: int | None,
    reason: str,
    version: int,
    at: datetime,
) -> Plan:
    """Take an instance to a version, or refuse it in words and change nothing.

    1. lock the instance; has it moved on since the plan was looked at?
    2. plan it again: has every token a place, and does none wait for ever?
    3. save it on its new version; tasks are shown, named and offered as that one draws them
    """
    locked = session.connection().execute(instances.LOCKED, {"instance": instance_id}).first()
    row = _instance(session, person, instance_id)
    if not reason.strip():
        raise FormInvalid({"reason": "请写明理由，它会写进事项的历史。"}, {})
    if locked is None or locked.version != version:
        raise StaleVersion(_MOVED_ON)
    target = _target(session, row.process_id, number)
    command = Command("migrate", f"migration:{instance_id}")
    with instances.stepping(session, locked, person.login, at, command) as turn:
        planned = _planned(session, row, target, turn.execution)
        if not planned.possible:
            raise RepairImpossible("".join(planned.problems) + "没有作任何改动。")
        turn.migrate(target.id)
        what = f"换到第 {target.version} 版流程图（{reason}）"
        data = {"before": planned.before.version, "after": target.version, "reason": reason}
        entry = Entry("migrated", row.process_id, "", what, None, person.login, data)
        history.append(session, instance_id, [entry], at)
        _redraw(session, instance_id, turn.execution)
    _audit(session, person, instance_id, planned, reason, at)
    return planned


def _instance(session: Session, person: Actor, instance_id: int) -> ProcessInstance:
    row = session.get(ProcessInstance, instance_id, populate_existing=True)
    if row is None:
        raise NotFound("没有这个流程实例。")
    repairing.refuse(session, person, row)
    if row.status not in instances.RUNNING:
        raise InstanceNotRunning
    return row


def _target(session: Session, process_id: str, number: int | None) -> Version:
    if number is not None:
        return versions.publication(session, process_id, number).version
    return versions.of_process(session, process_id)[0].version


def _planned(session: Session, row: ProcessInstance, target: Version, execution: Execution) -> Plan:
    bindings = callers.read(session)
    before = bindings.by_id[row.deployed_process_id].version
    bound = tuple(_bound(bindings, before, target))
    if target.id == before.id:
        problems = (f"这件事项已经在第 {before.version} 版上，不用换。", *_behind(bindings, before))
        return Plan(row.version, before, target, bound, _NOTHING, problems)
    try:
        definition = versions.definition(session, target.id)
        migration = execution.plan_migration(definition)
    except DiagramInvalid as error:
        return Plan(row.version, before, target, bound, _NOTHING, (f"{error}",))
    except ProcessFailed as error:
        repairing.conceal(error, execution.definitions)
        return Plan(row.version, before, target, bound, _NOTHING, (f"{error}",))
    problems = (
        *_problems(execution.definitions, migration, target),
        *_unsealed(execution.definitions, definition, target),
    )
    names = {**_names(execution.definitions), **_names(definition)}
    return Plan(row.version, before, target, bound, migration, problems, names)


def _names(definition: DefinitionSet) -> dict[str, str]:
    return {
        element.id: element.name or element.id
        for process in definition.processes.values()
        for element in process.elements.values()
    }


def _problems(definitions: DefinitionSet, migration: Migration, target: Version) -> Iterator[str]:
    for one in migration.standing:
        name = one.name or one.element_id
        if one.problem == "gone":
            yield f"事项正停在“{name}”（{one.element_id}），换到第 {target.version} 版就没有这个环节了。"
        elif one.problem == "kind":
            yield f"事项正停在“{name}”（{one.element_id}），它在第 {target.version} 版里已换成别的种类。"
    for process_id, element_id in migration.stuck:
        drawn = definitions.processes[process_id].elements.get(element_id)
        name = drawn.name if drawn and drawn.name else element_id
        yield f"换到第 {target.version} 版以后，会有一路在“{name}”永远等下去。"


def _unsealed(before: DefinitionSet, after: DefinitionSet, target: Version) -> Iterator[str]:
    """Say which variables hold what was answered under seal and would lie open on a version."""
    if names := sorted(repairing.opened(before, after)):
        yield (
            f"变量“{'”“'.join(names)}”来自密封的环节，在第 {target.version} 版里不再密封，"
            "换版会让已填写的内容公开。请流程设计员保留那个密封的环节，再来换版。"
        )


def _bound(bindings: Bindings, before: Version, target: Version) -> Iterator[Bound]:
    """Yield the processes the instance itself runs on and all that it calls, with both versions."""
    now, then = bindings.below(before.id), bindings.below(target.id)
    for process_id in dict.fromkeys([*now, *then]):
        old, new = now.get(process_id), then.get(process_id)
        named = new or old
        name = named.name if named is not None else process_id
        numbers = (one.version if one is not None else None for one in (old, new))
        yield Bound(process_id, name, *numbers)


def _behind(bindings: Bindings, before: Version) -> Iterator[str]:
    """Say which called processes have newer versions that only a new version of the caller would use."""
    for called in bindings.below(before.id).values():
        newest = bindings.newest[called.process_id].version
        if called.process_id != before.process_id and newest.id != called.id:
            yield (
                f"它调用的“{called.name}”已有第 {newest.version} 版，而这里仍用第 {called.version} 版："
                f"请流程设计员把“{before.name}”一起重新部署，再来换版。"
            )


def _redraw(session: Session, instance_id: int, execution: Execution) -> None:
    """Show, name and offer the open tasks as the new version draws them; whoever has claimed one keeps it."""
    for row in session.scalars(select(UserTask).where(UserTask.instance_id == instance_id)):
        drawn = execution.task(row.id)
        candidates = named_candidates(drawn)
        assignee = drawn.assignee if row.assignee is None or not row.candidates else row.assignee
        fresh: dict[str, Any] = {
            "name": drawn.name,
            "lane": drawn.lane,
            "candidates": candidates,
            "assignee": assignee,
            "form_key": drawn.terms.form_key,
        }
        if all(getattr(row, name) == value for name, value in fresh.items()):
            continue
        for name, value in fresh.items():
            setattr(row, name, value)
        row.version += 1
        offered = candidate_rows(row.id, assignee, candidates, row.due_at)
        session.execute(delete(TaskCandidate).where(TaskCandidate.task_id == row.id))
        if offered:
            session.execute(insert(TaskCandidate), offered)
    session.flush()


def _audit(
    session: Session, person: Actor, instance_id: int, planned: Plan, reason: str, at: datetime
) -> None:
    before, after = planned.before, planned.after
    sentence = (
        f"把第 {instance_id} 号流程实例从“{before.name}”第 {before.version} 版"
        f"换到第 {after.version} 版。"
    )
    data = {
        "instance": instance_id,
        "process": before.process_id,
        "before": {one.process_id: one.before for one in planned.bound},
        "after": {one.process_id: one.after for one in planned.bound},
        "version": after.version,
    }
    subject = f"instance:{instance_id}"
    audit.record(session, person.login, at, Act.INCIDENT, subject, sentence, reason, data)
