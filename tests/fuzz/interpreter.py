"""What BPMN 2.0 (§13) says a diagram does, as plainly as it can be written: tokens on flows, and nothing else.

It reads the XML itself and shares no line with the engine. A token carries its variables, each with the number of the
writing that made it: where tokens meet, the latest writing counts.

In Camunda and Flowable a variable belongs to a scope, mostly the whole process, and what one token writes all others
see at once. Here as in the engine it belongs to a token: others see it where tokens meet; where an event is handled,
with what was written so far in the activity it ends or interrupts for a while; and when an event subprocess is done.
Of an activity with instances, what those wrote counts that are done.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from tests.fuzz.juel import NOW, evaluate, truth
from tests.fuzz.reading import BPMN, CAMUNDA, Drawing, kind, later, parameters, passed

Data = dict[str, tuple[Any, int]]  # variable → its value, and the number of the writing


def view(data: Data) -> dict[str, Any]:
    return {name: value for name, (value, _) in data.items()}


def met(*many: Data) -> Data:
    """Merge: of each variable the latest writing."""
    names = {name for data in many for name in data}
    return {n: max((d[n] for d in many if n in d), key=lambda written: written[1]) for n in names}


@dataclass(eq=False)
class Scope:
    """A process or subprocess that runs; `of` is the activity it is the inside of."""

    drawn: str
    of: "Token | None"
    ended: Data
    tokens: "list[Token]" = field(default_factory=list)
    over: bool = False


@dataclass(eq=False)
class Token:
    """Something that waits at an element: for a person, an event, other tokens, or what is inside it."""

    scope: Scope
    at: str
    data: Data
    flow: str = ""  # by which it came
    beside: "Token | None" = None  # a boundary event's activity, a caught event's gateway
    frame: "Token | None" = None  # of which it is one instance
    listens: bool = False  # starts an event subprocess; the scope ends without it
    inner: Scope | None = None
    items: list[Any] | None = None  # a frame's elements
    begun: int = 0
    done: int = 0
    kept: Data = field(default_factory=dict)  # what its instances wrote
    hidden: Data = field(default_factory=dict)  # what its own variables hide
    own: Collection[str] = ()
    born: int = 0
    due: datetime | None = None
    ticks: int = 1


class Interpreter:
    """One instance. `done` counts the elements completed in the last step."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        process: str,
        variables: Mapping[str, Any],
        at: datetime,
        begin: str = "",
    ) -> None:
        self.drawn = Drawing(files)
        self.nodes = self.drawn.nodes
        self.at = at
        self.writings = 0
        self.done: Counter[str] = Counter()
        self.moves: deque[tuple[Scope, str, Data, str]] = deque()
        self.scopes: list[Scope] = []
        self.result: dict[str, Any] | None = None
        self.top = self.open(process, None, self.written({}, variables), begin)
        self.settle()

    # --- what the world does ---------------------------------------------------------------------

    def complete(self, token: Token, values: Mapping[str, Any]) -> None:
        self.done = Counter()
        token.data = self.written(token.data, values)
        self.finished(token)
        self.settle()

    def occur(self, *tokens: Token) -> None:
        """What these tokens wait for happens: a moment, a signal, a message."""
        self.done = Counter()
        for token in tokens:
            self.happen(token)
        self.settle()

    def waiting(self) -> Iterator[Token]:
        """Yield the tokens that wait for the world: open tasks, and events."""
        for token in (token for scope in self.scopes for token in scope.tokens):
            if self.drawn.awaits(token.at) and token.items is None:
                yield token

    # --- tokens come and go ----------------------------------------------------------------------

    def open(self, drawn: str, of: Token | None, data: Data, begin: str = "") -> Scope:
        """A process or subprocess begins: at its blank start event, or the one named."""
        scope = Scope(drawn, of, data)
        self.scopes.append(scope)
        for node in self.nodes[drawn]:
            start = node.find(f"{BPMN}startEvent")
            if node.get("triggeredByEvent") == "true":
                self.arm(self.put(scope, start.get("id"), data, listens=True))
            elif kind(node) == "startEvent" and self.drawn.begins(node, begin):
                self.moves.append((scope, node.get("id"), data, ""))
        return scope

    def put(self, scope: Scope, at: str, data: Data, **how: Any) -> Token:
        token = Token(scope, at, data, born=self.writings, **how)
        scope.tokens.append(token)
        return token

    def settle(self) -> None:
        """Move what can move; then look at inclusive joins; then end what has no token left."""
        while True:
            while self.moves:
                scope, at, data, flow = self.moves.popleft()
                if not scope.over:
                    self.arrive(scope, at, data, flow)
            if not any(self.inclusive(token) for s in self.scopes for token in list(s.tokens)):
                empty = [s for s in self.scopes if all(token.listens for token in s.tokens)]
                if not empty:
                    return
                self.close(empty[-1], empty[-1].ended)

    def arrive(self, scope: Scope, at: str, data: Data, flow: str) -> None:
        node = self.nodes[at]
        what = kind(node)
        if what in {"parallelGateway", "inclusiveGateway"} and len(self.drawn.incoming[at]) > 1:
            self.put(scope, at, data, flow=flow)
            self.parallel(scope, at)
        elif what == "eventBasedGateway":
            self.done[at] += 1
            gateway = Token(scope, at, data)
            for out in self.drawn.outgoing[at]:
                self.arm(self.put(scope, out.get("targetRef"), data, beside=gateway))
        elif what == "intermediateCatchEvent" and node.find(f"{BPMN}linkEventDefinition") is None:
            self.arm(self.put(scope, at, data))
        elif what.endswith("Task") or what in {"task", "subProcess", "callActivity"}:
            self.begin(self.put(scope, at, data))
        elif what == "endEvent":
            self.end(scope, node, data)
        elif what == "intermediateThrowEvent" and node.find(f"{BPMN}linkEventDefinition") is None:
            self.say(self.put(scope, at, data))
        else:
            self.leave(scope, at, data)

    def leave(self, scope: Scope, at: str, data: Data) -> None:
        """Send tokens on along the flows that are to be taken."""
        self.done[at] += 1
        for catch in self.drawn.linked(at):
            self.moves.append((scope, catch, data, ""))
            return
        for flow in self.drawn.taken(at, {**view(data), NOW: self.at}):
            self.moves.append((scope, flow.get("targetRef"), data, flow.get("id")))
        if at not in self.drawn.outgoing:
            scope.ended = met(scope.ended, data)

    def end(self, scope: Scope, node: etree._Element, data: Data) -> None:
        self.leave(scope, node.get("id"), data)
        for what in ("error", "escalation"):
            event = node.find(f"{BPMN}{what}EventDefinition")
            if event is not None:
                self.throw(scope, what, event.get(f"{what}Ref"))
        if node.find(f"{BPMN}terminateEventDefinition") is not None:
            self.close(scope, self.seen(scope))

    def close(self, scope: Scope, data: Data) -> None:
        self.drop(scope)
        activity = scope.of
        if activity is None:
            self.result = view(data)
            return
        node, known = self.nodes[activity.at], view(activity.data)
        if kind(node) == "callActivity":
            given = passed(node, "out", view(data))
            new = {n: value for n, value in given.items() if n not in known or known[n] != value}
            activity.data = self.written(activity.data, new)
        else:
            activity.data = met(activity.data, data)
        self.finished(activity)

    def drop(self, scope: Scope) -> None:
        """End a scope with all that is in it."""
        scope.over = True
        self.scopes.remove(scope)
        for token in list(scope.tokens):
            self.cancel(token)

    def cancel(self, token: Token) -> None:
        if token not in token.scope.tokens:
            return
        token.scope.tokens.remove(token)
        for other in list(token.scope.tokens):
            if token in {other.beside, other.frame}:
                self.cancel(other)
        if token.inner is not None and not token.inner.over:
            self.drop(token.inner)

    # --- activities ------------------------------------------------------------------------------

    def begin(self, token: Token) -> None:
        """An activity begins: its boundary events wait beside it, its instances inside it."""
        for event in self.drawn.beside(token.at):
            self.arm(self.put(token.scope, event, token.data, beside=token))
        node = self.nodes[token.at]
        several = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
        if several is None and node.find(f"{BPMN}standardLoopCharacteristics") is None:
            self.perform(token)
            return
        token.items = []
        if several is not None:
            listed = several.get(f"{CAMUNDA}collection")
            number = several.find(f"{BPMN}loopCardinality")
            token.items = (
                evaluate(listed, view(token.data)) if listed else [None] * int(number.text)
            )
        self.proceed(token)

    def proceed(self, frame: Token, last: Token | None = None) -> None:
        """Begin the instances that are due now, or end the frame."""
        node = self.nodes[frame.at]
        several = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
        repeat = node.find(f"{BPMN}standardLoopCharacteristics")
        number = 1
        if repeat is not None:
            maximum, condition = repeat.get("loopMaximum"), repeat.find(f"{BPMN}loopCondition")
            sure = condition is None or (last is None and repeat.get("testBefore") != "true")
            again = sure or truth(evaluate(condition.text, view(frame.data)))
            over = not again or (maximum is not None and frame.done >= int(maximum))
        else:
            enough = several.find(f"{BPMN}completionCondition")
            counts = {"nrOfCompletedInstances": frame.done, "nrOfInstances": len(frame.items)}
            over = frame.done == len(frame.items) or (
                last is not None
                and enough is not None
                and truth(evaluate(enough.text, {**view(last.data), **view(frame.kept), **counts}))
            )
            if several.get("isSequential") != "true":
                number = 0 if frame.begun else len(frame.items)
        if over:
            frame.data = met(frame.data, frame.kept)
            self.gone(frame)
            return
        for _ in range(number):
            one = self.put(frame.scope, frame.at, frame.data, frame=frame)
            item = {"loopCounter": frame.begun} if several is None else {}
            if several is not None and several.get(f"{CAMUNDA}elementVariable"):
                item = {several.get(f"{CAMUNDA}elementVariable"): frame.items[frame.begun]}
            one.data = self.written(one.data, item)
            frame.begun += 1
            self.perform(one)

    def perform(self, token: Token) -> None:
        node = self.nodes[token.at]
        inputs = parameters(node, "input")
        token.own, token.hidden = inputs.keys(), token.data
        for name, text in inputs.items():
            token.data = self.written(token.data, {name: evaluate(text, view(token.data))})
        if kind(node) == "callActivity":
            given = self.written({}, passed(node, "in", view(token.data)))
            token.inner = self.open(node.get("calledElement"), token, given)
        elif kind(node) == "subProcess":
            token.inner = self.open(token.at, token, token.data)
        elif kind(node) == "serviceTask":
            token.data = self.written(token.data, {f"s_{token.at}": 1})
            self.finished(token)
        elif kind(node) == "scriptTask":
            name, text = node.findtext(f"{BPMN}script").split(" = ")
            token.data = self.written(token.data, {name: evaluate(text, view(token.data))})
            self.finished(token)
        elif kind(node) == "task":
            self.finished(token)

    def outward(self, token: Token, data: Data) -> Data:
        """Return the variables of an activity as they are outside it, where its own are not."""
        return {n: w for n, w in data.items() if n not in token.own} | {
            n: token.hidden[n] for n in token.own if n in token.hidden
        }

    def finished(self, token: Token) -> None:
        """An activity, or one instance of it, is done; what an instance wrote comes back, the later one wins."""
        frame = token.frame
        outputs = parameters(self.nodes[token.at], "output")
        given = {name: evaluate(text, view(token.data)) for name, text in outputs.items()}
        token.data = self.written(self.outward(token, token.data), given)
        if frame is None:
            if self.drawn.is_aside(token.at):
                self.tell(token)
            self.gone(token)
            return
        self.cancel(token)
        self.done[token.at] += 1
        several = self.nodes[token.at].find(f"{BPMN}multiInstanceLoopCharacteristics")
        own = {"loopCounter", several is not None and several.get(f"{CAMUNDA}elementVariable")}
        wrote = self.wrote(token, own, frame.data)
        frame.kept = met(frame.kept, wrote)
        # Subprocesses that run at once do not see into one another, and nobody sees into them.
        if token.inner is None or several is None or several.get("isSequential") == "true":
            for other in token.scope.tokens:
                if other is frame or other.frame is frame:
                    other.data = met(other.data, wrote)
        frame.done += 1
        self.proceed(frame, token)

    def wrote(self, token: Token, own: set[Any], known: Data) -> Data:
        """Return what was written since a token was born, as if it were written now."""
        names = [n for n, (_, when) in token.data.items() if when > token.born and n not in own]
        new = {n: token.data[n][0] for n in names if known.get(n) != token.data[n]}
        return self.written({}, new)

    def gone(self, token: Token) -> None:
        self.cancel(token)
        self.leave(token.scope, token.at, token.data)

    # --- events ----------------------------------------------------------------------------------

    def arm(self, token: Token) -> None:
        for ticks, span in self.drawn.times(token.at):
            token.ticks, token.due = ticks, later(self.at, span)

    def happen(self, token: Token) -> None:
        node = self.nodes[token.at]
        host, data = token.beside, token.data
        if node.get("attachedToRef"):
            data = met(data, self.current(host))
        if token.listens:
            self.start_aside(token)
        elif node.get("cancelActivity") == "false":
            while token.due is not None and token.ticks and token.due <= self.at:
                token.ticks -= 1  # ticks that were missed count, but are not made up for
                token.due += timedelta(days=1)
            if not token.ticks:
                self.cancel(token)
            self.leave(token.scope, token.at, data)
        else:
            self.cancel(token)
            for other in [
                t for t in token.scope.tokens if host and (t is host or t.beside is host)
            ]:
                self.cancel(other)
            self.leave(token.scope, token.at, data)

    def start_aside(self, listener: Token) -> None:
        """An event subprocess begins; an interrupting one ends everything else in its scope."""
        scope, start = listener.scope, self.nodes[listener.at]
        data = self.seen(scope)
        if start.get("isInterrupting") != "false":
            for token in list(scope.tokens):
                self.cancel(token)
        elif listener.due is not None:
            self.cancel(listener)
        activity = self.put(scope, start.getparent().get("id"), data)
        activity.inner = Scope(activity.at, activity, data)
        self.scopes.append(activity.inner)
        self.leave(activity.inner, listener.at, data)

    def tell(self, done: Token) -> None:
        """What an event subprocess wrote is seen by all that goes on in its scope; it adds nothing else to it."""
        wrote = self.wrote(done, set(), {})
        self.hear(done.scope, wrote)
        if self.drawn.is_beside(done.at):
            done.data = wrote

    def hear(self, scope: Scope, wrote: Data) -> None:
        for token in scope.tokens:
            token.data = met(token.data, wrote)
            inner = self.embedded(token)
            if inner is not None:
                inner.ended = met(inner.ended, wrote)
                self.hear(inner, wrote)

    def embedded(self, token: Token) -> Scope | None:
        """Return what runs inside a token and shares its variables, as a called process does not."""
        is_call = kind(self.nodes[token.at]) == "callActivity"
        return None if is_call or token.inner is None or token.inner.over else token.inner

    def current(self, token: Token) -> Data:
        """Return the variables of a token as they would be if what it waits for were done now."""
        inner = self.embedded(token)
        return self.outward(token, met(token.data, token.kept, self.seen(inner) if inner else {}))

    def seen(self, scope: Scope) -> Data:
        """Return the variables of a scope as they would be if it ended now, without what goes on beside its flow."""
        flow = [
            token
            for token in scope.tokens
            if not (token.frame or token.listens or self.drawn.is_beside(token.at))
        ]
        return met(scope.ended, *(self.current(token) for token in flow))

    def say(self, token: Token) -> None:
        """All in the instance that wait for it hear it; it may be the end of who says it."""
        said = self.drawn.spoken(token.at)
        for other in [t for t in self.waiting() if self.drawn.spoken(t.at) == said]:
            if other in other.scope.tokens:
                self.happen(other)
        if token in token.scope.tokens:
            self.gone(token)
        else:
            self.done[token.at] += 1

    def throw(self, scope: Scope | None, what: str, reference: str) -> None:
        """An error or escalation travels outward to the first event that catches it."""
        while scope is not None:
            host = scope.of and (scope.of.frame or scope.of)
            around = scope.of.scope if scope.of else None
            for token in [*scope.tokens, *(around.tokens if around else [])]:
                event = self.nodes[token.at].find(f"{BPMN}{what}EventDefinition")
                mine = token.listens if token.scope is scope else token.beside is host
                if event is not None and mine and event.get(f"{what}Ref") in {None, reference}:
                    self.happen(token)
                    return
            scope = around

    # --- joins -----------------------------------------------------------------------------------

    def here(self, scope: Scope, at: str) -> dict[str, Token]:
        """Return the first token on each incoming flow of a gateway."""
        found: dict[str, Token] = {}
        for token in scope.tokens:
            if token.at == at and token.flow:
                found.setdefault(token.flow, token)
        return found

    def parallel(self, scope: Scope, at: str) -> None:
        ready = self.here(scope, at)
        if kind(self.nodes[at]) == "parallelGateway" and len(ready) == len(self.drawn.incoming[at]):
            self.join(scope, at, ready)

    def inclusive(self, token: Token) -> bool:
        """Fire an inclusive join unless a token elsewhere can still reach one of its empty flows."""
        if kind(self.nodes[token.at]) != "inclusiveGateway" or not token.flow:
            return False
        ready = self.here(token.scope, token.at)
        for other in token.scope.tokens:
            reached = self.drawn.reach(other.at, token.at) if other.at != token.at else set()
            if reached - set(ready) and not reached & set(ready):
                return False
        self.join(token.scope, token.at, ready)
        return True

    def join(self, scope: Scope, at: str, ready: Mapping[str, Token]) -> None:
        for token in ready.values():
            scope.tokens.remove(token)
        self.done[at] += len(ready) - 1
        self.leave(scope, at, met(*(token.data for token in ready.values())))

    def written(self, data: Data, values: Mapping[str, Any]) -> Data:
        self.writings += 1
        return {**data, **{name: (value, self.writings) for name, value in values.items()}}
