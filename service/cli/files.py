"""The files a command is given: read by name, bounded in size, and refused in words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from service.engine.drawn import markup
from service.engine.drawn.findings import Finding
from service.errors import NotFound

_SUFFIXES = (".bpmn", ".bpmn20.xml", ".dmn")
_REASONS = {2: "没有这个文件", 13: "没有读取的权限", 21: "这是文件夹，里面没有流程图"}


def read(paths: Iterable[Path]) -> Mapping[str, bytes]:
    """Return the contents of files and folders by name, or say which cannot be read."""
    found, unread = gathered(paths)
    if unread:
        raise NotFound(unread[0].message)
    return found


def gathered(paths: Iterable[Path]) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the contents of files, and of the diagrams in folders, by name, and what could not be read and why."""
    listed = [file for path in paths for file in (_diagrams(path) if path.is_dir() else [path])]
    names = Counter(file.name for file in listed)
    found: dict[str, bytes] = {}
    unread: list[Finding] = []
    for file in dict.fromkeys(listed):
        name = file.name if names[file.name] == 1 else str(file)
        try:
            found[name] = content(file)
        except NotFound as error:
            unread.append(Finding(name, "", "file-unread", "error", str(error)))
    return found, unread


def content(file: Path) -> bytes:
    """Read no more than shows that a file is too large; a device would never end."""
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            raise NotFound(f"读不出文件 {file}：这不是普通的文件。请检查路径。")
        with file.open("rb") as opened:
            return opened.read(markup.LIMIT + 1)
    except OSError as error:
        why = _REASONS.get(error.errno or 0, "系统读不出它")
        raise NotFound(f"读不出文件 {file}：{why}。请检查路径和权限。") from error


def _diagrams(folder: Path) -> list[Path]:
    """Return the diagrams in a folder; a folder without any is returned itself, so that it gets a finding."""
    found = [file for file in sorted(folder.iterdir()) if file.name.lower().endswith(_SUFFIXES)]
    return found or [folder]
