"""A decision table as it is written, cell by cell, and the file with some of its rules written otherwise.

What is not changed stays as it was drawn: ids, notes, columns, spaces and the drawing of the file, so that a modeller
opens it as before. Nothing is read as an expression and nothing is judged; `dmn` does that.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from service.engine.drawn import markup
from service.engine.feel import kinds, parts
from service.errors import NotFound

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_STAMP = "tibanping: "
_FIRST = "description"  # what stands before the cells of a rule


@dataclass(frozen=True)
class Column:
    """One column: what it looks at, or the name of its result; `values` are the texts it may have, if they are listed."""

    id: str
    label: str
    name: str
    kind: str  # integer | number | boolean | text | date | any
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    id: str
    text: str


@dataclass(frozen=True)
class Line:
    """One rule by the key it keeps from version to version: its conditions, its results, its note."""

    key: str
    conditions: tuple[Cell, ...]
    results: tuple[Cell, ...]
    note: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in (*self.conditions, *self.results))


@dataclass(frozen=True)
class Sheet:
    """One decision table as it is written."""

    decision: str
    name: str
    about: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.inputs, *self.outputs)

    def line(self, key: str) -> Line:
        """Return the rule of this key, which must be there."""
        for line in self.lines:
            if line.key == key:
                return line
        raise NotFound("这张表里没有这条规则，它可能已被删除。请返回草稿重新选择。")

    def number(self, key: str) -> int:
        """Return which rule of the table this is, counted from one."""
        return self.lines.index(self.line(key)) + 1


def sheets(file: str, content: bytes) -> tuple[Sheet, ...]:
    """Return the decision tables of a file that could be deployed."""
    book = _Book(file, content)
    return tuple(book.sheet(node) for node in book.tables())


def sheet(file: str, content: bytes, decision: str) -> Sheet:
    """Return one decision table of such a file, which must be there."""
    for found in sheets(file, content):
        if found.decision == decision:
            return found
    raise NotFound("没有这张决策表，或者它不是一张表。请返回规则页面重新选择。")


def written(
    file: str, content: bytes, decision: str, key: str, texts: Sequence[str], note: str
) -> bytes:
    """Return the file with other cells and another note in one rule."""

    def write(book: _Book, rule: etree._Element) -> None:
        for node, text in zip(book.cells(rule), texts, strict=True):
            book.write(node, "text", text)
        book.write(rule, _FIRST, note)

    return _changed(file, content, decision, key, write)


def added(file: str, content: bytes, decision: str, texts: Sequence[str], note: str) -> bytes:
    """Return the file with one more rule at the end of the table."""
    book = _Book(file, content)
    table = book.table(decision)
    rule = book.fresh(table)
    for node, text in zip(book.cells(rule), texts, strict=True):
        book.write(node, "text", text)
    book.write(rule, _FIRST, note)
    return book.content()


def removed(file: str, content: bytes, decision: str, key: str) -> bytes:
    """Return the file without one rule."""
    return _changed(file, content, decision, key, lambda book, rule: book.take(rule))


def moved(file: str, content: bytes, decision: str, key: str, by: int) -> bytes:
    """Return the file with one rule before the one above it, or after the one below it; at the edge it stays."""

    def move(book: _Book, rule: etree._Element) -> None:
        rules = book.rules(book.table(decision))
        place = rules.index(rule)
        wanted = min(max(place + by, 0), len(rules) - 1)
        if wanted != place:
            _swap(rule, rules[wanted])

    return _changed(file, content, decision, key, move)


def stamped(file: str, content: bytes, words: str) -> bytes:
    """Return the file with a line after its end that says which version it is, in place of an earlier such line.

    A table set back to what it was is then another file, which is deployed as a version of its own.
    """
    book = _Book(file, content)
    for other in list(book.root.itersiblings(etree.Comment)):
        if (other.text or "").strip().startswith(_STAMP):
            book.remarks.append(other)
    text = re.sub(r"-{2,}|-$", "—", words)
    return book.content(f" {_STAMP}{text} ")


def names(column: Column) -> str:
    """Return the one name a column looks at, "" where it computes something of several."""
    return column.name if re.fullmatch(r"[^\W\d]\w*", column.name) else ""


def _changed(
    file: str,
    content: bytes,
    decision: str,
    key: str,
    change: Callable[["_Book", etree._Element], None],
) -> bytes:
    book = _Book(file, content)
    table = book.table(decision)
    book.sheet_of(table, decision).line(key)
    [rule] = [one for number, one in enumerate(book.rules(table), 1) if _key(one, number) == key]
    change(book, rule)
    return book.content()


class _Book:
    """The XML of one file, to be read and written."""

    def __init__(self, file: str, content: bytes) -> None:
        self.root = markup.root(file, content)
        self.dmn = f"{{{etree.QName(self.root).namespace}}}"
        self.remarks: list[etree._Element] = []  # that are no longer true

    def tables(self) -> Iterator[etree._Element]:
        for decision in self.root.findall(f"{self.dmn}decision"):
            if decision.find(f"{self.dmn}decisionTable") is not None:
                yield decision

    def table(self, decision: str) -> etree._Element:
        for node in self.tables():
            if node.get("id", "").strip() == decision:
                return node.find(f"{self.dmn}decisionTable")  # type: ignore[return-value]
        raise NotFound("没有这张决策表，或者它不是一张表。请返回规则页面重新选择。")

    def rules(self, table: etree._Element) -> list[etree._Element]:
        return table.findall(f"{self.dmn}rule")

    def cells(self, rule: etree._Element) -> list[etree._Element]:
        return [
            *rule.findall(f"{self.dmn}inputEntry"),
            *rule.findall(f"{self.dmn}outputEntry"),
        ]

    def sheet(self, decision: etree._Element) -> Sheet:
        table = decision.find(f"{self.dmn}decisionTable")
        assert table is not None
        name = " ".join(decision.get("name", "").split())
        return Sheet(
            decision=decision.get("id", "").strip(),
            name=name or decision.get("id", ""),
            about=self.text(decision, _FIRST),
            hit_policy=table.get("hitPolicy", "UNIQUE").strip().upper(),
            aggregation=table.get("aggregation", "").strip().upper(),
            inputs=tuple(self._input(one) for one in table.findall(f"{self.dmn}input")),
            outputs=tuple(self._output(one) for one in table.findall(f"{self.dmn}output")),
            lines=tuple(self._line(one, n) for n, one in enumerate(self.rules(table), 1)),
        )

    def sheet_of(self, table: etree._Element, decision: str) -> Sheet:
        return next(
            self.sheet(one) for one in self.tables() if one.get("id", "").strip() == decision
        )

    def text(self, node: etree._Element | None, tag: str) -> str:
        inner = node.find(f"{self.dmn}{tag}") if node is not None else None
        return "".join(inner.itertext(etree.Element)).strip() if inner is not None else ""

    def write(self, node: etree._Element, tag: str, text: str) -> None:
        """Write a text below a node, and leave it as it is drawn where it says that already."""
        if self.text(node, tag) == text.strip():
            return
        inner = node.find(f"{self.dmn}{tag}")
        if inner is None:
            inner = etree.Element(f"{self.dmn}{tag}")
            inner.tail = node.text if tag == _FIRST else None
            node.insert(0, inner)
        for child in list(inner):
            inner.remove(child)
        inner.text = text.strip()

    def take(self, rule: etree._Element) -> None:
        """Take a rule out, with the space before it."""
        table, before = rule.getparent(), rule.getprevious()
        assert table is not None
        if before is not None:
            before.tail = rule.tail
        table.remove(rule)

    def fresh(self, table: etree._Element) -> etree._Element:
        """Put an empty rule at the end, drawn as its neighbour is, with ids nobody has."""
        rules = self.rules(table)
        rule = deepcopy(rules[-1]) if rules else self._blank(table)
        key = self._unused("Rule_added")
        rule.set("id", key)
        for number, cell in enumerate(self.cells(rule), 1):
            cell.set("id", f"{key}_cell_{number}")
            self.write(cell, "text", "")
        last = table[-1] if len(table) else None
        if rules:
            rules[-1].addnext(rule)
            rule.tail, rules[-1].tail = rules[-1].tail, _between(rules)
        elif last is not None:
            last.addnext(rule)
        return rule

    def content(self, remark: str = "") -> bytes:
        tree = self.root.getroottree()
        text = etree.tostring(tree, encoding="unicode")
        for old in self.remarks:
            text = text.replace(f"<!--{old.text}-->", "").rstrip()
        if remark:
            text = f"{text.rstrip()}\n<!--{remark}-->"
        return _DECLARATION + text.strip().encode() + b"\n"

    def _blank(self, table: etree._Element) -> etree._Element:
        rule = etree.Element(f"{self.dmn}rule")
        for tag, entry in (("input", "inputEntry"), ("output", "outputEntry")):
            for _ in table.findall(f"{self.dmn}{tag}"):
                cell = etree.SubElement(rule, f"{self.dmn}{entry}")
                etree.SubElement(cell, f"{self.dmn}text")
        return rule

    def _unused(self, stem: str) -> str:
        taken = {node.get("id") for node in self.root.iter(etree.Element)}
        return next(key for n in range(1, len(taken) + 2) if (key := f"{stem}_{n}") not in taken)

    def _input(self, node: etree._Element) -> Column:
        inner = node.find(f"{self.dmn}inputExpression")
        text = self.text(inner, "text")
        label = " ".join(node.get("label", "").split()) or text
        values = self.text(node.find(f"{self.dmn}inputValues"), "text")
        return Column(node.get("id", ""), label, text, _kind(inner), _values(values))

    def _output(self, node: etree._Element) -> Column:
        name = node.get("name", "").strip()
        label = " ".join(node.get("label", "").split()) or name
        values = self.text(node.find(f"{self.dmn}outputValues"), "text")
        return Column(node.get("id", ""), label, name, _kind(node), _values(values))

    def _line(self, rule: etree._Element, number: int) -> Line:
        def cells(tag: str) -> tuple[Cell, ...]:
            return tuple(
                Cell(node.get("id", ""), self.text(node, "text"))
                for node in rule.findall(f"{self.dmn}{tag}")
            )

        return Line(
            _key(rule, number), cells("inputEntry"), cells("outputEntry"), self.text(rule, _FIRST)
        )


def _key(rule: etree._Element, number: int) -> str:
    """Return the id of a rule, or its place where it has none."""
    return rule.get("id", "").strip() or f"#{number}"


def _kind(node: etree._Element | None) -> str:
    given = node.get("typeRef", "") if node is not None else ""
    return kinds.KINDS.get(given.strip().rpartition(":")[2].lower(), "any")


def _values(text: str) -> tuple[str, ...]:
    """Return the texts of a list of values; whatever is more than a list of literals is none."""
    found = tuple(part.strip() for part in re.findall(r'"[^"]*"|[^,]+', text)) if text else ()
    is_plain = all(parts.QUOTED.fullmatch(one) or kinds.NUMBER.fullmatch(one) for one in found)
    return found if is_plain else ()


def _between(rules: Sequence[etree._Element]) -> str | None:
    """Return the space between two rules, as it is drawn before the last."""
    before = rules[-1].getprevious()
    return before.tail if before is not None else None


def _swap(one: etree._Element, other: etree._Element) -> None:
    """Let two neighbours change places, and leave the spaces where they are."""
    table = one.getparent()
    assert table is not None
    upper, lower = sorted((one, other), key=table.index)
    upper.tail, lower.tail = lower.tail, upper.tail
    place = table.index(upper)
    table.remove(lower)
    table.insert(place, lower)
