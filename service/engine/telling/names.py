"""What codes are called: limits, roles, fields and their options."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.engine.drawn.source import Element, FieldSource


@dataclass(frozen=True)
class Names:
    """What codes are called: limits and roles as the service knows them, fields as the forms of the diagram do."""

    limits: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, FieldSource] = field(default_factory=dict)
    # Designers read codes where there is no word; others read the names of the answers.
    are_for_designers: bool = True

    def label(self, variable: str) -> str:
        found = self.fields.get(variable)
        return (found.label if found else "") or variable

    def subject(self, variable: str) -> str:
        """The label as the subject of a phrase; quotes part a bare name from the words around it."""
        label = self.label(variable)
        return f"“{label}”" if label == variable else label

    def option(self, variable: str, value: str) -> str:
        found = self.fields.get(variable)
        return (
            next((label for key, label in found.options if key == value and label), value)
            if found
            else value
        )


def fields_of(elements: Iterable[Element]) -> dict[str, FieldSource]:
    """Return the fields of all forms by id; of several with one id, the first that has a label and options."""
    found: dict[str, FieldSource] = {}
    for item in (item for element in elements for item in element.fields):
        before = found.get(item.id)
        if before is None or (item.options and not before.options):
            found[item.id] = item
    return found
