"""SpiffWorkflow 3.2.0 as this project uses it: its tree of tasks and its specifications, without its known bugs.

Nothing of the library is patched in place. Its classes are extended in this folder and in `elements`. Every private
name that is called or overridden is listed in `PRIVATE_NAMES` with the reason; a test compares each with the installed
version.

What differs from the library, and why:

* No prediction. The library keeps the whole future of a process as tasks: doubled by every split, copied into every
  saved state, recursive in the length of the diagram, stale after a migration. In this engine a task is born when a token arrives.
* Data is copied on write. The library merges nested lists from parent to child and loses updates at joins; in
  this engine a task shares its parent's dictionary until somebody assigns a new one, and a join merges three ways.
* Joins count the tokens that wait on their incoming flows, as BPMN says; the library counts finished tasks of earlier
  passes of a loop and fires early.
* Ready tasks are queued, not searched for: the library walks the whole tree after every step.
"""

from collections.abc import Mapping
from importlib.metadata import version

VERSION = "3.2.0"

# States of a task, as the library numbers them.
FUTURE, WAITING, READY, STARTED = 4, 8, 16, 32
COMPLETED, CANCELLED = 64, 256
UNFINISHED = FUTURE | WAITING | READY | STARTED


# Every private name of the library that this project calls or overrides, as "module:qualified name".
PRIVATE_NAMES: Mapping[str, str] = {
    "SpiffWorkflow.task:Task._add_child": "overridden: children are Tokens, nothing is predicted",
    "SpiffWorkflow.task:Task._set_state": "overridden: queues ready tokens; the library builds log records nobody reads",
    "SpiffWorkflow.task:Task._inherit_data": "overridden: data is shared until it is assigned anew",
    "SpiffWorkflow.task:Task._ready": "called: marks a token ready",
    "SpiffWorkflow.task:Task._drop_children": "used by Task.cancel",
    "SpiffWorkflow.specs.base:TaskSpec._predict": "overridden: nothing is predicted",
    "SpiffWorkflow.specs.base:TaskSpec._update": "called: a token arrived at an element",
    "SpiffWorkflow.specs.base:TaskSpec._update_hook": "overridden: what an arrival does",
    "SpiffWorkflow.specs.base:TaskSpec._run_hook": "overridden: what an element does",
    "SpiffWorkflow.specs.base:TaskSpec._on_ready": "overridden: skips checks made at deployment",
    "SpiffWorkflow.specs.base:TaskSpec._on_complete": "overridden: tokens are sent on here",
    "SpiffWorkflow.specs.base:TaskSpec._on_complete_hook": "overridden: no data associations",
    "SpiffWorkflow.specs.base:TaskSpec._on_cancel": "overridden: waiting events are forgotten, called processes cancelled",
    "SpiffWorkflow.workflow:Workflow._task_completed_notify": "overridden: no walk over the tree after each task",
    "SpiffWorkflow.workflow:Workflow._task_removed_notify": "overridden: the event manager forgets removed tasks",
    "SpiffWorkflow.workflow:Workflow._remove_task": "called: a finished branch leaves the tree",
    "SpiffWorkflow.bpmn.util.subworkflow:BpmnSubWorkflow._calculate_depth": "called by the constructor",
    "SpiffWorkflow.specs.WorkflowSpec:WorkflowSpec._add_notify": "called by every specification's constructor",
}

# Private fields set by the library's constructors, or by ours in their stead.
PRIVATE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "SpiffWorkflow.task:Task": ("_state", "_children", "_parent"),
    "SpiffWorkflow.specs.base:TaskSpec": ("_inputs", "_outputs"),
}

if version("spiffworkflow") != VERSION:  # pragma: no cover — the pin in pyproject.toml keeps it so
    raise RuntimeError(f"this engine is written against SpiffWorkflow {VERSION}")
