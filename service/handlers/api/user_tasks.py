"""User tasks: the to-do list, one task with its form, claiming, releasing, handing in."""

from typing import Any

from flask import Response, g, jsonify
from pydantic import BaseModel, Field

from service.handlers import keeping, web
from service.handlers.api import answers
from service.handlers.api.blueprint import TASKS, api
from service.handlers.api.requests import Body, Limit
from service.handlers.api.values import completed, variables
from service.runtime import inbox, tasks


class TaskPath(BaseModel):
    task_id: str = Field(max_length=64)


class Completion(Body):
    values: dict[str, Any] = Field(default_factory=dict)
    version: int | None = Field(default=None, description="看到任务时的版本，不同则不提交")


@api.get("/user-tasks", tags=[TASKS], summary="我要办的任务，最早到期的在前")
@web.allowed(web.signed_in)
def user_tasks(query: Limit) -> Response:
    with web.database().reading() as session:
        found = [answers.task(row, g.at) for row in inbox.of(session, web.actor(), query.limit)]
    return jsonify(user_tasks=found)


@api.get("/user-tasks/<task_id>", tags=[TASKS], summary="一项任务和它的表单")
@web.allowed(web.signed_in)
def show_task(path: TaskPath) -> Response:
    with web.database().reading() as session:
        desk = keeping.desk(session, web.actor(), path.task_id)
        answer = answers.desk(desk, g.at) | {"documentation": desk.element.documentation}
        if desk.shows_variables:
            answer["variables"] = variables(session, desk)
    return jsonify(answer)


@api.post("/user-tasks/<task_id>/claim", tags=[TASKS], summary="领取任务")
@web.allowed(web.signed_in)
def claim(path: TaskPath) -> Response:
    actor = web.actor()
    with web.database().transaction() as session:
        if keeping.desk(session, actor, path.task_id).is_theirs:
            tasks.claim(session, path.task_id, actor, g.at)
        else:
            keeping.take_over(session, actor, path.task_id, g.at)
    return jsonify(task_id=path.task_id, assignee=actor.login)


@api.post("/user-tasks/<task_id>/release", tags=[TASKS], summary="放回任务")
@web.allowed(web.signed_in)
def release(path: TaskPath) -> Response:
    with web.database().transaction() as session:
        tasks.release(session, path.task_id, web.actor(), g.at)
    return jsonify(task_id=path.task_id, assignee=None)


@api.post("/user-tasks/<task_id>/complete", tags=[TASKS], summary="提交任务")
@web.allowed(web.signed_in)
def complete(path: TaskPath, body: Completion) -> Response:
    """Hand in a task. A keeper takes it over first, and keeps it if the step then fails."""
    actor = web.actor()
    with web.noting(), web.database().reading() as session:
        desk = keeping.desk_of(session, actor, path.task_id)
        completed(session, desk, body.values)
        is_theirs = desk.is_theirs
    version = body.version
    if not is_theirs:
        with web.database().transaction() as session:
            keeping.take_over(session, actor, path.task_id, g.at, version)
        version = None
    with web.command() as session:
        values = completed(session, keeping.desk_of(session, actor, path.task_id), body.values)
        tasks.complete(session, path.task_id, values, actor, g.at, version)
    return jsonify(task_id=path.task_id, completed=True)
