"""The symmetries a newcomer can rely on: every module and every diagram has its test, and names mean one thing."""

from collections import Counter
from pathlib import Path

import pytest

from docs import themes
from service.tables import Base

ROOT = Path(__file__).parent.parent
MACHINERY = {"audit", "publishing", "runtime", "deadlines"}
"""Tables that belong to no theme: the process runtime's, the limits', and the record of what keepers changed."""


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
