"""What the outside is to a step: operations, decisions and limits by name, in the transaction at hand."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exc
from sqlalchemy.orm import Session

from service import decisions, operations
from service.database import kept, outage
from service.deadlines import policies
from service.deadlines.book import Due, within
from service.deadlines.workdays import LOCAL
from service.engine.deciding.decisions import Decision
from service.engine.definitions import Element
from service.engine.execution import OpenTask
from service.engine.host import OperationCall
from service.errors import OperationFailed, ServiceError
from service.operations import OPERATIONS, Context, Operation
from service.runtime import submissions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Operations:
    """The operations that steps in one database may run: those of this release, unless a rehearsal brings its own.

    A database keeps its own object: `database.memory[Operations] = Operations(…)` before anything runs in it.
    """

    by_name: Mapping[str, Operation] = field(default_factory=lambda: OPERATIONS)


def offered(session: Session) -> Mapping[str, Operation]:
    """Return the operations that steps in this session's database may run, by name."""
    operations.load()
    return kept(session, Operations).by_name


class Host:
    """What the outside is to a step: operations and limits by name, in the transaction at hand."""

    def __init__(
        self,
        session: Session,
        instance_id: int,
        business_key: str | None,
        by: str | None,
        at: datetime,
        operations: Mapping[str, Operation],
    ) -> None:
        self.session = session
        self.instance_id = instance_id
        self.business_key = business_key
        self.by = by
        self.at = at
        self.operations = operations
        self.zone = LOCAL
        self.functions: Mapping[str, Callable[..., Any]] = {"deadline": self.deadline}

    def call(self, operation: str, call: OperationCall) -> Mapping[str, Any]:
        """Run what a service task names."""
        context = self._context(call.process_id, call.element_id, call.variables)
        return self._run(operation, replace(context, parameters=call.parameters))

    def decision(self, key: str) -> Decision | None:
        """Return the newest decision of this id, at this moment."""
        try:
            return decisions.newest(self.session, key)
        except exc.SQLAlchemyError as error:
            raise outage(self.session, error) or error from error

    def hand_in(
        self,
        operation: str,
        process_id: str,
        element: Element,
        variables: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        """Run what a form names as its `on_complete`, with what was handed in."""
        context = replace(self._context(process_id, element.id, variables), values=values)
        return self._run(operation, context, sealed=submissions.is_sealed(element))

    def deadline(self, variables: Mapping[str, Any], key: str) -> Due:
        """Return when a named limit ends for a token with these variables."""
        try:
            return policies.for_variables(self.session, key, variables, self.at, self.business_key)
        except exc.SQLAlchemyError as error:
            raise outage(self.session, error) or error from error

    def limit(self, task: OpenTask) -> Due:
        """Return when a user task is due that has a limit: its property's, or the one its date was computed by."""
        if task.deadline_key or task.terms.policy is None:
            return self.deadline(task.variables, task.deadline_key or "")
        used = task.terms.policy
        hint = (used.key, used.base_at, used.level, used.cap_on, used.unit)
        step = within(used.outer_key, used.begun_at)
        return policies.due(self.session, *hint, self.business_key, step)

    def stands_since(self) -> datetime | None:
        """Return since when the clock of the case stands, if it does."""
        try:
            return policies.in_force(self.session).stands_since(self.business_key)
        except exc.SQLAlchemyError as error:
            raise outage(self.session, error) or error from error

    def _context(self, process_id: str, element_id: str, variables: Mapping[str, Any]) -> Context:
        return Context(
            session=self.session,
            at=self.at,
            by=self.by,
            instance_id=self.instance_id,
            business_key=self.business_key,
            process_id=process_id,
            element_id=element_id,
            variables=variables,
            keyed=self._key,
        )

    def _run(self, operation: str, context: Context, *, sealed: bool = False) -> Mapping[str, Any]:
        known = self.operations.get(operation)
        if known is None:
            raise OperationFailed(
                f"流程图要执行的操作“{operation}”在本版本中不存在，请运维人员升级程序或重新部署流程图。",
                element=context.element_id,
                cause=f"unknown operation {operation!r}",
            )
        try:
            return known.run(context)
        except ServiceError:
            raise
        except Exception as error:
            # An operation is anybody's code: what it did not foresee is an incident, unless the database is away.
            if away := outage(self.session, error):
                raise away from error
            cause = f"{operation}: {type(error).__name__}"
            if sealed:  # the words of an error may repeat what nobody is to read
                log.error("operation failed", extra={"operation": operation})
                raise OperationFailed(element=context.element_id, cause=cause) from None
            log.exception("operation failed", extra={"operation": operation})
            raise OperationFailed(element=context.element_id, cause=f"{cause}: {error}") from error

    def _key(self, business_key: str) -> None:
        self.business_key = business_key
