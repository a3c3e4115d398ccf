"""The process runtime's rows: what is deployed, what runs, what waits, what failed, what happened."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class Deployment(Base):
    """A set of files published together, of which at least one process or decision got a new version."""

    __tablename__ = "deployments"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(unique=True)  # of its files and what they became
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")


class DeployedFile(Base):
    __tablename__ = "deployed_files"
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class DeployedProcess(Base):
    """One executable process at one version. New instances use the highest version, running ones keep theirs.

    `calls` maps each called process id to the DeployedProcess id it was bound to at deployment.
    """

    __tablename__ = "deployed_processes"
    __table_args__ = (UniqueConstraint("process_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), index=True)
    process_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    file: Mapped[str]
    calls: Mapped[dict[str, Any]]


class DeployedDecision(Base):
    """One decision at one version. Whatever asks for it by id gets the highest version, at the moment it asks."""

    __tablename__ = "deployed_decisions"
    __table_args__ = (UniqueConstraint("decision_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), index=True)
    decision_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    file: Mapped[str]


class ProcessInstance(Base):
    __tablename__ = "process_instances"
    __table_args__ = (Index("ix_process_instances_business_key", "business_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    deployed_process_id: Mapped[int] = mapped_column(
        ForeignKey("deployed_processes.id"), index=True
    )
    process_id: Mapped[str]
    business_key: Mapped[str | None]  # "suggestion:17", "supervision:3"
    status: Mapped[str]  # running | ended | failed | terminated
    state: Mapped[bytes]
    version: Mapped[int]
    started_at: Mapped[datetime]
    started_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    end_event: Mapped[str | None]
    history_seq: Mapped[int]
    history_hash: Mapped[str]


class InstanceProcess(Base):
    """A process in which an instance has a token: its own, and each it has called that has not ended yet."""

    __tablename__ = "instance_processes"
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instances.id"), primary_key=True)
    process_id: Mapped[str] = mapped_column(primary_key=True)


class UserTask(Base):
    """A token waiting for a person."""

    __tablename__ = "user_tasks"
    id: Mapped[str] = mapped_column(primary_key=True)  # hex of the engine's task id
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instances.id"), index=True)
    process_id: Mapped[
        str
    ]  # of the process that draws the task, which a call activity may have entered
    business_key: Mapped[str | None] = mapped_column(index=True)
    element_id: Mapped[str]
    name: Mapped[str]
    lane: Mapped[str]
    assignee: Mapped[str | None]  # login; wins over the candidates
    candidates: Mapped[list[str]]  # groups "role" or "role:scope", users "user:login"
    created_at: Mapped[datetime]
    policy_key: Mapped[str | None]
    level: Mapped[str | None]  # with base_at and cap_on: what due_at was computed from
    base_at: Mapped[datetime | None]
    cap_on: Mapped[str | None]
    unit: Mapped[str | None]  # whose calendar counts
    outer_key: Mapped[str | None]  # of a step: the limit it is counted back from
    begun_at: Mapped[datetime | None]  # and when it began
    due_at: Mapped[datetime | None]  # by the limit, or by the diagram alone
    held_due_at: Mapped[
        datetime | None
    ]  # what no limit decides, while the clock of the case stands
    follow_up_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(default=50)
    form_key: Mapped[str | None]  # a form kept elsewhere, for programs; the pages show the fields
    version: Mapped[int] = mapped_column(default=1)  # row version: claim, release, transfer


class TaskCandidate(Base):
    """One row per open task and candidate, so that an inbox is an index range per group."""

    __tablename__ = "task_candidates"
    __table_args__ = (Index("ix_task_candidates_inbox", "candidate", "due_at", "task_id"),)
    task_id: Mapped[str] = mapped_column(
        ForeignKey("user_tasks.id", ondelete="CASCADE"), primary_key=True
    )
    candidate: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]  # 9999-12-31 where there is none, so that order needs no NULLS LAST


class Submission(Base):
    """What a person handed in with a user task; kept for ever, except for sealed tasks, which keep no values here."""

    __tablename__ = "submissions"
    __table_args__ = (Index("ix_submissions_by", "by", "at"),)
    task_id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instances.id"), index=True)
    element_id: Mapped[str]
    name: Mapped[str]
    by: Mapped[str | None]
    at: Mapped[datetime]
    values: Mapped[dict[str, Any]]
    sealed: Mapped[bool] = mapped_column(default=False)


class Draft(Base):
    """What a person has typed and not yet handed in. `subject` is a task id, "start:<process id>", or a page's path."""

    __tablename__ = "drafts"
    subject: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime]
    values: Mapped[dict[str, Any]]


class TimerJob(Base):
    """A token waiting for a moment, or a user task's warning. This row, not the engine's state, is the truth of `due_at`."""

    __tablename__ = "timer_jobs"
    __table_args__ = (
        Index("ix_timer_jobs_due", "due_at"),
        Index("ix_timer_jobs_policy", "policy_key"),
        Index(
            "ix_timer_jobs_aside",
            "not_before",
            sqlite_where=text("not_before IS NOT NULL"),
            postgresql_where=text("not_before IS NOT NULL"),
        ),
        Index(
            "ix_timer_jobs_starts",
            "due_at",
            sqlite_where=text("instance_id IS NULL"),
            postgresql_where=text("instance_id IS NULL"),
        ),
    )
    # engine task id, or "<task id>:<warning no>", or "start:<process id>:<start event>"
    id: Mapped[str] = mapped_column(primary_key=True)
    # None: it starts a process that is not there yet
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instances.id"), index=True)
    # event | cycle | warning | overdue | message (a signal of another instance, due at once) | start
    kind: Mapped[str]
    task_id: Mapped[str | None] = mapped_column(index=True)  # the user task a warning belongs to
    element_id: Mapped[str]
    name: Mapped[str]
    due_at: Mapped[datetime]
    policy_key: Mapped[str | None]
    level: Mapped[str | None]
    base_at: Mapped[datetime | None]
    cap_on: Mapped[str | None]  # a dispatch batch's common date, ISO; the earlier wins
    unit: Mapped[str | None]
    held_due_at: Mapped[datetime | None]
    outer_key: Mapped[str | None]
    begun_at: Mapped[datetime | None]
    payload: Mapped[dict[str, Any] | None]  # of a signal; which start, and when it comes again
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]  # back-off of a poisoned row
    last_error: Mapped[str | None]


class MessageSubscription(Base):
    """A token waiting for a message, a signal or a condition; `in_flow` where it stands in the flow, not beside an activity or a scope."""

    __tablename__ = "message_subscriptions"
    __table_args__ = (Index("ix_message_subscriptions_name", "name", "business_key"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instances.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]  # message | signal | conditional
    business_key: Mapped[str | None]
    in_flow: Mapped[bool] = mapped_column(default=False)


class CaseMessage(Base):
    """A message that an instance has thrown and nobody has taken yet: on its way, or kept since `kept_at`."""

    __tablename__ = "case_messages"
    __table_args__ = (Index("ix_case_messages_name", "name", "business_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    business_key: Mapped[str | None]  # of the case it is for
    sender_id: Mapped[int] = mapped_column(ForeignKey("process_instances.id"), index=True)
    process_id: Mapped[str]  # where it was thrown
    element_id: Mapped[str]
    payload: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]  # back-off after a failure, or behind a message before it


class Incident(Base):
    """A step that failed. Retrying runs the same command again, as the same person, with the same payload.

    The payload of a sealed task is not kept; whoever did it hands it in again.
    """

    __tablename__ = "incidents"
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instances.id"), index=True)
    element_id: Mapped[str]
    command: Mapped[str]  # start | complete | fire | receive | deliver
    subject: Mapped[str]  # process id, task id, timer id, message name, "message:<id>"
    by: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    sentence: Mapped[str]
    cause: Mapped[str]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    attempts: Mapped[int]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]


class HistoryEvent(Base):
    """Appended, never changed; `hash` covers the row and the hash before it in the same instance."""

    __tablename__ = "history_events"
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instances.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    task_id: Mapped[str | None]
    by: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    hash: Mapped[str]


class SchedulerLease(Base):
    """Who keeps the clock, and when it last said so; one row per scheduler process and per housekeeping job."""

    __tablename__ = "scheduler_leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    beat_at: Mapped[datetime]
    until: Mapped[datetime]
