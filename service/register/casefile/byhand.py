"""Moments that somebody set by hand say who it was, and when."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.deadlines import record
from service.deadlines.explain import Explanation
from service.deadlines.plans import TASKS, TIMERS, unpacked
from service.register.people import directory as people


def named(
    session: Session, case: str, found: Mapping[str, Explanation | None]
) -> dict[str, Explanation | None]:
    """Return the explanations of tasks and timers, by id, naming who set those that were set by hand."""
    wanted = {id_ for id_, how in found.items() if how is not None and how.is_by_hand}
    if not wanted:
        return dict(found)
    setters = _setters(session, case, wanted)
    names = people.names(session, {by for by, _ in setters.values()})
    return {
        id_: how.naming(names.get(setters[id_][0] or "", "系统"), setters[id_][1])
        if how is not None and id_ in setters
        else how
        for id_, how in found.items()
    }


def _setters(
    session: Session, case: str, wanted: set[str]
) -> dict[str, tuple[str | None, datetime]]:
    """Return who set each moment last, and when: a change that neither took from the book nor put into it."""
    setters: dict[str, tuple[str | None, datetime]] = {}
    for change in record.of(session, f"case:{case}"):
        if change.before or change.after or change.undone_by_id is not None:
            continue
        moves = unpacked(change.moves)
        moved = {id_ for table in (TASKS, TIMERS) for id_ in moves.shifts.get(table, {})}
        for id_ in moved & wanted - setters.keys():
            setters[id_] = (change.by, change.at)
    return setters
