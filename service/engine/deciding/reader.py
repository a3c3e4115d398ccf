"""Texts of one file of decisions are read, and what is wrong with them is gathered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from service.engine.drawn.findings import Finding
from service.engine.feel import kinds
from service.engine.feel.kinds import CellInvalid

_Read = TypeVar("_Read")
_UNREADABLE = "null"  # stands for a text that was refused, so that nothing more is said about it


@dataclass(frozen=True)
class Place:
    """Where something stands: by which id it is found, and in which words."""

    element: str
    words: str


class Reader:
    """Reads the cells of one file and gathers what is wrong with it."""

    def __init__(self, file: str, root: etree._Element, namespace: str) -> None:
        self.file = file
        self.dmn = namespace
        self.language = root.get("expressionLanguage", "")
        self.findings: list[Finding] = []

    def text(self, node: etree._Element, place: Place) -> str:
        """Return the text of a cell, or note that it is in a language this engine does not read."""
        inner = node.find(f"{self.dmn}text")
        text = "".join(inner.itertext(etree.Element)).strip() if inner is not None else ""
        language = (node.get("expressionLanguage") or self.language).strip().lower()
        if language and "feel" not in language and language.rsplit("/")[-1] not in {"juel", "uel"}:
            message = f"{place.words}用了脚本语言“{language[:40]}”，请改选 FEEL，写成比较或一个值。"
            self.error(place.element, "cell-language", message)
            return _UNREADABLE
        if "uel" in language and text not in {"", "-"} and text[:2] not in {"${", "#{"}:
            message = f"{place.words}选了 JUEL，请写成 ${{…}}，或改选 FEEL。"
            self.error(place.element, "cell-language", message)
            return _UNREADABLE
        return text

    def kind(self, type_of: str, place: Place) -> str:
        """Return the kind of value a type names."""
        name = type_of.strip().rpartition(":")[2].lower()
        if name not in kinds.KINDS:
            message = (
                f"{place.words}的类型“{type_of[:40]}”不存在；可用的有："
                "string、boolean、integer、long、double、number、date。"
            )
            self.error(place.element, "unknown-type", message)
        return kinds.KINDS.get(name, "any")

    def attempt(self, place: Place, read: Callable[[], _Read]) -> _Read | None:
        """Return what is read, or note what is wrong with the cell."""
        try:
            return read()
        except CellInvalid as error:
            self.error(place.element, "cell", f"{place.words}：{error}")
            return None

    def local(self, node: etree._Element) -> str:
        """Return the name of a node of DMN, or nothing of any other."""
        tag = node.tag
        found = isinstance(tag, str) and tag.startswith(self.dmn)
        return str(tag).removeprefix(self.dmn) if found else ""

    def error(self, element: str, code: str, message: str) -> None:
        """Note what keeps the file from being used."""
        self.findings.append(Finding(self.file, element, code, "error", message))

    def warn(self, element: str, code: str, message: str) -> None:
        """Note what its author should know."""
        self.findings.append(Finding(self.file, element, code, "warning", message))
