"""Random diagrams that are valid and sound, drawn block by block and written the way Camunda Modeler writes them.

Every block has one way in and one way out, whatever happens inside it; branches that run at the same time, and what
is inside a subprocess, begin with something that waits, so that one step never races with itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NAMESPACES = {"bpmn": BPMN[1:-1], "camunda": CAMUNDA[1:-1], "xsi": _XSI[1:-1]}

LISTS = {"none": [], "single": ["a"], "pair": ["a", "b"], "triple": ["a", "b", "c"]}
"""The variables every instance starts with: collections for multi-instance activities."""
FACTS: Mapping[str, Any] = {
    "nothing": None,
    "blank": "",
    "agreed": "true",
    "refused": "false",
    "sure": True,
    "seven": "7",
    "half": 2.5,
    "record": {"part": {"count": "3"}},
    "held_on": "2026-03-09",
    "local": "2026-03-20T08:30:00",
    "elsewhere": "2026-03-10T16:00:00+00:00",
}
"""And values of every kind for conditions, dates a little after the morning on which everything begins."""

_DEEPEST = 4
_TIMES = ("PT3H", "P1D", "P2DT12H", "P10D", "P1M")


@dataclass(frozen=True)
class Features:
    """What may be drawn: blocks with how often each comes, and where they may stand."""

    blocks: Mapping[str, int]
    faults: tuple[str, ...] = ("error", "escalation")
    asides: float = 0.0  # how many scopes have an event subprocess
    messages: float = 0.0  # how many processes may be started by a message, too
    joins_in_loops: bool = True
    plain: bool = False  # expressions as the stock library reads them, and nothing it reads wrongly


@dataclass(frozen=True)
class Diagram:
    """A process with all it calls; `words` tells it in one line."""

    seed: int
    files: Mapping[str, bytes] = field(repr=False)
    words: str
    repeated: frozenset[str] = frozenset()  # elements of which several may live at once
    begin: str = ""  # the start event, unless it is the blank one
    converts: bool = False  # what is answered may be text

    process = "P"


@dataclass(frozen=True)
class _Place:
    known: frozenset[str] = frozenset()  # variables that surely have a value here
    depth: int = 0
    may_end: bool = True  # nobody in this scope waits for the token
    looped: bool = False  # a loop in this scope leads back over it
    some: bool = False  # an inclusive gateway in this scope waits for the token
    repeated: bool = False  # several instances of it may live at once
    apart: bool = False  # in a call that does not pass in the lists
    told: bool = False  # an event subprocess may write meanwhile
    caught: tuple[
        tuple[str, str, bool], ...
    ] = ()  # (kind, code, interrupting) that a scope above catches


@dataclass(frozen=True)
class _Piece:
    first: str
    last: str
    words: str
    known: frozenset[str]


def draw(seed: int, features: Features) -> Diagram:
    """Draw the diagram of this number."""
    drawing = _Drawing(Random(seed), features)
    words = drawing.process(Diagram.process, _Place())[0]
    begin = drawing.random.choice(["", *drawing.starts])
    return Diagram(
        seed, drawing.files, words, frozenset(drawing.repeated), begin, not features.plain
    )


def variable(task: str) -> str:
    """Return the variable that a user task writes."""
    return f"v_{task}"


def answer(name: str) -> str:
    """Return the expression for what was decided, 0 to 2: no two writings of a variable have the same value."""
    return f"{name} % 10"


class _Drawing:
    def __init__(self, random: Random, features: Features) -> None:
        self.random = random
        self.features = features
        self.files: dict[str, bytes] = {}
        self.budget = random.randint(8, 30)
        self.counts: Counter[str] = Counter()
        self.root = self.scope = etree.Element(f"{BPMN}definitions", nsmap=_NAMESPACES)
        self.nodes: dict[str, etree._Element] = {}
        self.repeated: set[str] = set()
        self.starts: list[str] = []  # start events of the process that a message names
        self.catches: list[tuple[str, str]] = []  # (kind, name) of what may be thrown
        self.early: list[frozenset[str]] = []  # what is known where this scope may end early
        self.undecided: set[str] = set()  # gateways whose next flow is the default

    # --- elements --------------------------------------------------------------------------------

    def node(self, tag: str, prefix: str, **attributes: str) -> str:
        self.counts[prefix] += 1
        key = f"{prefix}{self.counts[prefix]}"
        given = {"id": key, "name": key, **attributes}
        self.nodes[key] = etree.SubElement(self.scope, BPMN + tag, given)
        return key

    def flow(self, before: str, after: str, condition: str = "") -> None:
        self.counts["Flow_"] += 1
        key = f"Flow_{self.counts['Flow_']}"
        ends = {"id": key, "sourceRef": before, "targetRef": after}
        flow = etree.SubElement(self.nodes[before].getparent(), f"{BPMN}sequenceFlow", ends)
        if condition:
            self._expression(flow, "conditionExpression", condition)
        elif before in self.undecided:
            self.undecided.remove(before)
            self.nodes[before].set("default", key)
        for end, tag in ((before, "outgoing"), (after, "incoming")):
            reference = etree.Element(BPMN + tag)
            reference.text = key
            self.nodes[end].insert(self._room(self.nodes[end], tag), reference)

    @staticmethod
    def _room(node: etree._Element, tag: str) -> int:
        """Flows stand behind the extensions and before everything else, incoming ones first."""
        before = {f"{BPMN}extensionElements", f"{BPMN}incoming", BPMN + tag}
        return sum(1 for child in node if child.tag in before)

    def _expression(self, parent: etree._Element, tag: str, text: str, braces: bool = True) -> None:
        child = etree.SubElement(parent, BPMN + tag, {f"{_XSI}type": "bpmn:tFormalExpression"})
        child.text = f"${{{text}}}" if braces and not self.features.plain else text

    def _time(self, key: str, text: str = "") -> None:
        definition = etree.SubElement(self.nodes[key], f"{BPMN}timerEventDefinition")
        text = text or self.random.choice(_TIMES)
        form = "timeCycle" if text.startswith("R") else "timeDuration"
        self._expression(definition, form, f'"{text}"' if self.features.plain else text, False)

    def _event(self, key: str, kind: str, name: str) -> None:
        """Let an event wait for or say a signal, message, error or escalation of this name."""
        reference = f"{kind}_{name}"
        if not any(child.get("id") == reference for child in self.root):
            code = {f"{kind}Code": name} if kind in {"error", "escalation"} else {}
            declared = etree.Element(BPMN + kind, {"id": reference, "name": name, **code})
            self.root.insert(0, declared)
        definition = f"{BPMN}{kind}EventDefinition"
        etree.SubElement(self.nodes[key], definition, {f"{kind}Ref": reference})

    @contextmanager
    def inside(self, root: etree._Element, scope: etree._Element) -> Iterator[None]:
        before = self.root, self.scope
        self.root, self.scope = root, scope
        yield
        self.root, self.scope = before

    # --- processes and sequences -----------------------------------------------------------------

    def process(self, key: str, place: _Place) -> tuple[str, frozenset[str]]:
        root = etree.Element(f"{BPMN}definitions", nsmap=_NAMESPACES)
        root.set("targetNamespace", "http://bpmn.io/schema/bpmn")
        named = {"id": key, "name": key, "isExecutable": "true"}
        with self.inside(root, etree.SubElement(root, f"{BPMN}process", named)):
            words, known = self.body(place)
        self.files[f"{key}.bpmn"] = etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )
        return words, known

    def body(self, place: _Place) -> tuple[str, frozenset[str]]:
        outer, self.early = self.early, []
        beside, caught = self._aside(place) if self._spend(self.features.asides) else ("", ())
        told = place.told or " beside(" in beside
        words, known = self.whole(replace(place, caught=(*place.caught, *caught), told=told))
        known = known.intersection(*self.early)
        self.early = outer
        return words + beside, known

    def _aside(self, place: _Place) -> tuple[str, tuple[tuple[str, str, bool], ...]]:
        """An event subprocess: it begins whenever its event happens while the scope lives."""
        interrupting = self.random.random() < 0.5
        kinds = ["timer", *self.features.faults, *(() if place.repeated else ("signal", "message"))]
        kind = self.random.choice(kinds)
        interrupting |= kind == "error"
        key = self.node("subProcess", "Y", triggeredByEvent="true")
        with self.inside(self.root, self.nodes[key]):
            start = self.node("startEvent", "S", isInterrupting=str(interrupting).lower())
            if kind == "timer":
                self._time(start)
            else:
                self._event(start, kind, key if kind in self.features.faults else start)
            if kind in {"signal", "message"}:
                self.catches.append((kind, start))
            task, end = self.task(place).first, self.node("endEvent", "E")
            self.flow(start, task)
            self.flow(task, end)
        self.early.append(place.known)
        caught = ((kind, key, interrupting),) if kind in self.features.faults else ()
        return f" & {key} on {kind}{'' if interrupting else ' beside'}({task})", caught

    def whole(self, place: _Place) -> tuple[str, frozenset[str]]:
        start = self.node("startEvent", "S")
        piece = self.sequence(place, waits=True)
        self.flow(start, piece.first)
        if self.scope.get("id") == Diagram.process and self._spend(self.features.messages):
            named = self.node("startEvent", "S")
            self._event(named, "message", named)
            self.flow(named, piece.first)
            self.starts.append(named)
        if not self._fits("and", place) or not self._spend(0.2):
            end = self.node("endEvent", "E")
            self.flow(piece.last, end)
            return piece.words, piece.known
        fork = self.node("parallelGateway", "F")
        self.flow(piece.last, fork)
        beside = replace(place, known=piece.known, may_end=False)
        branches = [self.sequence(beside, waits=True) for _ in range(2)]
        for branch in branches:
            self.flow(fork, branch.first)
            self.flow(branch.last, self.node("endEvent", "E"))
        words = " | ".join(f"{branch.words} → end" for branch in branches)
        known = frozenset().union(*(branch.known for branch in branches))
        return f"{piece.words} ; {fork}({words})", known

    def sequence(self, place: _Place, waits: bool = False) -> _Piece:
        pieces = [self.waiting(place) if waits else self.block(place)]
        for _ in range(self.random.choice((0, 1, 1, 2, 2))):
            if self.budget <= 0:
                break
            pieces.append(self.block(replace(place, known=pieces[-1].known)))
            self.flow(pieces[-2].last, pieces[-1].first)
        words = " ; ".join(piece.words for piece in pieces)
        return _Piece(pieces[0].first, pieces[-1].last, words, pieces[-1].known)

    def block(self, place: _Place) -> _Piece:
        return self._one_of(
            [name for name in self.features.blocks if self._fits(name, place)], place
        )

    def waiting(self, place: _Place) -> _Piece:
        """Draw a block at which every token first waits."""
        names = (
            "task",
            "own",
            "wait",
            "signal",
            "race",
            "sub",
            "call",
            "guarded",
            "reminded",
            "fan",
        )
        fitting = [n for n in names if n in self.features.blocks and self._fits(n, place)]
        return self._one_of(fitting, place)

    def _one_of(self, names: list[str], place: _Place) -> _Piece:
        self.budget -= 1
        weights = [self.features.blocks[name] for name in names]
        [name] = self.random.choices(names, weights) if self.budget > 0 else ["task"]
        piece: _Piece = getattr(self, _METHODS.get(name, name))(place)
        return piece

    def _fits(self, name: str, place: _Place) -> bool:
        if (
            name in {"and", "or", "fan", "reminded"}
            and place.looped
            and not self.features.joins_in_loops
        ):
            return False
        if name in {"loop", "xor", "race"} and place.some and not self.features.joins_in_loops:
            return False
        if name in {"xor", "or", "script"} and not place.known:
            return False
        if name == "told":
            return bool(self.catches)
        if name in {"signal", "race"} and place.repeated:
            return False  # a signal would move all the instances at once
        return name in {"task", "wait", "script"} or place.depth < _DEEPEST

    def _spend(self, chance: float) -> bool:
        if self.budget <= 0 or self.random.random() >= chance:
            return False
        self.budget -= 1
        return True

    def condition(self, place: _Place) -> str:
        test = self.random.choice(("== 0", "== 1", "== 2", ">= 1", "!= 1"))
        name = self.random.choice(sorted(place.known))
        if self.features.plain or self.random.random() < 0.2:
            return f"{answer(name)} {test}"
        forms = CONVERSIONS if place.apart else (*CONVERSIONS, *OF_FACTS)
        first, second = (self.random.choice(forms).format(v=name, a=answer(name)) for _ in range(2))
        joined = ("{0}", "{0}", "!({0})", "{0} && {1}", "({0}) || {1}", "{0} ? {1} : !({1})")
        return self.random.choice(joined).format(first, second)

    # --- blocks ----------------------------------------------------------------------------------

    def task(self, place: _Place) -> _Piece:
        key = self.node("userTask", "T")
        self._note(key, place)
        return _Piece(key, key, key, place.known | {variable(key)})

    def script(self, place: _Place) -> _Piece:
        key = self.node("scriptTask", "R", scriptFormat="juel")
        self._note(key, place)
        text = f"{variable(key)} = {self.random.choice(sorted(place.known))} + 1"
        etree.SubElement(self.nodes[key], f"{BPMN}script").text = text
        return _Piece(key, key, f"{key}({text})", place.known | {variable(key)})

    def told(self, place: _Place) -> _Piece:
        """An event says what another in the same instance may be waiting for; a task waits behind it."""
        kind, name = self.random.choice(self.catches)
        key = self.node("intermediateThrowEvent", "H")
        self._event(key, kind, name)
        task = self.task(place)
        self.flow(key, task.first)
        return replace(task, first=key, words=f"{key} says {name} ; {task.words}")

    def own(self, place: _Place) -> _Piece:
        """A task or subprocess with an input of its own, which may hide a variable, and an output."""
        piece = self.task(place) if self.random.random() < 0.5 else self.sub(place)
        if piece.first != piece.last or not piece.known:
            return piece
        key, known = piece.first, sorted(place.known)
        hidden, given = (
            self.random.choice([f"own_{key}", *known]),
            self.random.choice(sorted(piece.known)),
        )
        sums = ("{} + 5", "{} + '5'", "5 - -{}") + (
            () if place.apart else ("nothing + {} + 5", "{} + seven")
        )
        came = self.random.choice(sums).format(self.random.choice(known)) if known else "5"
        mapped = etree.SubElement(self._extensions(key), f"{CAMUNDA}inputOutput")
        etree.SubElement(mapped, f"{CAMUNDA}inputParameter", {"name": hidden}).text = f"${{{came}}}"
        out = {"name": f"out_{key}"}
        etree.SubElement(mapped, f"{CAMUNDA}outputParameter", out).text = f"${{{given}}}"
        told = f"{piece.words}<{hidden} := {came}, out := {given}>"
        return replace(piece, words=told, known=piece.known | {f"out_{key}"})

    def passing(self, place: _Place) -> _Piece:
        key = self.node("task", "N")
        return _Piece(key, key, key, place.known)

    def service(self, place: _Place) -> _Piece:
        external = {f"{CAMUNDA}type": "external", f"{CAMUNDA}topic": "note"}
        key = self.node("serviceTask", "O", **external)
        self._note(key, place)
        return _Piece(key, key, key, place.known)

    def _note(self, key: str, place: _Place) -> None:
        if place.repeated:
            self.repeated.add(key)

    def wait(self, place: _Place) -> _Piece:
        key = self.node("intermediateCatchEvent", "W")
        self._time(key)
        return _Piece(key, key, key, place.known)

    def signal(self, place: _Place) -> _Piece:
        key = self.node("intermediateCatchEvent", "G")
        kind = self._heard()
        self._event(key, kind, key)
        self.catches.append((kind, key))
        return _Piece(key, key, key, place.known)

    def _heard(self) -> str:
        return "signal" if self.features.plain else self.random.choice(("signal", "message"))

    def race(self, place: _Place) -> _Piece:
        """An event gateway: the first of several events decides the way."""
        gateway = self.node("eventBasedGateway", "V")
        catches = [self.wait(place), self.signal(place)]
        if not self.features.plain and self._spend(0.3):
            catches.append(self.wait(place))
        merge = self.merge(place)
        known, words = [], []
        for catch in catches:
            self.flow(gateway, catch.first)
            path = self.sequence(place) if self._spend(0.6) else None
            if path is not None:
                self.flow(catch.last, path.first)
            self.flow(path.last if path else catch.last, merge.first)
            known.append(path.known if path else place.known)
            words.append(f"{catch.words} ; {path.words}" if path else catch.words)
        told = f"{gateway}({' | '.join(words)}){merge.words}"
        return _Piece(gateway, merge.last, told, frozenset.intersection(*known) | merge.known)

    def merge(self, place: _Place) -> _Piece:
        """Where alternatives meet: an exclusive gateway, or right at a task, which BPMN allows."""
        if self.random.random() < 0.3:
            task = self.task(replace(place, known=frozenset()))
            return replace(task, words=f" ; {task.words}")
        key = self.node("exclusiveGateway", "M")
        return _Piece(key, key, "", frozenset())

    def xor(self, place: _Place) -> _Piece:
        split = self.node("exclusiveGateway", "X")
        merge = self.merge(place)
        known: list[frozenset[str]] = []
        words: list[str] = []
        # The first branch goes on to the merge, so that there is something behind it.
        ways = ["path", self._way(place)] + (["empty"] if self.random.random() < 0.4 else [])
        default = self.random.randrange(len(ways))
        for number, way in enumerate(ways):
            condition = "" if number == default else self.condition(place)
            if number == default:
                self.undecided.add(split)
            label = condition or "else"
            if way == "empty":
                self.flow(split, merge.first, condition)
                known.append(place.known)
                words.append(f"{label}: –")
                continue
            path = self.sequence(place)
            self.flow(split, path.first, condition)
            if way == "path":
                self.flow(path.last, merge.first)
                known.append(path.known)
                words.append(f"{label}: {path.words}")
            else:
                words.append(f"{label}: {path.words} → {self.ending(way, path.last, place)}")
        told = f"{split}({' | '.join(words)}){merge.words}"
        return _Piece(split, merge.last, told, frozenset.intersection(*known) | merge.known)

    def _way(self, place: _Place) -> str:
        ways = (
            ["path"] * 4
            + ([] if self.features.plain else ["terminate"])
            + (["end"] if place.may_end else [])
        )
        ways += ["thrown"] * 4 if self._thrown(place) else []
        ways += ["unheard"] * 2 if self.features.faults and place.may_end else []
        return self.random.choice(ways)

    def _thrown(self, place: _Place) -> list[tuple[str, str, bool]]:
        return [event for event in place.caught if event[0] == "error" or place.may_end]

    def ending(self, way: str, last: str, place: _Place) -> str:
        end = self.node("endEvent", "E")
        self.flow(last, end)
        self.early.append(place.known)
        if way == "terminate":
            etree.SubElement(self.nodes[end], f"{BPMN}terminateEventDefinition")
        if way == "unheard":
            self._event(end, self.random.choice(self.features.faults), end)
        if way == "thrown":
            kind, code, _ = self.random.choice(self._thrown(place))
            self._event(end, kind, code)
            return f"{end} {kind} {code}"
        return f"{end} {way}"

    def and_(self, place: _Place) -> _Piece:
        split = self.node("parallelGateway", "A")
        return self._together(split, "parallelGateway", place)

    def or_(self, place: _Place) -> _Piece:
        split = self.node("inclusiveGateway", "I")
        return self._together(split, "inclusiveGateway", place)

    def fan(self, place: _Place) -> _Piece:
        """A task with several ways out: all are gone, or those whose condition holds."""
        task = self.task(place)
        kind = self.random.choice(("parallelGateway", "inclusiveGateway"))
        piece = self._together(task.first, kind, replace(place, known=task.known))
        return replace(piece, words=f"{piece.words} by itself")

    def _together(self, split: str, kind: str, place: _Place) -> _Piece:
        some = kind == "inclusiveGateway"
        join = self.node(kind, "J" if some else "B")
        # Behind an inclusive gateway a token may end: nobody waits for it then.
        may_end = place.may_end and some and not self.features.plain
        inner = replace(place, may_end=may_end, depth=place.depth + 1, some=place.some or some)
        known, words = [place.known], []
        number = self.random.choice((2, 2, 3))
        for branch in range(number):
            condition = self.condition(place) if some and branch else ""
            if some and not branch:
                self.undecided.add(split)
            label = f"{condition or 'else'}: " if some else ""
            direct = not (some and self.features.plain) and self.random.random() < 0.2
            if branch == number - 1 and direct:
                self.flow(split, join, condition)
                words.append(f"{label}–")
                continue
            path = self.sequence(inner, waits=True)
            self.flow(split, path.first, condition)
            self.flow(path.last, join)
            known.append(path.known)
            words.append(label + path.words)
        after = place.known if some else frozenset().union(*known)
        return _Piece(split, join, f"{split}({' | '.join(words)})", after)

    def link(self, place: _Place) -> _Piece:
        """A pair of link events, instead of a flow across the page."""
        throw = self.node("intermediateThrowEvent", "K")
        catch = self.node("intermediateCatchEvent", "K")
        for key in (throw, catch):
            named = {"id": f"link_{key}", "name": throw}
            etree.SubElement(self.nodes[key], f"{BPMN}linkEventDefinition", named)
        return _Piece(throw, catch, f"{throw} ⇢ {catch}", place.known)

    def loop(self, place: _Place) -> _Piece:
        """Back over a block, from behind it or over another way, to a gateway or right into its first element."""
        body = self.sequence(replace(place, looped=True, depth=place.depth + 1))
        ask = self.task(replace(place, known=body.known))
        self.flow(body.last, ask.first)
        gateway = self.node("exclusiveGateway", "L")
        self.flow(ask.last, gateway)
        entry = body.first
        takes = self.nodes[entry].tag.removeprefix(BPMN)
        if takes not in {"userTask", "subProcess", "inclusiveGateway"} or self._spend(0.5):
            entry = self.node("exclusiveGateway", "M")
            self.flow(entry, body.first)
        back = f"{answer(variable(ask.first))} == 2"
        words = f"{gateway}[{body.words} ; {ask.words} ; again if {back}"
        if self._spend(0.4):
            away = self.sequence(
                replace(place, looped=True, known=ask.known, depth=place.depth + 1)
            )
            self.flow(gateway, away.first, back)
            self.flow(away.last, entry)
            words += f" over {away.words}"
        else:
            self.flow(gateway, entry, back)
        self.undecided.add(gateway)
        return _Piece(entry, gateway, f"{words}]", ask.known)

    # --- activities that contain others ----------------------------------------------------------

    def sub(self, place: _Place) -> _Piece:
        return self._sub(place, many=False)

    def _sub(self, place: _Place, many: bool) -> _Piece:
        key = self.node("subProcess", "U")
        events: list[tuple[str, str, bool]] = []
        for kind in self.features.faults:
            if self._spend(0.4):
                interrupting = kind == "error" or (
                    not self.features.plain and self.random.random() < 0.5
                )
                events.append((kind, f"{kind}_{key}", interrupting))
        inner = replace(
            self._within(place),
            repeated=place.repeated or many,
            caught=(*place.caught, *events),
        )
        with self.inside(self.root, self.nodes[key]):
            words, known = self.body(inner)
        piece = _Piece(key, key, f"{key}{{{words}}}", place.known if many else known)
        if many:
            piece = self._several(place, piece, known - place.known)
        for kind, code, interrupting in events:
            piece = self._attached(piece, key, place, kind, code, interrupting)
        return piece

    def _within(self, place: _Place) -> _Place:
        """Inside, tokens are alone again; that a loop outside leads back over it matters to the stock library only."""
        looped = place.looped and not self.features.joins_in_loops
        return replace(place, depth=place.depth + 1, may_end=True, looped=looped, some=False)

    def call(self, place: _Place) -> _Piece:
        self.counts["Q"] += 1
        called = f"Q{self.counts['Q']}"
        given = "all" if self.features.plain else self.random.choice(("all", "all", "some", "none"))
        passed = [n for n in sorted(place.known) if given == "some" and self.random.random() < 0.5]
        inner = replace(self._within(place), told=False)
        if given != "all":
            inner = replace(inner, known=frozenset(passed), apart=True)
        words, known = self.process(called, inner)
        key = self.node("callActivity", "C", calledElement=called)
        self._note(key, place)
        # All variables, those an event subprocess wrote meanwhile with them, would come back as they were before.
        ways = ("some", "none") if place.told else ("all", "some", "none")
        taken = "all" if self.features.plain else self.random.choice(ways)
        back = [
            n
            for n in sorted(known.difference(passed))
            if taken == "some" and self.random.random() < 0.5
        ]
        self._passing(key, "in", given, passed)
        self._passing(key, "out", taken, back)
        told = (
            f"{key}={called}{{{given} {', '.join(passed)} ⇒ {words} ⇒ {taken} {', '.join(back)}}}"
        )
        return _Piece(key, key, told, place.known | (known if taken == "all" else set(back)))

    def _passing(self, call: str, tag: str, what: str, names: Sequence[str]) -> None:
        """Say what a call passes in or brings back; `some` is a fixed value, too, and `none` is not to be written."""
        if what == "none":
            return
        extensions = self._extensions(call)
        if what == "all":
            etree.SubElement(extensions, CAMUNDA + tag, {"variables": "all"})
            return
        fixed = {"sourceExpression": "${7}", "target": f"seven_{call}"}
        etree.SubElement(extensions, CAMUNDA + tag, fixed)
        for name in names:
            etree.SubElement(extensions, CAMUNDA + tag, {"source": name, "target": name})

    def _extensions(self, key: str) -> etree._Element:
        found = self.nodes[key].find(f"{BPMN}extensionElements")
        if found is None:
            found = etree.Element(f"{BPMN}extensionElements")
            self.nodes[key].insert(0, found)
        return found

    def many(self, place: _Place) -> _Piece:
        """An activity done once for each element of a list."""
        kind = self.random.choice(("task", "task", "sub", "call"))
        if kind == "sub":
            return self._sub(place, many=True)
        each = replace(place, repeated=True)
        piece = self.task(each) if kind == "task" else self.call(each)
        return self._several(place, replace(piece, known=place.known), piece.known - place.known)

    def limited(self, place: _Place) -> _Piece:
        """An activity done several times, with a timer for all of it."""
        piece = self.many(place)
        interrupting = not self._fits("reminded", place) or self.random.random() < 0.5
        return self._attached(piece, piece.first, place, "timer", "", interrupting)

    def _several(self, place: _Place, piece: _Piece, inside: frozenset[str]) -> _Piece:
        host = self.nodes[piece.first]
        sequential = self.random.random() < 0.4
        how = {"isSequential": "true"} if sequential else {}
        chance = 0.2 if host.tag == f"{BPMN}userTask" and not self.features.plain else 0
        fixed = place.apart or self.random.random() < chance
        items = self.random.choice(list(LISTS))
        if not fixed:
            how |= {f"{CAMUNDA}collection": items if self.features.plain else f"${{{items}}}"}
            how |= {f"{CAMUNDA}elementVariable": f"item_{piece.first}"}
        marks = etree.SubElement(host, f"{BPMN}multiInstanceLoopCharacteristics", how)
        if fixed:
            self._expression(marks, "loopCardinality", "2", False)
        enough = ""
        if self.random.random() < 0.4 and inside:
            enough = f"{answer(self.random.choice(sorted(inside)))} == 2"
            if not self.features.plain and self.random.random() < 0.5:
                enough = "nrOfCompletedInstances >= 2"
            self._expression(marks, "completionCondition", enough)
        told = f"{'each' if sequential else 'all'} of {2 if fixed else items}"
        told += f" until {enough}" if enough else ""
        return replace(piece, words=f"{piece.words}×({told})")

    def repeat(self, place: _Place) -> _Piece:
        """A task with the loop mark: again while its answer is 2, or while an earlier one is, at most so often."""
        task = self.task(place)
        asked, how, most = variable(task.first), {}, self.random.choice(("", "1", "2", "3"))
        if place.known and self.random.random() < 0.4:
            asked, how, most = self.random.choice(sorted(place.known)), {"testBefore": "true"}, "2"
        if most:
            how["loopMaximum"] = most
        host = self.nodes[task.first]
        marks = etree.SubElement(host, f"{BPMN}standardLoopCharacteristics", how)
        again = f"{answer(asked)} == 2"
        self._expression(marks, "loopCondition", again)
        told = f"{'while' if 'testBefore' in how else 'again if'} {again}, at most {most or 'ever'}"
        return replace(task, words=f"{task.words}↻({told})", known=place.known)

    # --- boundary events -------------------------------------------------------------------------

    def guarded(self, place: _Place) -> _Piece:
        piece = self._host(place)
        return self._attached(piece, piece.first, place, "timer", "", True)

    def reminded(self, place: _Place) -> _Piece:
        piece = self._host(place)
        return self._attached(piece, piece.first, place, "timer", "", False)

    def _host(self, place: _Place) -> _Piece:
        names = ["task", "call"] if self.features.plain else ["task", "own", "sub", "call"]
        return self._one_of([n for n in names if self._fits(n, place)], place)

    def _attached(
        self, piece: _Piece, host: str, place: _Place, kind: str, code: str, interrupting: bool
    ) -> _Piece:
        """Let something happen to an activity; what interrupts it meets the normal way behind it."""
        how = {} if interrupting else {"cancelActivity": "false"}
        event = self.node("boundaryEvent", "D", attachedToRef=host, **how)
        repeats = kind == "timer" and not interrupting and not self.features.plain
        if kind == "timer":
            self._time(event, "R3/P1D" if repeats and self.random.random() < 0.4 else "")
        else:
            self._event(event, kind, code)
        if not interrupting:
            task = self.task(place)
            self.flow(event, task.first)
            self.flow(task.last, self.node("endEvent", "E"))
            return replace(piece, words=f"{piece.words}+{event} {kind}({task.words} → end)")
        path = self.sequence(place, waits=True)
        self.flow(event, path.first)
        if place.may_end and self.random.random() < 0.3:
            told = f"{path.words} → {self.ending('end', path.last, place)}"
            return replace(piece, words=f"{piece.words}^{event} {kind}({told})")
        merge = self.merge(place)
        self.flow(piece.last, merge.first)
        self.flow(path.last, merge.first)
        told = f"{piece.words}^{event} {kind}({path.words}){merge.words}"
        return _Piece(piece.first, merge.last, told, (piece.known & path.known) | merge.known)


CONVERSIONS = (
    *(
        "{a} == '1'",
        "{v} mod '10' ge '1'",
        "{a} != 1.0",
        "'2' > {a}",
        "{a} < '1.5'",
        "{a} div 2 > 0.5",
    ),
    *(
        "({a} == 1) == 'true'",
        "'FALSE' ne ({a} >= 1)",
        "!({a} == 0)",
        "not empty {v} and {a} <= '1'",
    ),
    *("-{a} % 3 < -1", "{a} * '2' - 1 == '3'", "null < {v}", "null + {a} == 1", "{v} == null"),
    *("{v} > '100'", "{v} <= 55.5", "({a} eq 2 ? 'true' : 'false')", "({a} == 1 ? null : 'TRUE')"),
)
"""Conditions on a variable that may be a number or a text; `a` is what was decided."""
OF_FACTS = (
    *("agreed && {a} < 2", "refused || {a} == 2", "!refused and {a} == '0'", "sure == agreed"),
    *(
        "sure == refused",
        "nothing > {a}",
        "nothing <= {a}",
        "nothing + {a} == 1",
        "nothing == blank",
    ),
    *(
        "blank < {a}",
        "blank + {a} > 0",
        "empty nothing && {a} == 1",
        "nothing",
        "refused",
        "blank == false",
    ),
    *(
        "{a} + seven > 8",
        "seven > '10'",
        "seven > 10",
        "half < {a}",
        "{a} < half",
        "seven mod 4 == {a}",
    ),
    *("record.part.count > {a}", "record.nowhere.count == null", "record.nowhere.count >= {a}"),
    *(
        "now() < held_on",
        "held_on <= now()",
        "elsewhere > now()",
        "local < now()",
        "blank != now()",
    ),
    *("nothing < now()", "held_on < '2026-03-10'", "now() >= '2026-03-15'", "now() == nothing"),
)
"""Conditions on the values every instance has, in a process that was given them."""
_METHODS = {"and": "and_", "or": "or_"}
