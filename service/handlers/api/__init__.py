"""`/api/v1`: the runtime for programs, with a bearer token per person; OpenAPI at `/api/v1/openapi.json`.

A person may do here what their posts allow on the pages. Those who look after processes (designers, operators,
administrators) may also start what touches no register, look at instances, tasks and timers, and do the tasks that
`keeping` lets them do; operators and administrators look after messages and incidents. Each resource is a module that
adds its routes to `blueprint.api`; whoever imports the package has them all.
"""

# The description lists its parts in the order in which they are added to it.
# isort: off
from service.handlers.api import (
    deployments,
    starts,
    instances,
    user_tasks,
    messages,
    incidents,
    repairs,
    suggestions,
    limits,
    calendar,
)
from service.handlers.api.blueprint import INFO, SECURITY, api, refused
# isort: on

__all__ = [
    "INFO",
    "SECURITY",
    "api",
    "calendar",
    "deployments",
    "incidents",
    "instances",
    "limits",
    "messages",
    "refused",
    "repairs",
    "starts",
    "suggestions",
    "user_tasks",
]
