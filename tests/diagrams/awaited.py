"""Diagrams whose expectation is right and whose behaviour the engine does not have yet, each with what it lacks.

A file is every case of it; a title is that case alone. What begins to pass fails, and is taken off.
"""

_LACKS: dict[str, tuple[str, ...]] = {
    "a validator of a field is passed over in silence": ("camunda/form_validator.bpmn",),
    "words that are no time are taken for the name of a variable, and fail when the token comes": (
        "camunda/follow_up_in_words.bpmn",
    ),
}

AWAITED = {file: lack for lack, files in _LACKS.items() for file in files}
