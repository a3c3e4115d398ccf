"""What is drawn in one process or subprocess, as the library's specification."""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

SPLIT = ".BoundaryEventSplit"  # what the name of the undrawn node above an activity ends with
LISTENER = "(listening)"  # and that of the node that waits for what starts an event subprocess


class ProcessSpec(BpmnProcessSpec):
    """What is drawn in one process or embedded subprocess. Names of undrawn nodes cannot be ids in XML."""

    def __init__(self, name: str, process_id: str) -> None:
        WorkflowSpec.__init__(self, name)
        self.process_id = process_id
        self.bpmn_start_events: list[Any] = []
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.io_specification = None
        self.svg = None
        self.flows: dict[tuple[str, str], str] = {}  # (source, target) → flow id
        self.listeners: list[Any] = []  # what starts its event subprocesses
        self.watchers: list[Any] = []  # what waits for a condition
        self.initial: dict[str, Any] = {}  # variables it begins with
