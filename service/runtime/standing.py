"""How many cases stand in each version of a process, also where another process has called it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.runtime import callers
from service.tables.runtime import InstanceProcess, ProcessInstance


def cases(session: Session) -> dict[int, int]:
    """Return how many instances have a token in a version, by the id it is deployed under; no state is read."""
    rows = session.execute(
        select(ProcessInstance.deployed_process_id, InstanceProcess.process_id, func.count())
        .join(InstanceProcess, InstanceProcess.instance_id == ProcessInstance.id)
        .group_by(ProcessInstance.deployed_process_id, InstanceProcess.process_id)
    )
    bindings = callers.read(session)
    found: dict[int, int] = {}
    for begun, process_id, count in rows:
        version = bindings.below(begun).get(process_id)
        if version is not None:
            found[version.id] = found.get(version.id, 0) + count
    return found
