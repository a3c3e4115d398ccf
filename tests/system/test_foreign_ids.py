"""Every operation and every list, called in one case with what belongs to another: refused before it reads or writes."""

import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from sqlalchemy.orm import Session

from service import operations
from service.engine.checking.contract import Need
from service.errors import NotAllowed, NotFound
from service.operations import OPERATIONS, SOURCES, Context, Operation, Source
from tests.staged import Staged, contents

operations.load()
NAMED: dict[str, Operation | Source] = {**OPERATIONS, **SOURCES}
OF_CASES = {name: one for name, one in NAMED.items() if one.cases}
OWNED = [(name, variable) for name, one in NAMED.items() for variable, _ in one.signature.owners]
MOST_ROWS = 40
PLAIN_NUMBERS = {"round"}


@pytest.fixture(autouse=True, scope="module")
def nothing_is_written(staged: Staged) -> Iterator[None]:
    before = contents(staged.database)

    yield

    assert contents(staged.database) == before


def plausible(hint: Any) -> Any:
    """Return some value of a type; rows are named by the number 1."""
    origin = get_origin(hint)
    if origin is Annotated:
        return plausible(get_args(hint)[0])
    if origin in {Union, types.UnionType}:
        return plausible(next(one for one in get_args(hint) if one is not type(None)))
    if origin is Literal:
        return get_args(hint)[0]
    if origin in {tuple, list}:
        return [plausible(get_args(hint)[0])]
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return {name: plausible(one.annotation) for name, one in hint.model_fields.items()}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint)).value
    return {bool: False, int: 1, datetime: "2026-03-02T01:00:00+00:00", date: "2026-03-02"}.get(
        hint, "JT"
    )


def numbered(value: Any, number: int) -> Any:
    """Return a value that names a row, or a list of such, with this number instead of its own."""
    if isinstance(value, list):
        return [numbered(one, number) for one in value]
    if isinstance(value, dict):
        return {
            name: number if name in {"id", "assignment"} else one for name, one in value.items()
        }
    return number


def answers(need: Need) -> Any:
    [type_, *_] = need.types
    found = {"long": 1, "number": 1, "date": "2026-03-02", "boolean": True}.get(type_, "JT")
    if type_ in {"table", "choices", "units", "file"}:
        return []
    return need.choices[0] if need.choices else found


def call(
    session: Session, staged: Staged, name: str, key: str | None, variables: Mapping[str, Any]
) -> None:
    """Call an operation as its diagram does, or a list as a form does."""
    if name in SOURCES:
        SOURCES[name].rows(session, variables, key)
        return
    one = OPERATIONS[name]
    context = Context(
        session=session,
        at=staged.at,
        by="代表甲",
        instance_id=1,
        business_key=key,
        process_id=one.processes[0] if one.processes else "any",
        element_id="Task_any",
        variables=variables,
        values={need.name: answers(need) for need in one.contract.needs},
    )
    one.run(context)


def variables_of(name: str) -> dict[str, Any]:
    model = NAMED[name].signature.reads
    assert model is not None
    return {field: plausible(one.annotation) for field, one in model.model_fields.items()}


def owned_by(session: Session, name: str, variable: str, value: Any) -> str | None:
    """Return the case a value belongs to, as the operation itself finds it."""
    model = NAMED[name].signature.reads
    assert model is not None
    read = model.model_validate({**variables_of(name), variable: value})
    case_of = dict(NAMED[name].signature.owners)[variable]
    typed = getattr(read, variable)
    found = {case_of(session, one) for one in (typed if isinstance(typed, tuple) else (typed,))}
    [key] = found
    return key


def owners(session: Session, name: str, variable: str) -> dict[int, str]:
    """Return the case of each number there is, by the number."""
    value = variables_of(name)[variable]
    found = {
        number: owned_by(session, name, variable, numbered(value, number))
        for number in range(1, MOST_ROWS)
    }
    return {number: key for number, key in found.items() if key is not None}


def own_variables(session: Session, name: str, key: str) -> dict[str, Any] | None:
    """Return variables that all belong to this case, None where it has nothing to name."""
    variables = variables_of(name)
    for variable, _ in NAMED[name].signature.owners:
        own = [number for number, of in owners(session, name, variable).items() if of == key]
        if not own:
            return None
        variables[variable] = numbered(variables[variable], own[0])
    return variables


def keys_of(staged: Staged, name: str) -> list[str]:
    return [key for key in staged.keys.values() if key.partition(":")[0] in NAMED[name].cases]


@pytest.mark.parametrize(("name", "variable"), OWNED)
def test_a_number_of_another_case_is_refused(staged: Staged, name: str, variable: str) -> None:
    """Everything else is the case's own, so that this one number is what is refused."""
    tried = 0
    with staged.reading() as session:
        others = owners(session, name, variable)
        for key in keys_of(staged, name):
            variables = own_variables(session, name, key)
            if variables is None:
                continue
            foreign = [number for number, of in others.items() if of != key]
            for number in (*foreign, 0, -1, 999_999):
                tried += 1
                value = numbered(variables[variable], number)
                mixed = [*variables[variable], *value] if isinstance(value, list) else value
                for given in (value, mixed):
                    with pytest.raises(NotAllowed):
                        call(session, staged, name, key, {**variables, variable: given})
        assert [*session.new, *session.dirty, *session.deleted] == []
    assert tried


@pytest.mark.parametrize("name", SOURCES)
def test_a_list_is_there_in_its_own_case(staged: Staged, name: str) -> None:
    """What is refused above is refused for the number, not because nothing is ever accepted."""
    keys = keys_of(staged, name) if SOURCES[name].cases else [None]
    with staged.reading() as session:
        answered = 0
        for key in keys:
            variables = own_variables(session, name, key or "") if key else variables_of(name)
            if variables is not None:
                with suppress(NotFound):  # of its own case, but not at this stage
                    call(session, staged, name, key, variables)
                answered += 1
    assert answered


@pytest.mark.parametrize("name", OF_CASES)
def test_in_a_case_of_another_kind_or_of_none_it_is_refused(staged: Staged, name: str) -> None:
    keys = [
        key
        for key in (None, "", "order:1", *staged.keys.values())
        if (key or "").partition(":")[0] not in OF_CASES[name].cases
    ]
    with staged.reading() as session:
        for key in keys:
            with pytest.raises(NotAllowed):
                call(session, staged, name, key, variables_of(name))


def test_every_number_an_operation_reads_is_of_a_case() -> None:
    unowned = set()
    for one in NAMED.values():
        assert not one.contract.is_open, one.name
        owners = dict(one.signature.owners)
        model = one.signature.reads
        for field, info in model.model_fields.items() if model else ():
            value = plausible(info.annotation)
            if field not in owners and (type(value) is int or isinstance(value, dict)):
                unowned.add(field)

    assert unowned == PLAIN_NUMBERS
