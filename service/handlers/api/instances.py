"""Process instances, and what waits, failed and happened in one of them."""

from flask import Response, g, jsonify
from pydantic import Field

from service import history
from service.handlers import keeping, mending, paging, web
from service.handlers.api import answers
from service.handlers.api.blueprint import INSTANCES, api
from service.handlers.api.requests import InstancePath, Limit
from service.handlers.keeping import KEEPERS, OPERATORS
from service.register.casefile import integrity
from service.runtime import incidents, timers


class InstancesWanted(Limit):
    process_id: str = Field(default="", max_length=200)
    business_key: str = Field(default="", max_length=200)
    status: str = Field(default="", pattern="^(running|ended|failed|terminated|)$")
    after: int | None = Field(default=None, ge=1, lt=2**31, description="上一页最后一个实例的 id")


@api.get("/process-instances", tags=[INSTANCES], summary="流程实例，最新的在前")
@web.allowed(KEEPERS)
def list_instances(query: InstancesWanted) -> Response:
    wanted = (query.process_id, query.business_key, query.status, query.after)
    with web.database().reading() as session:
        found = paging.page(lambda limit: keeping.listed(session, limit, *wanted), query.limit)
        shown = [answers.instance(row) for row in found.rows]
        last = found.last.id if found.last else None
    return jsonify(process_instances=shown, next=last)


@api.get("/process-instances/<int:instance_id>", tags=[INSTANCES], summary="一个流程实例")
@web.allowed(web.signed_in)
def show_instance(path: InstancePath) -> Response:
    with web.database().reading() as session:
        return jsonify(answers.instance(keeping.instance(session, web.actor(), path.instance_id)))


@api.get(
    "/process-instances/<int:instance_id>/user-tasks",
    tags=[INSTANCES],
    summary="一个实例的待办任务，最早的在前",
)
@web.allowed(KEEPERS)
def instance_tasks(path: InstancePath) -> Response:
    actor = web.actor()
    with web.database().reading() as session:
        found = keeping.instance(session, actor, path.instance_id)
        shown = [answers.desk(one, g.at) for one in keeping.desks(session, actor, found)]
    return jsonify(user_tasks=shown)


@api.get(
    "/process-instances/<int:instance_id>/incidents",
    tags=[INSTANCES],
    summary="一个实例没有解决的异常",
)
@web.allowed(OPERATORS)
def instance_incidents(path: InstancePath) -> Response:
    with web.database().reading() as session:
        found = keeping.instance(session, web.actor(), path.instance_id)
        open_ = incidents.unresolved(session, instance_id=found.id)
        told = [answers.incident(one) for one in mending.failures(session, web.actor(), open_)]
    return jsonify(incidents=told)


@api.get("/process-instances/<int:instance_id>/history", tags=[INSTANCES], summary="发生过什么")
@web.allowed(KEEPERS)
def instance_history(path: InstancePath) -> Response:
    with web.database().reading() as session:
        found = keeping.instance(session, web.actor(), path.instance_id)
        events = keeping.events(session, web.actor(), found, history.of(session, found.id))
        verified = integrity.verify(session, found.id)
        told = [
            {
                "seq": event.seq,
                "at": answers.iso(event.at),
                "kind": event.kind,
                "process_id": event.process_id,
                "element_id": event.element_id,
                "name": event.name,
                "by": event.by,
            }
            for event in events
        ]
    return jsonify(
        events=told,
        intact=verified.intact,
        faults=list(verified.faults),
        gaps=list(verified.gaps),
    )


@api.get(
    "/process-instances/<int:instance_id>/messages",
    tags=[INSTANCES],
    summary="这件事项还没有送达的消息，和它正在等候的消息、信号",
)
@web.allowed(KEEPERS)
def instance_messages(path: InstancePath) -> Response:
    with web.database().reading() as session:
        found = keeping.instance(session, web.actor(), path.instance_id)
        rows = keeping.case_messages(session, web.actor(), found)
        kept = [answers.case_message(one) for one in rows]
        waits = keeping.awaited(session, web.actor(), found)
        awaited = [{"name": one.name, "kind": one.kind} for one in waits]
    return jsonify(kept=kept, awaited=awaited)


@api.get("/process-instances/<int:instance_id>/timer-jobs", tags=[INSTANCES], summary="定时作业")
@web.allowed(KEEPERS)
def timer_jobs(path: InstancePath) -> Response:
    with web.database().reading() as session:
        held = keeping.instance(session, web.actor(), path.instance_id)
        jobs = keeping.timer_jobs(session, web.actor(), held, timers.of(session, held.id))
        found = [
            {
                "id": job.id,
                "element_id": job.element_id,
                "name": job.name,
                "kind": job.kind,
                "due_at": answers.iso(job.due_at),
                "policy_key": job.policy_key,
                "attempts": job.attempts,
                "last_error": job.last_error,
            }
            for job in jobs
        ]
    return jsonify(timer_jobs=found)
