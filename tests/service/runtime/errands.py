"""Errands: a small process of one task, and processes that call it, in files that differ as their makers please."""

from service.database import Database
from service.runtime import inbox, instances
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.runtime.lamps import HANDLER

END = '<endEvent id="End_done" name="已完成"/>'
START = '<startEvent id="Start_asked" name="已提出"/>'


def plain(process_id: str = "errand", task: str = "跑腿", task_id: str = "Task_run") -> bytes:
    return diagram(
        process_id,
        "跑腿",
        START + user(task_id, task, candidateGroups="unit_handler") + END,
        [("Start_asked", task_id), (task_id, "End_done")],
    )


def calling(process_id: str, called: str, name: str = "上级流程") -> bytes:
    return diagram(
        process_id,
        name,
        START + f'<callActivity id="Call_part" name="下级流程" calledElement="{called}"/>' + END,
        [("Start_asked", "Call_part"), ("Call_part", "End_done")],
    )


def rewritten(content: bytes) -> bytes:
    """Return the same diagram as another program would write it: other quotes, other order, other places of shapes."""
    text = content.decode()
    flows = [f"<sequenceFlow{one}" for one in text.split("<sequenceFlow")[1:]]
    first = flows[0].partition("/>")[0] + "/>"
    text = text.replace(first, "").replace("<startEvent", f"{first}\n  <startEvent", 1)
    text = text.replace(' name="跑腿" isExecutable="true"', " isExecutable='true' name='跑腿'")
    return text.replace('x="', 'x="1').encode()


def started(database: Database, process_id: str) -> int:
    with database.transaction() as session:
        return instances.start(session, process_id, {}, "wang", MORNING).id


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return [task.name for task in inbox.of(session, HANDLER)]
