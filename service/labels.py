"""Values kept in tables and chosen in forms: each has a name for the code and a label for people."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A set of values, each written `NAME = "stored value", "中文标签"`; a member equals its stored value."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # by value alone when it is looked up
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def label_of(cls, value: str | None, otherwise: str = "") -> str:
        """Return the label of a stored value, or `otherwise` where the set has no such value."""
        known = cls._value2member_map_.get(value)
        return known.label if isinstance(known, cls) else otherwise

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Return the label of every value, in the order they are written."""
        return {member.value: member.label for member in cls}
