"""Whose work the service stands on: what is installed with it, and what its pages' bundles contain.

Read from the metadata of installed packages, from constraints.txt and from the front end's lock file.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "THIRD_PARTY_NOTICES.md"
_TEXTS = "## Licence texts of what the bundles contain"
_MACHINE = {
    "python_version": "3.11",
    "python_full_version": "3.11.0",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "platform_machine": "x86_64",
    "platform_system": "Linux",
    "sys_platform": "linux",
    "os_name": "posix",
}
"""For which machine the packages are listed, so that the page is the same wherever it is written."""

_LONGEST = 60  # a longer "licence" is the text itself
_NO_NAME = {"", "Dual License"}

_HEAD = """# Third-party notices

Nothing below is copied into this repository. Python packages are installed beside the service, unmodified; SpiffWorkflow, psycopg and
psycopg-binary are under the LGPL and can be replaced by other versions of themselves. The bundles of `service/static/build` contain the
front-end packages, whose texts are at the end; the bpmn.io mark on drawings stays visible, as its licence asks. Written by `make docs`.
"""


def page() -> Iterator[str]:
    """Yield the page, line by line."""
    yield _HEAD
    yield "## Installed with the service\n"
    yield "| package | version | licence, as the package states it | needed by |\n|---|---|---|---|"
    pinned = constraints()
    for name, needed_by in sorted(closure().items()):
        asked = ", ".join(sorted(needed_by))
        yield f"| {name} | {pinned[name]} | {_licence(metadata.metadata(name))} | {asked} |"
    for title, is_bundled in (
        ("Contained in the bundles", True),
        ("Used to build the bundles", False),
    ):
        yield f"\n## {title}\n"
        yield "| package | version | licence |\n|---|---|---|"
        for name, package in locked(is_bundled).items():
            yield f"| {name} | {package['version']} | {package['license']} |"
    yield ""
    yield from _texts()


def constraints() -> dict[str, str]:
    """Return the version every package is pinned to, by its normalised name."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = (line.partition("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, _, version in pins}


def closure() -> dict[str, set[str]]:
    """Return every package the service needs to run, each with those that ask for it."""
    found: dict[str, set[str]] = {}
    waiting = [("tibanping", "")]
    while waiting:
        asking, extra = waiting.pop()
        for line in _requires(asking):
            wanted = Requirement(line)
            if wanted.marker and not wanted.marker.evaluate(_MACHINE | {"extra": extra}):
                continue
            name = canonicalize_name(wanted.name)
            if name not in found:
                waiting += [(name, one) for one in ("", *wanted.extras)]
            found.setdefault(name, set()).add(asking)
    return found


def locked(is_bundled: bool) -> dict[str, dict[str, str]]:
    """Return the front end's packages of the lock file: those its bundles contain, or those that build them."""
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    return {
        path.removeprefix("node_modules/"): package
        for path, package in lock["packages"].items()
        if path and not package.get("optional") and is_bundled is not package.get("dev", False)
    }


def _requires(package: str) -> list[str]:
    """Return what a package asks for; what the service itself does is in the project, not in what is installed."""
    if package != "tibanping":
        return metadata.requires(package) or []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    dependencies: list[str] = project["project"]["dependencies"]
    return dependencies


def _licence(about: metadata.PackageMetadata) -> str:
    stated = about.get("License-Expression") or about.get("License") or ""
    if stated not in _NO_NAME and len(stated) <= _LONGEST:
        return stated
    approved = "License :: OSI Approved :: "
    classifiers = about.get_all("Classifier") or []
    return ", ".join(one.removeprefix(approved) for one in classifiers if one.startswith(approved))


def _texts() -> Iterator[str]:
    """Yield each text once, under the packages it belongs to; without the packages, what the page says stays."""
    yield f"{_TEXTS}\n"
    packages = ROOT / "frontend" / "node_modules"
    if not packages.exists():
        yield PAGE.read_text(encoding="utf-8").partition(_TEXTS)[2].strip()
        return
    by_text: dict[str, list[str]] = {}
    for name in locked(is_bundled=True):
        by_text.setdefault(_text(packages / name), []).append(name)
    for text, names in by_text.items():
        yield f"### {', '.join(names)}\n"
        yield "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        yield ""


def _text(package: Path) -> str:
    files = sorted(
        one for one in package.iterdir() if re.match("licen[cs]e", one.name, re.IGNORECASE)
    )
    if files:
        return files[0].read_text(encoding="utf-8").strip()
    stated = json.loads((package / "package.json").read_text(encoding="utf-8"))
    author = stated.get("author", "")
    author = author.get("name", "") if isinstance(author, dict) else author
    return f"{stated['license']}, {author}. The package holds no text of its licence.".replace(
        ", .", "."
    )
