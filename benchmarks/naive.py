"""SpiffWorkflow as its documentation shows it: the whole workflow serialised to JSON at every step, one task table.

No history, no candidates, no timers table, no permissions: the floor our layers are compared with in the same run.
"""

import json
import time
from typing import Any

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.camunda.parser import CamundaParser
from SpiffWorkflow.camunda.serializer import DEFAULT_CONFIG
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from service.database import Database

METADATA = MetaData()
INSTANCES = Table(
    "naive_instances", METADATA, Column("id", Integer, primary_key=True), Column("state", Text)
)
TASKS = Table(
    "naive_tasks",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("instance", Integer, index=True),
    Column("name", String(60)),
)


class Naive:
    """Load, complete, save: one durable transaction per completion."""

    def __init__(self, database: Database, diagram: bytes, process_id: str) -> None:
        parser = CamundaParser()
        parser.add_bpmn_xml(etree.fromstring(diagram))
        self._specs = parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
        self._database = database
        with database.transaction() as session:
            METADATA.create_all(session.connection())

    def start(self, data: dict[str, Any]) -> int:
        workflow = BpmnWorkflow(*self._specs)
        workflow.task_tree.data.update(data)
        workflow.do_engine_steps()
        with self._database.transaction() as session:
            state = self._serializer.serialize_json(workflow)
            key = session.execute(insert(INSTANCES).values(state=state)).inserted_primary_key[0]
            self._tasks(session, key, workflow)
        return int(key)

    def run(self, key: int, values: dict[str, Any]) -> list[float]:
        """Complete every user task in creation order; return the seconds of each completion."""
        seconds = []
        while True:
            begun = time.perf_counter()
            with self._database.transaction() as session:
                [state] = session.execute(
                    select(INSTANCES.c.state).where(INSTANCES.c.id == key)
                ).one()
                workflow = self._serializer.deserialize_json(state)
                ready = workflow.get_tasks(state=TaskState.READY, manual=True)
                if not ready:
                    return seconds
                task = ready[0]
                task.data.update(json.loads(json.dumps(values)))
                if "n" in task.data and task.task_spec.name == "B":
                    task.data["n"] += 1
                task.run()
                workflow.do_engine_steps()
                state = self._serializer.serialize_json(workflow)
                session.execute(update(INSTANCES).where(INSTANCES.c.id == key).values(state=state))
                self._tasks(session, key, workflow)
            seconds.append(time.perf_counter() - begun)

    def state_size(self, key: int) -> int:
        with self._database.transaction() as session:
            [state] = session.execute(select(INSTANCES.c.state).where(INSTANCES.c.id == key)).one()
        return len(state)

    def _tasks(self, session: Any, key: int, workflow: BpmnWorkflow) -> None:
        session.execute(delete(TASKS).where(TASKS.c.instance == key))
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        rows = [{"id": str(t.id), "instance": key, "name": t.task_spec.name} for t in ready]
        if rows:
            session.execute(insert(TASKS), rows)
