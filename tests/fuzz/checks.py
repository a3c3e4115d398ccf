"""What must hold of a saved instance after every step, whatever its diagram."""

from datetime import datetime

from service.engine.execution import Execution
from service.engine.host import Host


def checked(execution: Execution, host: Host, at: datetime) -> Execution:
    """Return the instance saved and loaded, having looked at what must hold of it."""
    state = execution.dump()
    loaded = Execution.load(execution.definitions, state, host, at)
    assert loaded.dump() == state, "a state loaded and saved again is another state"
    waiting = [
        *loaded.user_tasks,
        *loaded.timers,
        *loaded.subscriptions,
    ]
    if loaded.ended:
        assert not waiting, f"the instance has ended, and still waits at {waiting}"
    for item in waiting:
        loaded.variables(item.id)  # TaskNotOpen: no living token
    return loaded
