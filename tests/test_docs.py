"""Documentation that repeats the code is written from the code, and must be fresh."""

import re
from pathlib import Path

import pytest

from docs import build

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", sorted(build.PAGES))
def test_a_generated_page_says_what_the_code_says(name):
    kept = (ROOT / name).read_text(encoding="utf-8")

    assert kept == build.page(name), f"{name} is stale: run `make docs`"


@pytest.mark.parametrize(
    "page",
    sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_links_inside_the_project_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_readme_fits_its_promise():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 120
    assert "![" in "".join(lines)
