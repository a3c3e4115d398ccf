"""The executions a process used last, so that the next command need not decode an instance's state again.

One is taken out while a command uses it, comes back only after the commit, and is trusted only when version and
history hash are still those of the row.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from service.database import after_commit, kept
from service.engine.execution import Execution
from service.runtime import versions
from service.runtime.host import Host
from service.runtime.waiting import Waiting
from service.tables import Base
from service.tables.runtime import ProcessInstance

MOST_CACHED = 2_000


@dataclass(frozen=True)
class Cached:
    """An execution between two commands, what it waits for, and the row it stands for."""

    execution: Execution
    waiting: Waiting
    version: int
    history_hash: str

    def stands_for(self, row: Any) -> bool:
        """Tell whether nobody has changed the instance since."""
        known = (self.version, self.history_hash)
        return known == (row.version, row.history_hash)


class Executions:
    """The executions this operating-system process used last; whoever takes one has it alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cached: OrderedDict[int, Cached] = OrderedDict()

    def __len__(self) -> int:
        return len(self._cached)

    def take(self, instance_id: int) -> Cached | None:
        """Hand over an instance's execution, if it is known; until it is given back nobody else gets it."""
        with self._lock:
            return self._cached.pop(instance_id, None)

    def give(self, instance_id: int, execution: Cached) -> None:
        """Let others have this execution; the one that was not used for longest makes room."""
        with self._lock:
            self._cached[instance_id] = execution
            self._cached.move_to_end(instance_id)
            while len(self._cached) > MOST_CACHED:
                self._cached.popitem(last=False)


def take(session: Session, row: Any, host: Host, at: datetime) -> Cached:
    """Return the execution of this row, ready to go on at a moment: a known one, else the stored state decoded."""
    found = _known(session, row)
    if found is not None:
        found.execution.resume(host, at)
        return found
    definition = versions.definition(session, row.deployed_process_id)
    state = session.connection().execute(_STATE, {"instance": row.instance_id}).scalar_one()
    execution = Execution.load(definition, bytes(state), host, at)
    waiting = Waiting.of(execution, Waiting())
    return Cached(execution, waiting, row.version, row.history_hash)


def give_back(session: Session, instance_id: int, cached: Cached) -> None:
    """Let this transaction use an execution again, and everybody once the transaction is durable."""
    own = session.info.get(_OWN)
    if own is None:
        own = session.info[_OWN] = {}
        after_commit(session, partial(_publish, session))
    own[instance_id] = cached


def _known(session: Session, row: Any) -> Cached | None:
    """Return the execution this row stands for, from this transaction or an earlier one."""
    own: dict[int, Cached] = session.info.get(_OWN, {})
    found = own.pop(row.instance_id, None)
    if found is None or not found.stands_for(row):
        found = kept(session, Executions).take(row.instance_id)
    return found if found is not None and found.stands_for(row) else None


def _publish(session: Session) -> None:
    executions = kept(session, Executions)
    for instance_id, cached in session.info.pop(_OWN).items():
        executions.give(instance_id, cached)


_OWN = "executions"
_INSTANCES = Base.metadata.tables[ProcessInstance.__tablename__]
_STATE = select(_INSTANCES.c.state).where(_INSTANCES.c.id == bindparam("instance"))
