"""What a page of the documentation tells its reader to run: its fenced blocks, in order, and the words in backticks."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "processes" / "README.md"]
PAGES += sorted((ROOT / "docs").rglob("*.md"))

_FENCE = re.compile(r"^( *)```(.*)$")
_NOTE = re.compile(r"^ *<!-- (not run|file): (.+) -->$")
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """One fenced block; `reason` says why it is not run, `file` under which name the reader saves it."""

    line: int
    language: str
    text: str
    reason: str = ""
    file: str = ""


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page, each with what the comment above it says."""
    found: list[Block] = []
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        opened = _FENCE.match(lines[number])
        if opened is None:
            number += 1
            continue
        note = _NOTE.match(lines[number - 1]) if number else None
        kind, words = note.groups() if note else ("", "")
        indent, language = opened.groups()
        end = lines.index(f"{indent}```", number + 1)
        text = "\n".join(line.removeprefix(indent) for line in lines[number + 1 : end])
        found.append(
            Block(
                number + 1,
                language,
                text,
                reason=words if kind == "not run" else "",
                file=words if kind == "file" else "",
            )
        )
        number = end + 1
    return found


def spans(page: str) -> list[str]:
    """Return what stands in backticks within a page's sentences."""
    fenced = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
    return _SPAN.findall(fenced.sub("", page))


def commands(block: Block) -> list[tuple[str, str | None]]:
    """Return a block's commands, each with what it writes if the page shows that (`console` blocks do)."""
    if block.language != "console":
        joined = re.sub(r"\\\n\s*", "", block.text)
        return [(line.strip(), None) for line in joined.splitlines() if line.strip()]
    found: list[tuple[str, str | None]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), None))
        else:
            command, shown = found[-1]
            found[-1] = (command, line if shown is None else f"{shown}\n{line}")
    return found


def same(shown: str, written: str) -> bool:
    """Say whether a command wrote what a page shows; `…` stands for anything."""
    parts = [re.escape(part) for part in shown.strip().split("…")]
    return re.fullmatch(".*".join(parts), written.strip(), re.DOTALL) is not None
