"""Whether the service lives, is ready, and how it is doing: for load balancers and monitoring."""

from collections.abc import Mapping

from flask import Blueprint, Response, g, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select

from service.delivery import outbox
from service.delivery.channels import Name
from service.handlers import web
from service.runtime import instances, timers
from service.tables.messages import MessageChannel
from service.tables.runtime import Incident, ProcessInstance, UserTask

blueprint = Blueprint("health", __name__)

LATE = 60
"""Seconds a timer may be late before the service no longer calls itself ready."""


@web.route(blueprint, "/healthz", policy=web.anyone)
def alive() -> Response:
    """Answer without asking anybody: the process serves requests."""
    return jsonify(status="ok")


@web.route(blueprint, "/readyz", policy=web.anyone)
def ready() -> tuple[Response, int]:
    """Is the database there, does a clock beat, are the timers punctual? 503 with the reason when not."""
    with web.database().reading() as session:
        lag = timers.lag(session, g.at)
        beats = len(timers.clocks(session, g.at))
    late = (g.at - lag.since).total_seconds() if lag.since else 0.0
    is_ready = beats > 0 and late < LATE
    answer = jsonify(
        status="ready" if is_ready else "not ready",
        database="ok",
        schedulers=beats,
        timers_due=lag.due,
        timer_lag_seconds=round(late, 3),
        timers_aside=lag.aside,
    )
    return answer, 200 if is_ready else 503


@web.route(blueprint, "/metrics", policy=web.anyone)
def metrics() -> Response:
    """Counts for Prometheus; nothing in them names a case or a person."""
    registry = CollectorRegistry()
    with web.database().reading() as session:
        lag = timers.lag(session, g.at)
        figures = {
            "tibanping_timers_due": ("Timers due and not fired", lag.due),
            "tibanping_timers_aside": ("Timers waiting after a failure", lag.aside),
            "tibanping_timer_lag_seconds": (
                "Age of the longest due timer",
                (g.at - lag.since).total_seconds() if lag.since else 0,
            ),
            "tibanping_schedulers": ("Schedulers heard of", len(timers.clocks(session, g.at))),
            "tibanping_open_tasks": (
                "User tasks waiting",
                session.scalar(select(func.count()).select_from(UserTask)) or 0,
            ),
            "tibanping_running_instances": (
                "Instances running",
                session.scalar(
                    select(func.count()).where(ProcessInstance.status.in_(instances.RUNNING))
                )
                or 0,
            ),
            "tibanping_incidents": (
                "Incidents unresolved",
                session.scalar(select(func.count()).where(Incident.resolved_at.is_(None))) or 0,
            ),
        }
        counts, states = outbox.counts(session), outbox.states(session)
    for name, (meaning, value) in figures.items():
        Gauge(name, meaning, registry=registry).set(value)
    _of_messages(registry, counts, states)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _of_messages(
    registry: CollectorRegistry,
    counts: Mapping[tuple[str, str], int],
    states: Mapping[str, MessageChannel],
) -> None:
    """Count what waits, what was given up and what is unsure, by channel, and how long a channel has been down."""
    for state in ("waiting", "dead", "unsure"):
        meaning = f"Messages {state}, by channel"
        gauge = Gauge(f"tibanping_messages_{state}", meaning, ["channel"], registry=registry)
        for name in Name:
            gauge.labels(name.value).set(counts.get((name.value, state), 0))
    down = Gauge(
        "tibanping_channel_down_seconds",
        "How long a channel has not answered",
        ["channel"],
        registry=registry,
    )
    for name in Name:
        row = states.get(name.value)
        since = row.down_since if row else None
        down.labels(name.value).set((g.at - since).total_seconds() if since else 0)
