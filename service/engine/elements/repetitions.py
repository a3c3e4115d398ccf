"""Activities done several times: once for each of a collection, or as long as a condition holds."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from service.engine.drawn.source import Repetition
from service.engine.elements.subprocesses import Subprocess
from service.engine.language.expressions import Expression
from service.engine.running.instances import Token
from service.engine.running.nodes import Frame, Node
from service.engine.running.spiff import READY, STARTED
from service.engine.running.values import evaluated, holds, names_of
from service.engine.running.variables import share, written
from service.errors import ExpressionFailed

LOOP_COUNTER = "loopCounter"
_MOST_INSTANCES = 1000


class MultiInstance(Frame):
    """Does an activity once for each element of a collection, at once or one after another (BPMN 2.0, 13.3.7).

    Each instance has its element to itself. What else it wrote is seen by all when it is done; of two that wrote the
    same, the later stays. Subprocesses that run at once see what the others wrote only after all are done.
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
        """One instance is done; go on when all are, or when the completion condition says it is enough."""
        frame = child.parent
        if frame._state != STARTED:
            return
        self._collect(frame, child)
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
            items = self._elements(frame, total)
            if done < len(items):
                self._begin(frame, items[done], done)
            else:
                self._end(frame)

    def so_far(self, my_task: Token) -> Mapping[str, Any]:
        """Return what its instances have written and put out by now; an event that ends it takes this along."""
        if my_task._state != STARTED:
            return {}
        written_: dict[str, Any] = my_task.internal_data.get("written", {})
        if not self.repetition.output_collection:
            return written_
        found = sorted(my_task.internal_data.get("put_out", ()), key=lambda pair: pair[0])
        return {**written_, self.repetition.output_collection: [value for _, value in found]}

    def _end(self, frame: Token) -> None:
        frame.assign(self.so_far(frame))
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
        """Whether instances run at once, each inside a subprocess no other token reaches."""
        return not self.repetition.sequential and isinstance(self.child, Subprocess)

    def _collect(self, frame: Token, child: Token) -> None:
        before = frame.data
        writes = {k: v for k, v in written(before, child.data).items() if k not in self._own}
        if not writes:
            return
        if self._apart:
            collected = {**frame.internal_data.get("written", {}), **writes}
            frame.internal_data = {**frame.internal_data, "written": collected}
        else:
            frame.assign(writes)
            others = [token for token in frame.children if token.live and token is not child]
            share(others, before, writes)

    @property
    def _own(self) -> frozenset[str]:
        repetition = self.repetition
        return frozenset({repetition.element_variable, repetition.output_element, LOOP_COUNTER})

    def _items(self, frame: Token) -> Sequence[Any]:
        """Return what the instances are for: a collection, only so many of it where a number bounds it, or numbers."""
        if self.cardinality is None:
            return self._elements(frame, _MOST_INSTANCES)
        count = self._whole(evaluated(self.cardinality, frame))
        items = self._elements(frame, count) if count else ()
        if count > len(items):
            raise ExpressionFailed(
                f"多实例环节“{self.bpmn_name or self.bpmn_id}”要 {count} 份，集合里只有 {len(items)} 项，"
                "请核对次数（loopCardinality）和集合变量。",
                element=self.bpmn_id,
                cause=f"{count} instances for {len(items)} items",
                names=names_of(self.cardinality) | names_of(self.collection),
            )
        return items[:count]

    def _whole(self, value: Any) -> int:
        """Return a number of instances; a text of digits is one, as in Camunda and Flowable."""
        text = str(value).strip().removesuffix(".0")
        if not re.fullmatch(r"\d{1,4}", text) or not int(text) <= _MOST_INSTANCES:
            raise self._unusable(value, self.cardinality)
        return int(text)

    def _elements(self, frame: Token, count: int) -> Sequence[Any]:
        """Return the collection as it is now, or so many numbers where there is none."""
        if self.collection is None:
            return range(count)
        items = evaluated(self.collection, frame)
        if isinstance(items, Mapping):
            items = list(items.values())
        if not isinstance(items, list | tuple) or len(items) > _MOST_INSTANCES:
            raise self._unusable(items, self.collection)
        return items

    def _unusable(self, value: Any, expression: Expression | None) -> ExpressionFailed:
        return ExpressionFailed(
            f"多实例环节“{self.bpmn_name or self.bpmn_id}”的集合不是列表、次数不是整数，或超过 {_MOST_INSTANCES} 项，"
            "请核对它的集合变量和次数。",
            element=self.bpmn_id,
            cause=repr(value)[:200],
            names=names_of(expression),
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
        names = {**child.data, **self.so_far(frame), **counts}
        return holds(self.completion, child, names)


class StandardLoop(Frame):
    """Does an activity again as long as its condition holds (BPMN 2.0, 13.3.6); what it wrote stays."""

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
        return self.condition is None or holds(self.condition, frame, names)
