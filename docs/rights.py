"""The table of rights: what `service.authority` decides, asked of it for every post and circumstance.

Nothing is decided in this module. Where a rule is code, the code is called; where it is a sentence, the sentence stands
beside the rule.
"""

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields

from flask import Flask

from service.authority import (
    consenting,
    doing,
    reading,
    repairing,
    ruling,
    speaking,
    starting,
    timing,
)
from service.authority.doing import Circumstances
from service.engine.definitions import DefinitionSet
from service.errors import NotAllowed
from service.handlers import web
from service.operations import OPERATIONS, SOURCES
from service.register.people import posts
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.runtime import publishing
from service.tables.assignments import Assignment

_WHERE = {
    "is_of_a_case": "of a case",
    "is_sealed": "sealed",
    "is_nobody_reachable": "nobody reachable",
    "is_begun_by_them": "begun by themselves",
    "acts": "acts on the register",
}
_HEAD = """# Who may do what

Everything is refused unless a ground written in `service/authority/` allows it. Rights follow from the posts a person holds, from the case and
from the task, never from what a caller names ([decision 0007](../decisions/0007-authority.md)). The tables on this page are computed by asking the rules.
"""


def page(app: Flask, processes: Mapping[str, DefinitionSet]) -> Iterator[str]:
    yield _HEAD
    yield from _cases()
    yield from _clocks()
    yield from _tasks()
    yield from _starts(processes)
    yield from _messages()
    yield from _repairs()
    yield from _deployments()
    yield from _rules()
    yield from _routes(app)


def _cases() -> Iterator[str]:
    yield "## Reading a suggestion\n\nAny one of these is enough:\n"
    yield from (f"* {ground.sentence}" for ground in reading.GROUNDS)
    yield f"\n人大各机构: {_labels(posts.CONGRESS)}. 政府和党委各办理机构: {_labels(posts.GOVERNMENT)}."
    yield "\nWho reads whose rating, and which words of it, is decided in `service/register/evaluation/sight.py`; who reads the name of a deputy who asked for secrecy, in `service/register/proposal/identity.py`.\n"
    yield "## Reading a supervision\n"
    yield f"{_labels(posts.SUPERVISION)}; and the unit examined, once it has been given a conclusion that names a problem.\n"
    yield "## Reading a paper evaluation\n\nOnly those who type it in, while they have to.\n"
    yield "## Reading because of a task\n\nA task that waits for a person opens its case to them, if the case's own process made it: the process the case began with, or one that its messages began. A task of any other instance opens nothing, whatever business key that instance names.\n"


def _clocks() -> Iterator[str]:
    yield "## The clock of a case\n"
    yield "Of a suggestion of the city, and of a town's own; a post with a scope counts in its own unit or town.\n"
    yield "| who | applies for a later reply of their unit | holds and resumes the clock (city / town) | sets one date by hand (city / town) |\n|---|---|---|---|"
    duty = Assignment(unit="X")
    for role in Role:
        person = _holder(role)
        applies = timing.may_apply(person, duty)
        holds = [timing.may_hold(person, town) for town in (None, "X")]
        dates = [timing.may_redate(person, town) for town in (None, "X")]
        if applies or any(holds) or any(dates):
            cells = (_mark(applies), _marks(holds), _marks(dates))
            yield f"| {role.label} | {' | '.join(cells)} |"
    yield (
        "\nAdministrators see at `/m/cases` the number, steps, dates and holders of every case, and how each date came about; "
        "the title as every office of the staff does, from the registration on, there and on the pages of effects and changes alike (`titled` in `service/authority/reading.py`); "
        "what deputies, units and offices wrote only if they may read the case. Why a clock was changed stands in the record of changes, which is theirs to keep. While deputies "
        "evaluate, they see no more of its steps than anybody who may not follow the evaluation. The deputy's written consent "
        "is for the readers of the case who may know the deputy's name.\n"
    )


def _mark(is_so: bool) -> str:
    return "yes" if is_so else ""


def _marks(given: Iterable[bool]) -> str:
    found = [_mark(one) or "no" for one in given]
    return " / ".join(found) if "yes" in found else ""


def _tasks() -> Iterator[str]:
    yield "## Doing a task\n\nThose it waits for: its assignee, or whoever holds a post among its candidates while nobody has claimed it. A colleague learns that it is taken, a stranger nothing.\n"
    yield f"## Standing in for somebody\n\n{_doc(doing.may_stand_in)}\n"
    names = [field.name for field in fields(Circumstances)]
    yield f"| {' | '.join(_WHERE[name] for name in names)} | who |\n|{'---|' * (len(names) + 1)}"
    for values in itertools.product((True, False), repeat=len(names)):
        where = Circumstances(**dict(zip(names, values, strict=True)))
        who = [role for role in Role if doing.may_stand_in(_holder(role), where)]
        if who:
            marks = " | ".join("yes" if value else "no" for value in values)
            yield f"| {marks} | {_labels(who)} |"
    yield "\nIn every other circumstance nobody may.\n"


def _starts(processes: Mapping[str, DefinitionSet]) -> Iterator[str]:
    yield f"## Starting a process\n\n{_doc(starting.refuse_start)}\n"
    yield "| process | acts on the register | who starts it |\n|---|---|---|"
    for process_id, definition in sorted(processes.items()):
        who = [role for role in Role if _may_start(role, definition)]
        acts = "yes" if starting.touches_register(definition) else "no"
        name = definition.process.name
        yield f"| [{name}](processes.md#{process_id}) | {acts} | {_labels(who) or 'nobody: it is called'} |"
    yield ""


def _may_start(role: Role, definition: DefinitionSet) -> bool:
    try:
        starting.refuse_start(_holder(role), definition, None, {})
    except NotAllowed:
        return False
    return True


def _messages() -> Iterator[str]:
    yield f"## Sending a message or a signal\n\nFrom outside, holders of {_labels(posts.OPERATORS)}; never to a case of the register, and never to begin what acts on it. {_doc(starting.refuse_message)}\n\n{_doc(speaking.reaches)} Nor does an instance name another case than its own: such a step fails, and operators see why.\n"


def _repairs() -> Iterator[str]:
    yield f"## Mending a case that has failed\n\n{_labels(posts.OPERATORS)}. {_doc(repairing.refuse)} {_doc(repairing.is_guarded)}\n\n{_doc(repairing.refuse_value)}\n"


def _deployments() -> Iterator[str]:
    consenting_posts = [
        role for role in Role if consenting.may_consent(_holder(role), "somebody else")
    ]
    waiting = ", ".join(f"`{process}`" for process in sorted(publishing.reserved()))
    yield f"## Deploying\n\n{_labels(posts.DEPLOYERS)}. A new version of {waiting} waits until somebody else agrees who holds the post {_labels(consenting_posts)} and did not propose it.\n"
    yield "Operations and lists that only some processes may name; another diagram that names one is refused with 403:\n"
    yield "| name | only in | the task must be sealed |\n|---|---|---|"
    for name, operation in sorted(OPERATIONS.items()):
        if operation.processes:
            sealed = "yes" if operation.is_sealed else ""
            yield f"| [{name}](operations.md#{name}) | {', '.join(operation.processes)} | {sealed} |"
    for name, source in sorted(SOURCES.items()):
        if source.processes:
            yield f"| [{name}](operations.md#{name}) | {', '.join(source.processes)} | |"
    yield ""


def _rules() -> Iterator[str]:
    yield f"## Changing a rule\n\n{_doc(ruling.may_change)} Read by {_labels(ruling.READERS)}.\n"
    yield "| rule | changed by |\n|---|---|"
    for rule in sorted(ruling.OWNERS):
        who = [role for role in Role if ruling.may_change(_holder(role), rule)]
        yield f"| `{rule}` | {_labels(who)} |"
    yield ""


def _routes(app: Flask) -> Iterator[str]:
    yield "## Pages and calls\n\nWhat a post opens. Whether it is open for the case or task it names is decided by the sections before.\n"
    yield "| address | method | who |\n|---|---|---|"
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        policy = web.policy_of(app, rule.endpoint)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if policy is not None:
            yield f"| `{rule.rule}` | {', '.join(methods)} | {policy.name} |"


def _holder(role: Role) -> Actor:
    return Actor(role, role.label, frozenset({role, f"{role}:X"}))


def _labels(roles: Iterable[Role]) -> str:
    """Name posts in the order of the page on roles."""
    wanted = set(roles)
    return "、".join(role.label for role in Role if role in wanted)


def _doc(rule: Callable[..., object]) -> str:
    """Return the reasons the code gives for a rule, without the line that says what it does."""
    _, _, reasons = (inspect.getdoc(rule) or "").partition("\n\n")
    assert reasons, rule
    return reasons.replace("\n", " ")
