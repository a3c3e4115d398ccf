"""Names one letter off: a variable that is read under almost the name by which it is produced."""

from collections.abc import Mapping

_SHORTEST, _LONGEST = 4, 60  # letters of a name in which a slip is looked for


def near(names: frozenset[str]) -> Mapping[str, str]:
    """Map every name with one letter left out to the name; two names one letter apart meet in this map."""
    return {
        shorter: name
        for name in sorted(names)
        if _SHORTEST <= len(name) <= _LONGEST
        for shorter in _shorter(name)
    }


def meant(name: str, near: Mapping[str, str]) -> str:
    """Return the produced name this one is a slip of; a plural and a number make another name, not a slip."""
    if not _SHORTEST <= len(name) <= _LONGEST:
        return ""
    for shorter in _shorter(name):
        other = near.get(shorter, "")
        if (
            other
            and {name, other} != {f"{shorter}s", shorter}
            and _without_digits(name) != _without_digits(other)
        ):
            return other
    return ""


def _shorter(name: str) -> list[str]:
    return [name, *(name[:place] + name[place + 1 :] for place in range(len(name)))]


def _without_digits(name: str) -> str:
    return "".join(letter for letter in name if not letter.isdigit())
