"""The page on BPMN names every element, every finding and files that are there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from service.engine.drawn import dialect, source
from tests.diagrams.corpus import FAMILIES
from tests.diagrams.expected_refused import REFUSED

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reference" / "bpmn.md").read_text(encoding="utf-8")
DIAGRAMS = ROOT / "tests" / "diagrams"
CHECKING = sorted((ROOT / "service" / "engine" / "checking").glob("*.py"))
MODULES = (
    *(f"engine/checking/{path.stem}" for path in CHECKING),
    *("engine/drawn/source", "engine/bundle", "engine/deciding/dmn", "engine/deciding/ruling"),
    "runtime/deployments",
    "runtime/listening",
)
SAYING = frozenset({"Finding", "fault", "note", "wrong", "refuse", "_error", "_warning"})


def quoted(pattern: str, text: str = PAGE) -> set[str]:
    return {name for name in re.findall(r"`([^`]+)`", text) if re.fullmatch(pattern, name)}


def codes(module: str) -> Iterator[str]:
    """Yield the codes a module may give a finding: what is hyphenated, or stands where a finding is made."""
    tree = ast.parse((ROOT / "service" / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\A(?!utf-)[a-z]+(?:-[a-z0-9]+)+\Z", node.value)
        if isinstance(node, ast.Call) and _named(node.func) in SAYING:
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            yield from (word for word in words if word and re.fullmatch("[a-z]+", str(word)))


def _named(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def test_every_file_named_is_there():
    named = quoted(r".+\.(bpmn|xml|py)")

    missing = [name for name in named if not (DIAGRAMS / name).exists()]

    assert [name for name in missing if not (ROOT / name).exists()] == []


def test_every_family_of_diagrams_shows_something():
    rows = quoted(r"[\w]+/.+\.(bpmn|xml)")

    assert {name.partition("/")[0] for name in rows} >= set(FAMILIES)
    assert len(rows) >= 100


def test_every_finding_has_its_place():
    said = {code for module in MODULES for code in codes(module)} - {"error", "warning"}

    assert len(said) > 50
    assert said - quoted("[a-z0-9-]+") == set()


def test_a_diagram_shows_the_finding_beside_which_it_stands():
    given = {case.file: {fault.code for fault in case.faults} for case in REFUSED}

    for row in PAGE.splitlines():
        found = quoted("[a-z0-9-]+", row)
        for file in quoted(r".+\.(bpmn|xml)", row) & given.keys():
            if found & {code for codes in given.values() for code in codes}:
                assert found & given[file], f"{file} stands beside {sorted(found)}"


def test_every_kind_of_element_has_a_row():
    rows = {match[1] for match in re.finditer(r"^\| `(\w+)`", PAGE, re.MULTILINE)}

    assert set(source.NODES) - rows == set()


def test_every_name_of_the_vendors_stands_where_the_check_has_it():
    attributes = PAGE.partition("## Attributes and children")[2].partition("## Form fields")[0]
    carried, harmless, lost = attributes.split("\n### ")[1:]
    places = {dialect.CARRIED: carried, dialect.HARMLESS: harmless}

    for name, effect in dialect.EXTENSIONS.items():
        assert name in named_in(places.get(effect, lost)), name


def named_in(section: str) -> set[str]:
    """The names in the first cells of a section's rows."""
    cells = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)
    return {name for cell in cells for name in quoted(r"[\w-]+", cell)}
