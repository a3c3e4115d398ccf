"""The symmetries a newcomer can rely on: every module and every diagram has its test, and names mean one thing."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from docs import themes
from service.tables import Base

ROOT = Path(__file__).parent.parent
MACHINERY = {"audit", "publishing", "rules", "runtime", "deadlines", "messages"}
"""Tables that belong to no theme: the process runtime's, the limits', the officials' lists, the outbox, and the record of what keepers changed."""


def modules() -> list[Path]:
    found = [
        p.relative_to(ROOT) for top in ("service", "scheduler") for p in (ROOT / top).rglob("*.py")
    ]
    return sorted(p for p in found if p.name != "__init__.py" and "migrations" not in p.parts)


@pytest.mark.parametrize("module", modules(), ids=str)
def test_every_module_has_its_test(module):
    if module.parts[:2] == ("service", "tables"):
        pytest.skip("rows are tested by the modules that keep them")

    expected = ROOT / "tests" / module.parent / f"test_{module.name}"

    assert expected.exists(), f"{module} has no {expected.relative_to(ROOT)}"


@pytest.mark.parametrize(
    "diagram", sorted((ROOT / "processes").glob("*.bpmn")), ids=lambda p: p.stem
)
def test_every_diagram_has_its_stories(diagram):
    expected = ROOT / "tests" / "processes" / f"test_{diagram.stem}.py"

    assert expected.exists()
    assert f'id="{diagram.stem}"' in diagram.read_text(encoding="utf-8")


def test_every_diagram_belongs_to_one_theme():
    claimed = Counter(diagram for theme in themes.read() for diagram in theme.diagrams)

    assert claimed == Counter(path.stem for path in (ROOT / "processes").glob("*.bpmn"))


def test_every_table_of_the_register_belongs_to_one_theme():
    claimed = Counter(table for theme in themes.read() for table in theme.tables)
    rows = (mapper.class_ for mapper in Base.registry.mappers)
    tables = Counter(
        row.__tablename__ for row in rows if row.__module__.rpartition(".")[2] not in MACHINERY
    )

    assert claimed == tables


def test_every_diagram_of_the_chain_is_there():
    there = {path.stem for path in (ROOT / "processes").glob("*.bpmn")}

    assert there >= {
        "suggestion_main",
        "review_registration",
        "dispatch_and_return",
        "unit_handling",
        "co_handling",
        "separate_handling",
        "back_to_back_evaluation",
        "deliberation_and_reassign",
        "supervision_closed_loop",
    }


COMPARING_DUE_MOMENTS = {
    "service/deadlines/checks.py": "refuses an extension that is none",
    "service/deadlines/clocks.py": "stops what is still to come",
    "service/deadlines/lateness.py": "says what is late",
    "service/deadlines/recount.py": "plans the reminders still to come",
    "service/engine/running/ticks.py": "counts the ticks of a repeating timer",
    "service/register/dispatch/operations.py": "compares two limits",
    "service/runtime/inbox.py": "goes on where a page ended",
    "service/runtime/starts.py": "fires",
    "service/runtime/timers.py": "fires",
    "service/playing/stage.py": "fires",
    "service/simulation/course.py": "fires",
    "service/cli/demonstrating.py": "fires",
    "scheduler/clockwork.py": "arms the clock",
}
"""Where a due moment may be compared, and why; everybody else asks `lateness`."""


@pytest.mark.parametrize("module", modules(), ids=str)
def test_one_module_says_what_is_late(module):
    if str(module) in COMPARING_DUE_MOMENTS:
        pytest.skip(COMPARING_DUE_MOMENTS[str(module)])
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))

    assert [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(sign, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for sign in node.ops)
        and re.search(r"(^|[^a-z])(\w+_)?due(_at|_on)?\b(?![.(])", ast.unparse(node))
    ] == []


def test_no_template_compares_a_due_moment():
    found = {
        str(page.relative_to(ROOT)): comparison
        for page in (ROOT / "service" / "templates").rglob("*.html")
        for comparison in re.findall(
            r"{[%{][^%}]*(?:due_(?:at|on)\s*[<>]|[<>]=?\s*[\w.]*due_(?:at|on))[^%}]*[%}]}",
            page.read_text(encoding="utf-8"),
        )
    }

    assert found == {}


def test_the_top_level_is_what_the_design_says():
    for name in (
        "processes",
        "service",
        "service/handlers",
        "scheduler",
        "tests",
        "pyproject.toml",
    ):
        assert (ROOT / name).exists(), name


def test_nothing_built_or_local_is_in_the_tree():
    words = ("/work/", "find-links", "http://127.0.0.1:4", "registry.npmjs", "pypi.org/simple")
    for name in (
        "constraints.txt",
        "frontend/package-lock.json",
        "pyproject.toml",
        "Makefile",
        "THIRD_PARTY_NOTICES.md",
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not [word for word in words if word in text], name
