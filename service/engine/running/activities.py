"""What is done: tasks, and activities that contain others or are done several times."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from service.engine.deciding import ruling
from service.engine.deciding.decisions import Decision
from service.engine.deciding.ruling import Ruling
from service.engine.drawn.source import Passing, Repetition
from service.engine.host import OperationCall
from service.engine.language.expressions import Expression, Template
from service.engine.running.events import Catching, Fault, Timer
from service.engine.running.spiff import (
    COMPLETED,
    READY,
    STARTED,
    Frame,
    Node,
    SubInstance,
    Token,
)
from service.engine.running.terms import Terms
from service.engine.running.variables import evaluated, outside, plain, seen, tell, written
from service.errors import BpmnError, ExpressionFailed, OperationFailed, ProcessFailed


class Activity(Node):
    """What takes time. It may have variables of its own: inputs are there while it lasts, outputs stay after it."""

    handed_on: Mapping[str, Template] = MappingProxyType({})

    def _update_hook(self, my_task: Token) -> bool:
        if not my_task.triggered:
            my_task._inherit_data()
        if self.received:
            self._enter(my_task)
        return True

    def _on_complete(self, my_task: Token) -> None:
        if self.received or self.handed_on:
            self._leave(my_task)
        super()._on_complete(my_task)

    def _enter(self, my_task: Token) -> None:
        for name, text in self.received.items():
            value = plain({name: evaluated(text, my_task)}, self.bpmn_id)
            my_task.data = {**my_task.data, **value}  # no writing: what it hides comes back

    def _leave(self, my_task: Token) -> None:
        outputs = {name: evaluated(text, my_task) for name, text in self.handed_on.items()}
        my_task.data = outside(my_task, my_task.data)
        my_task.assign(plain(outputs, self.bpmn_id))


class UserTask(Activity, defaults.UserTask):
    """Waits for a person: ready until somebody completes it. When it is due is reckoned once, when it is reached."""

    terms = Terms()

    def _update_hook(self, my_task: Token) -> bool:
        super()._update_hook(my_task)
        if self.terms:
            self.terms.reckon(my_task)
        return True


class PassingTask(Activity, defaults.NoneTask):
    """A task without a type, or one done outside the system: the token goes on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False


class ServiceTask(Activity, defaults.ServiceTask):
    """Asks the host to carry out an operation; what it returns becomes variables.

    Its inputs are what the operation is told, its outputs are reckoned from them and from what came back.
    """

    parameters: Mapping[str, Template]
    outcomes: Mapping[str, Template]

    def _run_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        values = {name: evaluated(text, my_task) for name, text in self.parameters.items()}
        told = plain(values, self.bpmn_id)
        process_id = my_task.workflow.spec.process_id
        variables = MappingProxyType(my_task.data)
        call = OperationCall(process_id, self.bpmn_id, my_task.id, variables, told)
        try:
            result = top.host.call(self.element.topic, call)
        except BpmnError as error:
            return self._fail(my_task, error)
        except top.passing:
            raise
        except Exception as error:
            raise OperationFailed(element=self.bpmn_id, cause=repr(error)) from error
        names = {**my_task.data, **told}
        returned = plain(result or {}, self.bpmn_id)
        my_task.assign(returned)
        if self.outcomes:
            names |= returned
            outcomes = {k: evaluated(text, my_task, names) for k, text in self.outcomes.items()}
            my_task.assign(plain(outcomes, self.bpmn_id))
        return True

    @staticmethod
    def _fail(my_task: Token, error: BpmnError) -> bool:
        """An error the diagram may know goes where it is drawn; one it does not is the operation's refusal."""
        if not Fault("error", error.code, said=str(error)).is_caught(my_task):
            raise error
        return False


class ScriptTask(Activity, defaults.NoneTask):
    """Computes values: each line gives one variable."""

    lines: Sequence[tuple[str, Expression]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False

    def _run_hook(self, my_task: Token) -> bool:
        for name, expression in self.lines:
            my_task.assign(plain({name: evaluated(expression, my_task)}, self.bpmn_id))
        return True


class BusinessRuleTask(Activity, defaults.ServiceTask):
    """Decides by a table: by the newest one, unless the diagram is bound to that of its own deployment.

    Its inputs are seen by the table and its outputs, which also have the whole answer as `decisionResult`.
    """

    ruling: Ruling
    bound: Decision | None
    parameters: Mapping[str, Template]
    outcomes: Mapping[str, Template]

    def _run_hook(self, my_task: Token) -> bool:
        values = {name: evaluated(text, my_task) for name, text in self.parameters.items()}
        told = plain(values, self.bpmn_id)
        answer = self._decision(my_task).answer({**my_task.data, **told}, self.bpmn_id)
        my_task.assign(plain(ruling.variables(self.ruling, answer, self.bpmn_id), self.bpmn_id))
        if self.outcomes:
            names = {**my_task.data, **told, ruling.WHOLE: ruling.whole(answer)}
            outcomes = {k: evaluated(text, my_task, names) for k, text in self.outcomes.items()}
            my_task.assign(plain(outcomes, self.bpmn_id))
        return True

    def _decision(self, my_task: Token) -> Decision:
        found = self.bound or my_task.workflow.top_workflow.host.decision(self.ruling.key)
        if found is None:
            raise ProcessFailed(
                f"环节“{self.bpmn_name or self.bpmn_id}”要用的决策“{self.ruling.key}”没有部署，"
                "请流程设计员部署它的 .dmn 文件后重试。",
                element=self.bpmn_id,
                cause=f"no decision {self.ruling.key!r}",
            )
        return found


class Subprocess(Activity, defaults.SubWorkflowTask):
    """Runs another process inside the same instance. An embedded one shares its variables; a call passes what it maps."""

    passed_in: Sequence[Passing]
    passed_out: Sequence[Passing]
    expressions: Mapping[str, Expression]
    shares: bool

    def _update_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        if my_task.id in top.subprocesses:
            return False
        super()._update_hook(my_task)
        self._begin(my_task)
        return False

    def _begin(self, my_task: Token) -> None:
        top = my_task.workflow.top_workflow
        my_task._set_state(STARTED)
        called = SubInstance(top.subprocess_specs[self.spec], my_task)
        top.subprocesses[my_task.id] = called
        called.begin(self._passed(self.passed_in, my_task, my_task.data))

    def returned(self, my_task: Token, data: dict[str, Any]) -> None:
        """The inner process ended with this data."""
        my_task.assign(self._passed(self.passed_out, my_task, data))
        my_task._set_state(READY)

    def _passed(
        self, passing: Sequence[Passing], token: Token, data: dict[str, Any]
    ) -> dict[str, Any]:
        if len(passing) == 1 and passing[0].every:
            return data
        values: dict[str, Any] = {}
        for item in passing:
            if item.every:
                values.update(data)
            elif item.expression:
                expression = self.expressions[item.expression]
                value = evaluated(expression, token, data)
                values |= plain({item.target: value}, self.bpmn_id)
            else:
                values[item.target or item.source] = data.get(item.source)
        return values

    def _on_cancel(self, my_task: Token) -> None:
        called = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if called is not None and not called.completed:
            called.cancel()


class EventSubprocessStart(Catching, defaults.IntermediateCatchEvent):
    """Waits, as long as its scope lives, for what starts an event subprocess.

    The event subprocess sees the variables of all that goes on in the scope. When it interrupts, nothing else goes on.
    """

    body: "EventSubprocess"

    def happen(self, my_task: Token, payload: Mapping[str, Any]) -> None:
        self._start(my_task, payload)
        if self.body.interrupts or isinstance(self.event_definition, Timer):
            my_task.workflow.top_workflow.event_manager.remove_task(my_task)
            my_task.internal_data = {}
            my_task._set_state(COMPLETED)

    def tick(self, my_task: Token) -> None:
        self._start(my_task, {})

    def _start(self, my_task: Token, payload: Mapping[str, Any]) -> None:
        workflow = my_task.workflow
        variables = seen(workflow)
        place = my_task._add_child(workflow.spec.start)  # undrawn: keeps the variables as they were
        place.data = variables
        place._set_state(COMPLETED)
        if self.body.interrupts:
            workflow.ended = {}
            for token in workflow.living():
                if token is not my_task and token.live and token.id in workflow.tasks:
                    token.cancel()
        body = place._add_child(self.body)
        body.internal_data = dict(payload)
        self.body._update(body)


class EventSubprocess(Subprocess):
    """What happens in a scope beside its flow. What it wrote is seen by all that goes on when it is done."""

    interrupts: bool

    def _update_hook(self, my_task: Token) -> bool:
        brought, my_task.internal_data = my_task.internal_data, {}
        my_task._inherit_data()
        my_task.assign(brought)
        self._begin(my_task)
        return False

    def _on_complete(self, my_task: Token) -> None:
        workflow, before = my_task.workflow, my_task.parent.data
        writes = written(before, my_task.data)
        others = [token for token in workflow.living() if token is not my_task]
        others += [other.parent for other in others if isinstance(other.task_spec, EventSubprocess)]
        tell([workflow.task_tree, *others], before, writes)
        if self.interrupts:
            workflow.end_event = workflow.top_workflow.subprocesses[my_task.id].end_event
        else:
            my_task.data = {**workflow.task_tree.data, **writes}
        super()._on_complete(my_task)


class MultiInstance(Frame):
    """Does an activity once for each element of a collection, at once or one after another.

    Each instance has its element to itself. What else it wrote is there for all when it is done; of two that wrote
    the same, the later stays. Subprocesses that run at once see what the others wrote only after all are done.
    """

    child: Node
    repetition: Repetition
    collection: Expression | None
    cardinality: Expression | None
    completion: Expression | None
    is_counted: bool  # whether anything in the process asks for loopCounter

    def _update_hook(self, my_task: Token) -> bool:
        my_task._inherit_data()
        items = self._items(my_task)
        if not items:
            return True
        my_task.internal_data = {"total": len(items), "done": 0}
        my_task._set_state(STARTED)
        for index in range(1 if self.repetition.sequential else len(items)):
            self._begin(my_task, items[index], index)
        return False

    def finished(self, child: Token) -> None:
        """One instance is done; go on when all are, or when the completion condition says enough."""
        frame = child.parent
        if frame._state != STARTED:
            return
        self._keep(frame, child)
        if self.repetition.output_collection:
            self._put_out(frame, child)
        counts = frame.internal_data
        done, total = counts["done"] + 1, counts["total"]
        frame.internal_data = {**counts, "done": done}
        if done >= total or self._enough(frame, child, done, total):
            for token in frame.children:
                if token is not child and token.live:
                    token.cancel()
            self._end(frame)
        elif self.repetition.sequential:
            items = self._items(frame)[done:]
            if items:
                self._begin(frame, items[0], done)
            else:
                self._end(frame)

    def _end(self, frame: Token) -> None:
        frame.assign(frame.internal_data.get("written", {}))
        if self.repetition.output_collection:
            found = sorted(frame.internal_data.get("put_out", ()), key=lambda pair: pair[0])
            frame.assign({self.repetition.output_collection: [value for _, value in found]})
        frame._set_state(READY)

    def _put_out(self, frame: Token, child: Token) -> None:
        """Keep what an instance puts out, by its place, so that the list is in the order of the instances."""
        value = child.data.get(self.repetition.output_element)
        put_out = [*frame.internal_data.get("put_out", ()), [child.internal_data["index"], value]]
        frame.internal_data = {**frame.internal_data, "put_out": put_out}

    def _begin(self, frame: Token, item: Any, index: int) -> None:
        child = frame._add_child(self.child)
        child.triggered = True
        child.data = frame.data
        if self.repetition.element_variable:
            child.assign({self.repetition.element_variable: item})
        if self.is_counted:
            child.assign({LOOP_COUNTER: index})
        child.internal_data = {"index": index}
        self.child._update(child)

    @property
    def _apart(self) -> bool:
        """Whether instances run at once whose inside nobody can reach."""
        return not self.repetition.sequential and isinstance(self.child, Subprocess)

    def _keep(self, frame: Token, child: Token) -> None:
        before = frame.data
        writes = {k: v for k, v in written(before, child.data).items() if k not in self._own}
        if not writes:
            return
        if self._apart:
            kept = {**frame.internal_data.get("written", {}), **writes}
            frame.internal_data = {**frame.internal_data, "written": kept}
        else:
            frame.assign(writes)
            others = [token for token in frame.children if token.live and token is not child]
            tell(others, before, writes)

    @property
    def _own(self) -> frozenset[str]:
        repetition = self.repetition
        return frozenset({repetition.element_variable, repetition.output_element, LOOP_COUNTER})

    def _items(self, frame: Token) -> Sequence[Any]:
        if self.collection is None:
            assert self.cardinality is not None
            count = evaluated(self.cardinality, frame)
            if not isinstance(count, int) or not 0 <= count <= _MOST_INSTANCES:
                raise self._unusable(frame, count)
            return range(count)
        items = evaluated(self.collection, frame)
        if isinstance(items, Mapping):
            items = list(items.values())
        if not isinstance(items, list | tuple) or len(items) > _MOST_INSTANCES:
            raise self._unusable(frame, items)
        return items

    def _unusable(self, frame: Token, value: Any) -> ExpressionFailed:
        return ExpressionFailed(
            f"多实例环节“{self.bpmn_name or self.bpmn_id}”的集合不是列表，或超过 {_MOST_INSTANCES} 项，"
            "请核对它的集合变量。",
            element=self.bpmn_id,
            cause=repr(value)[:200],
        )

    def _enough(self, frame: Token, child: Token, done: int, total: int) -> bool:
        if self.completion is None:
            return False
        counts = {
            "nrOfInstances": total,
            "nrOfCompletedInstances": done,
            "nrOfActiveInstances": 1 if self.repetition.sequential else total - done,
            LOOP_COUNTER: child.internal_data.get("index", 0),
        }
        kept = frame.internal_data.get("written", {})
        return bool(evaluated(self.completion, child, {**child.data, **kept, **counts}))


class StandardLoop(Frame):
    """Does an activity again and again as long as its condition holds; what it wrote stays."""

    kind = "standardLoop"

    child: Node
    condition: Expression | None
    maximum: int | None
    tests_before: bool

    def _update_hook(self, my_task: Token) -> bool:
        my_task._inherit_data()
        if self.tests_before and not self._again(my_task, 0):
            return True
        my_task._set_state(STARTED)
        self._begin(my_task, 0)
        return False

    def finished(self, child: Token) -> None:
        """One round is done; go on, or do it once more."""
        frame = child.parent
        frame.assign({k: v for k, v in child.data.items() if k != LOOP_COUNTER})
        done = child.internal_data["index"] + 1
        if self._again(frame, done):
            self._begin(frame, done)
        else:
            frame._set_state(READY)

    def _begin(self, frame: Token, index: int) -> None:
        child = frame._add_child(self.child)
        child.triggered = True
        child.data = {**frame.data, LOOP_COUNTER: index}
        child.internal_data = {"index": index}
        self.child._update(child)

    def _again(self, frame: Token, done: int) -> bool:
        if self.maximum is not None and done >= self.maximum:
            return False
        names = {**frame.data, LOOP_COUNTER: done}
        return self.condition is None or bool(evaluated(self.condition, frame, names))


LOOP_COUNTER = "loopCounter"
_MOST_INSTANCES = 1000
