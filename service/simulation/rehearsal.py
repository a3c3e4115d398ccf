"""One scenario, from the files to its outcome: deployed, its slips found, run, and nothing ever raised."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from sqlalchemy.orm import Session

from service import operations
from service.database import Database
from service.engine.definitions import DefinitionSet, Element
from service.errors import (
    DiagramInvalid,
    ScenarioInvalid,
    ServiceError,
)
from service.runtime import deployments, names, versions
from service.runtime.deployments import Deployed
from service.runtime.host import Operations
from service.simulation import explaining, standins
from service.simulation.course import Course
from service.simulation.outcome import Outcome, Stop, nothing
from service.simulation.scenario import (
    SKIP,
    WAIT,
    Scenario,
    ready_at,
)
from service.simulation.scratch import Scratch

log = logging.getLogger(__name__)


def simulate(files: Mapping[str, bytes], scenario: Scenario) -> Outcome:
    """Return what comes of a scenario, in a scratch store of its own."""
    with Scratch() as scratch:
        return rehearse(scratch, files, scenario)


def rehearse(scratch: Scratch, files: Mapping[str, bytes], scenario: Scenario) -> Outcome:
    """Return what comes of a scenario, whatever it and the files are; what ran in the store before is gone."""
    try:
        return _outcome(scratch.renew(), files, scenario)
    except DiagramInvalid as error:
        stop = Stop("refused", explaining.refusal(error, scenario.stub_operations))
        return replace(nothing(scenario.start, stop), findings=tuple(error.findings))
    except ServiceError as error:
        return nothing(scenario.start, Stop("invalid", str(error)))
    except Exception as error:
        # A diagram comes from anywhere: what nobody foresaw of it is an outcome as well.
        log.exception("simulation failed")
        stop = Stop("failed", explaining.unforeseen(error), cause=repr(error))
        return nothing(scenario.start, stop)


@dataclass(frozen=True)
class _Staged:
    """What was deployed for a rehearsal, and the elements answers stand in for, each by its file and id."""

    deployed: Deployed
    stood_in: frozenset[tuple[str, str]] = frozenset()


def _outcome(database: Database, files: Mapping[str, bytes], scenario: Scenario) -> Outcome:
    operations.load()
    with database.transaction() as session:
        staged = _staged(session, files, scenario)
        process_id = _chosen(session, staged.deployed.processes, scenario.process_id)
        definition = versions.definition(session, versions.latest(session, process_id))
    _refuse_unknown(scenario, definition)
    course = Course(database, definition, scenario, staged.stood_in)
    database.memory[Operations] = Operations(course.operations)
    return course.outcome(course.run(), staged.deployed.findings)


def _staged(session: Session, files: Mapping[str, bytes], scenario: Scenario) -> _Staged:
    """Deploy the files; where answers may stand in for what cannot run here, a copy of them in which they do."""
    known = names.known(session)
    if not scenario.stub_operations:
        return _Staged(deployments.deploy(session, files, None, scenario.start, known))
    copies = standins.copies(files, known)
    known = replace(known, operations=frozenset(known.operations) | copies.operations)
    deployed = deployments.deploy(session, copies.files, None, scenario.start, known)
    findings = (*copies.findings, *deployed.findings)
    return _Staged(replace(deployed, findings=findings), copies.elements)


def _chosen(session: Session, processes: Sequence[versions.Version], wanted: str) -> str:
    """Return the process that was asked for, or the only one, or the only one that no other calls."""
    names = [each.process_id for each in processes]
    if wanted and wanted not in names:
        raise ScenarioInvalid(
            f"这些文件里没有流程“{wanted}”，有的是：{'、'.join(names)}。请改正 --process。"
        )
    if wanted:
        return wanted
    if not names:
        raise ScenarioInvalid("这些文件里没有可以执行的流程，请至少给出一张流程图。")
    called = {
        process_id
        for each in processes
        for process_id in versions.definition(session, each.id).process.calls
    }
    top = [name for name in names if name not in called] or names
    if len(top) > 1:
        raise ScenarioInvalid(
            f"这些文件里有几个流程可以单独发起：{'、'.join(top)}。请用 --process 选一个。"
        )
    return top[0]


def _refuse_unknown(scenario: Scenario, definition: DefinitionSet) -> None:
    """Values nobody asks for are a slip of the pen, and would give a wrong picture."""
    start = definition.process.start
    if start is not None:
        _refuse_fields(start, scenario.variables)
    asking = [
        each
        for process in definition.processes.values()
        for each in process.elements.values()
        if each.kind == "userTask" or each.topic
    ]
    known = {each.id for each in asking} | {each.name for each in asking}
    for name, answers in scenario.answers.items():
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)[:3]
            raise ScenarioInvalid(
                f"答案里的“{name}”不是图上任务的 id 或名称，可以写的如：{'、'.join(near) or '（没有任务）'}。"
            )
        for answer in answers if isinstance(answers, list) else [answers]:
            ready_at(answer, scenario.start)
            for element in asking:
                if name in {element.id, element.name}:
                    _refuse_fields(element, answer)


def _refuse_fields(element: Element, given: Mapping[str, Any]) -> None:
    fields = [each.id for each in element.fields]
    unknown = given.keys() - {*fields, SKIP, WAIT} if fields else ()
    if unknown:
        raise ScenarioInvalid(
            f"“{element.name or element.id}”的表单没有“{min(unknown)}”这一项，"
            f"有的是：{'、'.join(fields)}。"
        )
