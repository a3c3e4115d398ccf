"""Documentation that repeats the code is written from the code, and must be fresh."""

import re
from pathlib import Path

import pytest

from docs import build, notices

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


def test_whatever_the_bundles_contain_has_its_licence_in_the_notices():
    _, _, texts = notices.PAGE.read_text(encoding="utf-8").partition("## Licence texts")
    headings = "\n".join(re.findall(r"^### (.+)$", texts, re.MULTILINE)).replace("\n", ", ")

    assert sorted(headings.split(", ")) == sorted(notices.locked(is_bundled=True))


def test_whatever_runs_with_the_service_is_pinned():
    assert set(notices.closure()) <= set(notices.constraints())
