"""Every name a diagram may use: the check compares with these."""

from dataclasses import replace

from sqlalchemy.orm import Session

from service import decisions, operations
from service.deadlines import policies
from service.engine.checking.known import Known
from service.forms import FIELD_TYPES
from service.operations import OPERATIONS, SOURCES, Operation, Source
from service.register.people.roles import Role
from service.runtime import versions


def known(session: Session) -> Known:
    """Return every name a diagram may use at this moment."""
    processes = {one.process_id: one.name for one in versions.catalogue(session)}
    tables = {one.decision_id: one.name for one in decisions.catalogue(session)}
    names = released()
    return replace(
        names,
        deadlines=policies.names(session),
        titles={**tables, **processes, **names.titles, **policies.titles(session)},
        processes=frozenset(processes),
        decisions=frozenset(tables),
    )


def released() -> Known:
    """Return the names this release brings along; for checking a diagram where there is no database."""
    operations.load()
    return Known(
        operations=frozenset(OPERATIONS),
        deadlines=policies.seeded_names(),
        roles=frozenset(Role),
        titles={
            **policies.seeded_titles(),
            **{name: _title(one) for name, one in SOURCES.items()},
            **{name: _title(one) for name, one in OPERATIONS.items()},
            **Role.labels(),
        },
        field_types=frozenset(FIELD_TYPES),
        sources=frozenset(SOURCES),
        contracts={name: one.contract for name, one in OPERATIONS.items()},
        lists={name: one.contract for name, one in SOURCES.items()},
        tables=decisions.ASKED,
        processes=frozenset(),
        decisions=frozenset(),
    )


def _title(named: Operation | Source) -> str:
    return operations.described(named).rstrip("。")
