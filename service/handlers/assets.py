"""Addresses of stylesheets and scripts, named by their content so that a browser may keep them for good."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import url_for

STATIC = Path(__file__).parent.parent / "static"


def asset(name: str) -> str:
    """Return the address of a file of ours or of a built bundle, "" for a bundle that was not built."""
    built = _manifest().get(name)
    if built:
        return url_for("static", filename=f"build/{built}")
    version = _version(name)
    return url_for("static", filename=name, v=version) if version else ""


@cache
def _built(folder: Path, changed: float) -> Mapping[str, str]:
    found: Mapping[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def _manifest() -> Mapping[str, str]:
    folder = STATIC / "build"
    try:
        return _built(folder, (folder / "manifest.json").stat().st_mtime)
    except (OSError, ValueError):
        return {}


@cache
def _version(name: str) -> str:
    try:
        return sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    except OSError:
        return ""
