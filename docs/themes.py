"""What each theme of the register says of itself: the docstring of its package, read field by field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

REGISTER = Path(__file__).parent.parent / "service" / "register"
FIELDS = ("Law", "Diagrams", "Tables", "Pages")


@dataclass(frozen=True)
class Theme:
    """One folder of the register, and what belongs to it."""

    name: str
    title: str
    purpose: str
    law: str
    diagrams: tuple[str, ...]
    tables: tuple[str, ...]
    pages: str


def read() -> list[Theme]:
    """Return the themes in the order of their names."""
    folders = sorted(path.parent for path in REGISTER.glob("*/__init__.py"))
    return [_theme(folder) for folder in folders]


def _theme(folder: Path) -> Theme:
    said = import_module(f"service.register.{folder.name}").__doc__ or ""
    title, _, purpose = said.partition("\n\n")[0].replace("\n", " ").partition(": ")
    fields = dict(_fields(said))
    return Theme(
        folder.name,
        title,
        purpose,
        fields["Law"],
        _names(fields["Diagrams"]),
        _names(fields["Tables"]),
        fields["Pages"],
    )


def _fields(said: str) -> Iterator[tuple[str, str]]:
    ends = "|".join(f"{field}:" for field in FIELDS)
    for field in FIELDS:
        found = re.search(
            rf"^{field}: (.+?)(?=^(?:{ends})|\n\n|\Z)", said, re.DOTALL | re.MULTILINE
        )
        assert found is not None, f"a theme does not say its {field}: {said}"
        yield field, " ".join(found.group(1).split()).rstrip(".")


def _names(field: str) -> tuple[str, ...]:
    return () if field.startswith("none") else tuple(re.findall(r"[a-z_]+", field))
