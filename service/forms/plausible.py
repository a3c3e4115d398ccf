"""What somebody might hand in where nobody says: an answer to each question a form insists on, within its limits."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import count, islice
from math import ceil, floor, inf, isinf, prod
from typing import Any

from service.forms.computing import Uncomputable
from service.forms.fields import CHOSEN, Field
from service.forms.spec import FormSpec, choices

_SENTENCE = "模拟填写，情况属实，按要求办理。"
_EXAMPLE = re.compile("“([^”]+)”")
_FEW = 3
_NUMBERS = (1, 0, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
_DECIDED = frozenset({"enum", "boolean", "long", "number"})
_ROUTING = frozenset({"date", "person", "unit"})


@dataclass(frozen=True)
class Occasion:
    """When a form is filled in: on which day, which visit this is, and what was refused before.

    At each further visit another choice is made, so that a loop finds its way out. `refused` counts by field how
    often its answer was complained about; the next answer is a different one. `place` tells one form from another;
    `words` are what somebody compares a text with, and so may be its answers.
    """

    today: date
    visit: int = 0
    names: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    place: str = ""
    words: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def values(
    spec: FormSpec,
    options: Mapping[str, Any],
    given: Mapping[str, Any],
    occasion: Occasion,
) -> dict[str, Any]:
    """Return what is given, what the form proposes, and something plausible where it needs an answer.

    What a diagram may go by is answered even where it need not be: choices, numbers, days, people, units, rows.
    """
    shown = spec.initial(occasion.names, options)
    open_ = [each for each in spec.fields if not each.readonly and each.id not in given]
    answers = {**shown, **dict.fromkeys((each.id for each in open_), None), **given}
    filling = _Filling(spec, options, occasion, open_, shown, answers)
    for each in open_:
        answers[each.id] = filling.answer(each, shown[each.id], each)
    return {**{each.id: answers[each.id] for each in open_}, **given}


def way(counts: Sequence[int], number: int, place: str = "") -> tuple[int, ...]:
    """Return which of its answers each question gets at a visit: first those nearest to the first answers.

    Every combination comes once. After that dice decide, always the same ones and others for each form: two forms
    that must agree to leave a loop would never meet if both went round in step.
    """
    if number < prod(counts):
        ways = (found for distance in count() for found in _ways(counts, distance))
        return next(islice(ways, number, None))
    return tuple(_die(f"{place}:{number}:{question}", many) for question, many in enumerate(counts))


def _die(thrown: str, sides: int) -> int:
    return int.from_bytes(hashlib.sha256(thrown.encode()).digest()[:8]) % sides


def _ways(counts: Sequence[int], distance: int) -> Iterator[tuple[int, ...]]:
    """Yield the combinations that are so many steps away from all first answers."""
    if distance > sum(counts) - len(counts):
        return
    if not counts:
        yield ()
        return
    for turn in range(min(counts[0] - 1, distance) + 1):
        for rest in _ways(counts[1:], distance - turn):
            yield (turn, *rest)


@dataclass(frozen=True)
class _Filling:
    spec: FormSpec
    options: Mapping[str, Any]
    occasion: Occasion
    asked: Sequence[Field]
    shown: Mapping[str, Any]
    answers: Mapping[str, Any]  # so far; limits of later ones may name them

    def answer(self, asked: Field, proposed: Any, of: Field) -> Any:
        """Return an answer to one question; the cells of a table share its complaints."""
        refused = self.occasion.refused.get(of.id, 0)
        if asked.type == "table":
            return self._rows(asked, proposed)
        if self._is_decided(asked):
            return self._turn(asked, proposed, self._turns.get((of.id, asked.id), 0) + refused)
        is_there = proposed not in (None, "", [])
        is_needed = asked.required or (asked.is_variable and asked.type in _ROUTING)
        if (is_there and not refused) or not (is_needed or refused):
            return proposed
        if asked.type == "date":
            return self._day(asked, refused)
        if asked.type in CHOSEN:
            return self._chosen(asked, refused)
        if asked.type == "file":
            return self._codes(asked)[:1]
        return _text(asked, refused)

    @cached_property
    def _turns(self) -> Mapping[tuple[str, str], int]:
        """Which of its answers each question gets this time; a column is answered alike in all rows."""
        questions = [
            (of, question)
            for of in self.asked
            for question in (of, *of.columns)
            if self._is_decided(question) and not question.readonly
        ]
        ids = [(of.id, question.id) for of, question in questions]
        counts = [
            len(self._answers(question, self.shown[of.id] if question is of else None)) or 1
            for of, question in questions
        ]
        return dict(zip(ids, way(counts, self.occasion.visit, self.occasion.place), strict=True))

    def _is_decided(self, asked: Field) -> bool:
        return asked.type in _DECIDED or (asked.type == "string" and bool(self._words(asked)))

    def _words(self, asked: Field) -> list[str]:
        """Return the texts that the field's own limits allow."""
        texts = (word for word in self.occasion.words.get(asked.id, ()) if isinstance(word, str))
        longest = asked.max_length or inf
        return [text for text in texts if text and asked.min_length <= len(text) <= longest]

    def _turn(self, asked: Field, proposed: Any, turn: int) -> Any:
        answers = self._answers(asked, proposed)
        return answers[turn % len(answers)] if answers else proposed

    def _answers(self, asked: Field, proposed: Any) -> Sequence[Any]:
        """Return what a question may be answered with, what is proposed first."""
        if asked.type in {"long", "number"}:
            return self._numbers(asked, proposed)
        if asked.type == "string":
            codes = [*self._words(asked), _text(asked, 0)]
        else:
            codes = ["true", "false"] if asked.type == "boolean" else self._codes(asked)
        first = _code(proposed)
        if first in codes:
            codes = [first, *(code for code in codes if code != first)]
        return [code == "true" for code in codes] if asked.type == "boolean" else codes

    def _numbers(self, asked: Field, proposed: Any) -> Sequence[Any]:
        """Return numbers of every size within the limits, the one nearest to 1 first."""
        low, high = self._bound(asked, asked.minimum), self._bound(asked, asked.maximum)
        low, high = (-inf if low is None else low), (inf if high is None else high)
        if asked.type == "long":
            low, high = (low if isinf(low) else ceil(low)), (high if isinf(high) else floor(high))
        nearest = min(max(1, low), high)
        sizes = [nearest, *(one for one in (*_NUMBERS, low, high) if low <= one <= high)]
        exact = [one for one in dict.fromkeys(sizes) if not isinf(one)]
        numbers = [int(one) if asked.type == "long" else float(one) for one in exact]
        return numbers if proposed in (None, "") else [proposed, *numbers]

    def _day(self, asked: Field, refused: int) -> str:
        """Return today, a week later after each complaint, or the nearest day within the limits."""
        day = (self.occasion.today + timedelta(weeks=refused)).isoformat()
        low, high = self._bound(asked, asked.minimum), self._bound(asked, asked.maximum)
        day = max(day, low) if low else day
        return min(day, high) if high else day

    def _chosen(self, asked: Field, refused: int) -> Any:
        """Choose one; of many the fewest that are allowed, unless the diagram lists them: then all."""
        codes = self._codes(asked)
        if not asked.is_list:
            return codes[refused % len(codes)] if codes else None
        if asked.options:
            return codes[: self._bound(asked, asked.maximum)]
        least = self._bound(asked, asked.minimum) or 1
        return codes[: max(least, _FEW if refused else 1)]

    def _rows(self, asked: Field, proposed: Any) -> list[dict[str, Any]]:
        """Return the rows that are there, answered; a table that is empty gets as many as it needs, at least one."""
        rows = [dict(row) for row in proposed or ()]
        if not asked.has_given_rows:
            least = max(1, self._bound(asked, asked.minimum) or 0)
            rows += [{} for _ in range(least - len(rows))]
        columns = [column for column in asked.columns if not column.readonly]
        return [
            {column.id: self.answer(column, row.get(column.id), asked) for column in columns}
            for row in rows
        ]

    def _codes(self, asked: Field) -> list[str]:
        return [option.code for option in choices(asked, self.options)]

    def _bound(self, asked: Field, text: str) -> Any:
        """Return a limit as far as it is known; where it cannot be computed the form says so itself."""
        try:
            bound = self.spec.computing(self.occasion.names, self.answers).bound(asked, text)
        except Uncomputable:
            return None
        return bound.value if bound else None


def _code(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value or "")


def _text(asked: Field, refused: int) -> str:
    """Return words of the right length; after a complaint the example in the field's help, “关于……的建议”."""
    text = _SENTENCE * (1 + asked.min_length // len(_SENTENCE))
    if refused and (example := _EXAMPLE.search(asked.help)):
        text = example[1].replace("……", text.rstrip("。"))
    return text[: asked.max_length or None]
