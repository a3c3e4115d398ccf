"""Write the pages that repeat what the code says; `make docs` writes them, a test asks that they are fresh.

The code is the source: settings, operations, named lists, deadlines, roles, errors, routes and processes each get a
heading, so that a new one without a page cannot be forgotten.
"""

import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from docs import notices, rights, themes
from service import errors, operations
from service.app import create_app
from service.database import Database
from service.deadlines import policies, seed
from service.deadlines.workdays import Unit
from service.engine import definitions
from service.engine.checking.contract import Contract, Need
from service.engine.language import conversions, expressions, functions, idioms
from service.engine.telling import twin
from service.handlers import api, web
from service.register.people.roles import Role
from service.settings import Settings

ROOT = Path(__file__).parent.parent
PROCESSES = ROOT / "processes"


def settings() -> Iterator[str]:
    yield "# Settings\n\nRead once from the environment at start. An invalid one stops the start with a sentence naming it.\n"
    for name, field in Settings.model_fields.items():
        yield f"## TIBANPING_{name.upper()}\n\n{field.description}\n\nDefault: `{field.get_default(call_default_factory=True)}`\n"


def operation_names() -> Iterator[str]:
    operations.load()
    yield "# Operations\n\nWhat a service task's topic, or a user task's `on_complete`, may name; what each needs of the diagram is checked before deployment.\n"
    for name, operation in sorted(operations.OPERATIONS.items()):
        yield f"## {name}\n\n{inspect.getdoc(operation.function)}\n"
        yield from _contract(operation.contract)
    yield "# Named lists\n\nWhat a form field's `source` may name.\n"
    for name, source in sorted(operations.SOURCES.items()):
        yield f"## {name}\n\n{inspect.getdoc(source.function)}\n"
        yield from _contract(source.contract)


def _contract(contract: Contract) -> Iterator[str]:
    """Say what an operation or a list needs and gives, as far as it says so itself."""
    if contract.cases:
        yield f"Acts on: {', '.join(contract.cases)}.\n"
    if contract.processes:
        yield f"Only in: {', '.join(contract.processes)}{'; the task must be sealed' if contract.is_sealed else ''}.\n"
    if contract.needs:
        yield "| field | what it is | type | may be left empty |\n|---|---|---|---|"
        yield from _rows(contract.needs, "")
        yield ""
    for what, variables in (("Reads", contract.reads), ("Gives", contract.gives)):
        if variables:
            said = (
                f"`{one.name}`{f' {one.label}' if one.label else ''}{' (not always)' if one.may_be_missing else ''}"
                for one in variables
            )
            yield f"{what}: {', '.join(said)}.\n"


def _rows(needs: Iterable[Need], table: str) -> Iterator[str]:
    for need in needs:
        kinds = " / ".join(need.types)
        codes = f": {', '.join(need.choices)}" if need.choices else ""
        empty = "need not be drawn" if need.may_be_missing else "yes" if need.may_be_empty else "no"
        yield f"| `{table}{need.name}` | {need.label} | {kinds}{codes} | {empty} |"
        yield from _rows(need.columns, f"{need.name}.")


def deadlines() -> Iterator[str]:
    units = ", ".join(f"{unit} {unit.label}" for unit in Unit)
    yield f"# Deadlines\n\nThe rows every new installation starts with; administrators change them at run time. Units: {units}. An amount below zero is counted back from the start event. `reply_end` and `co_opinion_end` are the ends of the reply's and the opinion's own limit: what starts from them is a step, moves with the whole and is shortened in proportion where it begins late ([why](../decisions/0010-steps-are-counted-back.md)). A warning of 0 comes on the due day's morning, one below zero after it; it goes to the holder of the task unless it names others.\n"
    for policy in seed.POLICIES:
        level = f" · {policy.level}" if policy.level else ""
        start = f" from `{policy.start_event}`" if policy.start_event else ""
        warned = ", ".join(_rung(before) for before in policy.warnings) or "none"
        capped = " The batch date caps it." if policy.capped_by_batch else ""
        yield f"## {policy.key}{level}\n\n{policy.name}: {policy.amount} {policy.unit}{start}. Warnings: {warned}. Basis: {policy.basis}.{capped}\n"
    yield "## Families\n\nA name that means one of several limits, by a variable of the case.\n"
    for variable, variants in seed.VARIANTS.items():
        yield f"* `{variable}`: " + ", ".join(
            f"{value} → `….{end}`" for value, end in variants.items()
        )


def _rung(before: seed.Before) -> str:
    told = f" to {' and '.join(before.tell)}" if before.tell else ""
    return f"{before.amount} {before.unit}{told}"


def roles() -> Iterator[str]:
    yield "# Roles\n\nWhat `candidateGroups` may name; those marked with a colon take a scope, as in `unit_liaison:JT`.\n"
    for name, label in Role.labels().items():
        yield f"## {name}\n\n{label}\n"


def error_classes() -> Iterator[str]:
    yield "# Errors\n\nOne tree; each class knows its HTTP status and its sentence.\n"
    for name, cls in inspect.getmembers(errors, inspect.isclass):
        if issubclass(cls, errors.ServiceError):
            yield f"## {name}\n\n{cls.status} · {cls.sentence}\n"


_MEANINGS = {
    "len": "How many there are in a list or text.",
    "min": "The smallest of the values.",
    "max": "The largest of the values.",
    "sum": "The sum of a list of numbers.",
    "any": "Whether one of a list is true.",
    "all": "Whether all of a list are true.",
    "abs": "A number without its sign.",
    "round": "A number rounded to a whole one, or to so many places.",
    "str": "A value as text.",
    "int": "A value as a whole number.",
    "float": "A value as a decimal number.",
    "empty": "Whether a value is missing, an empty text or an empty list.",
    "deadline": 'The moment a limit ends, by the limit\'s name: `deadline("sign")`. It counts from the variable `<start event>_at` of the case.',
    "now": "The moment of the step: `now()`. It can be moved: `now().plusDays(3)`.",
    "dateTime": "The same as `now()`, as Camunda's diagrams write it: `dateTime().plusDays(3).toDate()`.",
}


def expression_names() -> Iterator[str]:
    yield "# Expressions\n\nConditions, timers, mappings and assignments in diagrams compare and compute with these names only; how a value is read beside another is [below](#conversions).\n"
    for name in sorted({*functions.FUNCTIONS, *functions.HOST_FUNCTIONS}):
        yield f"## {name}\n\n{_MEANINGS[name]}\n"
    methods = ", ".join(f"`{name}`" for name in idioms.METHODS)
    yield f"## Methods of other engines\n\nUnderstood where a diagram brings them along; what they mean is computed, no method is called: {methods}. Also `execution.getVariable('x')`, `execution.hasVariable('x')`, Flowable's `var:get(x)`, `var:equals(x, 'y')` and their like, `a ? b : c`, and FEEL's single `=`.\n"
    yield _IN_FORMS
    yield from conversion_tables()


_IN_FORMS = """## In forms

`min`, `max`, `minlength`, `maxlength`, the default and `showIf` of a field see what is answered on the same form, over the variables of the
case, with `now()`, `dateTime()` and `deadline(…)`: `min` `${begins_on}`, `max` `${deadline("sign")}`. By its own name a field means what the case
knew before. A date is bounded by the day of a moment in Shanghai. What is computed from a field that is left empty limits nothing, unless
the expression chooses (`${empty begins_on ? now() : begins_on}`). A default of a readonly field is computed from the answers when the form is
handed in. The sentence beside the field names the other one by its label. A limit that another answer spoils asks for that answer to be corrected;
one that no answer can mend says so, and is an incident until the task is done.

Where a step behind the form fails on a value that was left empty or mistyped on it, the form comes back with all that was typed and a sentence
at that field (422, `errors` over the interface), naming the step. Where the expression also reads a value the form does not ask for and
none of its fields is empty, an operator sees an incident as well, which goes when the task is done.
"""
_CONVERSIONS = """## Conversions

Values are converted as the JUEL of Camunda 7 and Flowable does, wherever an expression decides or computes: conditions, loops, completion
conditions, `showIf` (on the page as on the server), timers, mappings, defaults, scripts. Cells of decision tables are FEEL and convert nothing.

* **Numbers and text.** Beside a number a text is read as a number, an empty text as 0; of two texts, `+ - * / div % mod` read both.
  Two texts compare letter by letter (`'10' < '9'`).
* **Yes, no and text.** Beside a truth value, and where something decides, `true` and `false` as text are truth values, in any case of letters.
  Other text beside a truth value is false; where it decides alone (`${note}`, `!note`, `note && …`) nobody knows what is meant: it stops.
  Ask `not empty note` or `note == '…'`. In a `showIf` what is not decided applies, so `showIf` `note` asks once the note is filled in.
* **Nothing.** What is missing, a field left empty and a key a record lacks (`record.nowhere.further`) are equal to nothing but nothing, neither
  smaller nor greater than anything, 0 in a sum, false where they decide, and have no letters and no parts. A variable nobody ever set stops, as in both vendors.
* **Division.** `div` and `/` keep the fraction, `%` and `mod` have the sign of the left value, `//` rounds down. Nothing is divided by 0.
* **Days.** A day is one in Shanghai and begins at midnight; a moment without a zone is one in Shanghai. A day compares with a day, with a moment,
  with `now()` and `deadline(…)`; a day plus days is a day. Timers, `dueDate` and `followUpDate` read them alike.
* **Java's `equals` and `contains`** convert nothing, nor do `in` and `is`. Of `plusDays(x)` and its like the number is read from a text, is 0
  where there is nothing, and loses its fraction.

Where both vendors stop we stop as well, with a sentence that names the expression and the values; we go on where Python always could (texts and
lists are joined by `+`; numbers, lists and records decide by not being 0 or empty) and read `'2.5'` beside a whole number. We stop where they go
on only for a text that decides nothing, for a division by 0 (they compute `Infinity`) and for a list or record compared in size with a text.
`check` tells of answers that a condition does not decide (`condition-undecided`). The facts, operator by operator, are in
`tests/service/engine/language/juel.tsv`; why it is so is in [decision 0014](../decisions/0014-conversions.md).

What an operator gives, for the left value in the row and the right value in the column; – means that it stops:
"""
_SHOWN = ("null", "3", "2.5", "true", "'3'", "'abc'", "''", "'true'", "[3]")


def conversion_tables() -> Iterator[str]:
    yield _CONVERSIONS
    for operator in ("==", "<", "+"):
        yield f"| `{operator}` | {' | '.join(f'`{value}`' for value in _SHOWN)} |"
        yield "|---" * (len(_SHOWN) + 1) + "|"
        for left in _SHOWN:
            cells = (_given(f"{left} {operator} {right}") for right in _SHOWN)
            yield f"| `{left}` | {' | '.join(cells)} |"
        yield ""
    yield f"| | {' | '.join(f'`{value}`' for value in _SHOWN)} |"
    yield "|---" * (len(_SHOWN) + 1) + "|"
    for text in ("!{}", "-{}", "empty {}"):
        values = (expressions.evaluate(value, {}) for value in _SHOWN)
        cells = (_given(text.format("x"), x=value) for value in values)
        yield f"| `{text.format('x')}` | {' | '.join(cells)} |"


def _given(text: str, **names: Any) -> str:
    try:
        value = expressions.evaluate(text, names)
    except conversions.ConversionFailed:
        return "–"
    words = {None: "null", True: "true", False: "false"}
    return f"`{words[value] if value is None or isinstance(value, bool) else repr(value)}`"


def processes() -> Iterator[str]:
    yield "# Processes\n\nThe diagrams in words: the steps in the order a case reaches them, and what each task asks.\n"
    names = twin.Names(limits=policies.seeded_titles(), roles=Role.labels())
    files = {path.name: path.read_bytes() for path in sorted(PROCESSES.glob("*.bpmn"))}
    for definition in definitions.parse(files).values():
        yield f"## {definition.process_id}\n\n**{definition.name}** — {definition.documentation}\n"
        for line in twin.lines(definition, names):
            yield f"{'   ' * line.depth}{line.number}. {line.text} {line.then}".rstrip()
        yield ""
        for element in definition.elements.values():
            if element.kind == "userTask":
                yield f"* **{element.name}** ({element.lane}) — {element.documentation}\n"


_API = """# HTTP interface

`/api/v1`, JSON, described in full at `/api/v1/openapi.json`. Each call carries `Authorization: Bearer …`, a token of one person
(`tibanping user token LOGIN`): what it may do is what that person may, and the history names them. An error is
`{"title", "detail"}` in Chinese, with `errors` by field where a form was refused and `findings` where a diagram was.

A process is started by its starters, with its start form; one that names no starter is started by calls only. Whoever looks after processes
(流程设计员, 运维人员, 系统管理员) may start one without starters if it, and all it calls, names no operation: what acts on the register is tried in a
store that is thrown away ([rehearsing](../how-to/rehearse-a-diagram.md)). `business_key` never names a case of the register (`suggestion:…`,
`supervision:…`, `evaluation:…`), nor does a message: 403, nothing written, and the attempt is kept. What names operations takes the values
of its form and no other variables. A diagram that names what other processes alone may name is refused with 403; a new version of a process that
handles ratings is answered with 202 and waits for the congress office.

Keepers list instances and see their open tasks, timers and history. They may do a task that is not theirs where nobody who may do it can be
reached — its groups or its assignee are unknown here — and any task of an instance they started themselves to try a diagram;
`may_complete` says so beforehand. The task is then taken over under their own name. Of a case of the register only 运维人员 and 系统管理员 may, where
nobody can be reached and somebody else began it; its variables are shown to no keeper. A process that names operations acts on the register: a
person who may not deploy does no task of such a process they started themselves. What is sealed (`sealed` in the diagram, the steps of an
evaluation) is neither shown to them nor done by them. [Who may do what](authority.md) has all of it as tables.

The instances of one page end with `next`, the value of `after` for the page that follows.

Start the demo, and in another terminal ask for what the deputy d001 sees:

```sh
make run
```

```sh
. .venv/bin/activate
TOKEN=$(tibanping user token d001 --name "trying it out")
curl -s --fail -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/v1/statistics
curl -s --fail -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/v1/user-tasks
```
"""


def interface() -> Iterator[str]:
    yield _API
    app = _app()
    described = app.api_doc["paths"]  # type: ignore[attr-defined]
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule)
        policy = web.policy_of(app, rule.endpoint)
        for method, route in described.get(path, {}).items():
            if method.upper() in (rule.methods or ()) and policy is not None:
                name = path.removeprefix(api.api.url_prefix or "")
                yield f"## {method.upper()} {name}\n\n{route['summary']}（{policy.name}）。\n"


def authority() -> Iterator[str]:
    operations.load()
    parsed = definitions.parse(
        {path.name: path.read_bytes() for path in sorted(PROCESSES.glob("*.bpmn"))}
    )
    bound = {process_id: process.bind(parsed) for process_id, process in parsed.items()}
    yield from rights.page(_app(), bound)


def _app() -> Flask:
    return create_app(Settings.read(secret_key="x" * 32), Database("sqlite:///never-opened.db"))


_THEMES = """# The themes

What the business keeps and does is one folder per theme, `service/register/<theme>/`, in the order of a case's life: a theme knows those
before it, never those after it (`pyproject.toml`). Within a theme the rules come first, then `operations`, which diagrams name, and `lists`,
which form fields name; the tables are in `service/tables/`. Each package says in its docstring what is repeated here.
"""


def theme_map() -> Iterator[str]:
    yield _THEMES
    found = {theme.name: theme for theme in themes.read()}
    order = [name for name in dict.fromkeys(_layers()) if name in found]
    assert set(order) == set(found)
    names = {
        process.process_id: process.name
        for process in definitions.parse(
            {path.name: path.read_bytes() for path in sorted(PROCESSES.glob("*.bpmn"))}
        ).values()
    }
    yield "| theme | | diagrams |\n|---|---|---|"
    for name in order:
        drawn = "、".join(names[one] for one in found[name].diagrams)
        yield f"| [{name}](#{name}) | {found[name].title} | {drawn} |"
    for theme in (found[name] for name in order):
        yield f"\n## {theme.name}\n\n**{theme.title}** — {theme.purpose}\n"
        drawn = ", ".join(
            f"[{names[one]}](../../processes/{one}.bpmn) ([in words](../reference/processes.md#{one}))"
            for one in theme.diagrams
        )
        yield f"* Law: {theme.law}."
        yield f"* Diagrams: {drawn or 'none of its own'}."
        yield f"* Tables: {', '.join(f'`{one}`' for one in theme.tables) or 'none'}."
        pages = re.sub(r"(/[^\s,;()]*)", r"`\1`", theme.pages)
        yield f"* Pages: {pages}."


def _layers() -> Iterator[str]:
    """Yield the names in the import contract of the register, the first of a case's life first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = [
        one
        for one in project["tool"]["importlinter"]["contracts"]
        if one.get("containers") == ["service.register"]
    ]
    for layer in reversed(contract["layers"]):
        yield from re.findall(r"\w+", layer)


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "docs/reference/settings.md": settings,
    "docs/reference/operations.md": operation_names,
    "docs/reference/deadlines.md": deadlines,
    "docs/reference/roles.md": roles,
    "docs/reference/errors.md": error_classes,
    "docs/reference/expressions.md": expression_names,
    "docs/reference/processes.md": processes,
    "docs/reference/api.md": interface,
    "docs/reference/authority.md": authority,
    "docs/explanation/themes.md": theme_map,
    "THIRD_PARTY_NOTICES.md": notices.page,
}
"""What writes each page, by the page's path in the project."""


def page(name: str) -> str:
    return "\n".join(PAGES[name]()).rstrip() + "\n"


if __name__ == "__main__":
    for page_name in PAGES:
        (ROOT / page_name).write_text(page(page_name), encoding="utf-8")
