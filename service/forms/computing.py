"""What the expressions of a form come to: over what is answered on it, and what the case knows beside that."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from service.errors import ExpressionFailed
from service.forms.fields import Field, is_computed
from service.forms.visibility import Language, names_read

_CHOOSING = (ast.IfExp, ast.BoolOp)
_TODAY = frozenset({"now", "dateTime"})
_UNSOLVED = (
    *(ExpressionFailed, ValueError, LookupError, ArithmeticError),
    *(AttributeError, NameError, TypeError),
)


@dataclass(frozen=True)
class Bound:
    """A limit as it is now: a number, or the day as text; and by what answer it is so."""

    value: Any
    named: str = ""  # “开始日”, where the limit is what that field says
    by: str = ""  # （按“开始日”计算）, where it is computed from it

    def says(self, value: str) -> str:
        """Return the limit in words."""
        return f"{self.named}（{value}）" if self.named else f"{value}{self.by}"


class Uncomputable(Exception):
    """A limit that has no value; `failure` is there where no other answer on the form would give it one."""

    def __init__(self, sentence: str, failure: ExpressionFailed | None) -> None:
        super().__init__(sentence)
        self.failure = failure


@dataclass(frozen=True)
class Computing:
    """The expressions of one form as it is filled in now."""

    fields: Mapping[str, Field]
    language: Language
    names: Mapping[str, Any]  # what the case knows
    answers: Mapping[str, Any]  # what is answered; nothing is None or []

    def bound(self, field: Field, text: str) -> Bound | None:
        """Return a limit of a field, None where it has none or where what it is computed from is left empty.

        An expression that chooses between values says itself what counts where one of them is empty.
        """
        if not is_computed(text):
            return self._limit(field, Bound(text)) if text else None
        names = self._names_for(field)
        read = self._read(text)
        is_lacking = self._is_lacking(read, names)
        try:
            if is_lacking and not self._chooses(text):
                return None
            value = self.language.evaluate(text, names)
            if is_empty(value):
                return None
            return self._limit(field, Bound(value, *self._by(field, text)))
        except _UNSOLVED as error:
            if is_lacking:
                return None
            raise self.uncomputable(field, text, error) from error

    def applies(self, field: Field) -> bool:
        """Say whether a field is asked for; where what its condition reads is left empty, not unless that decides it."""
        names = {**self.names, **self.answers}
        try:
            return not field.show_if or self.language.applies(field.show_if, names)
        except _UNSOLVED as error:
            if self._is_lacking(self._read(field.show_if), names):
                return False
            raise self.uncomputable(field, field.show_if, error) from error

    def default(self, field: Field) -> Any:
        """Return what a field starts with, computed over what is answered where anything is; "" where nothing can be."""
        if not is_computed(field.default):
            return field.default
        given = {name: value for name, value in self.answers.items() if not is_empty(value)}
        try:
            value = self.language.evaluate(field.default, {**self.answers, **self.names, **given})
            return self.language.day(value).isoformat() if _is_moment(value) else value
        except _UNSOLVED:
            return ""  # a default nobody can compute is no reason to stop a person's work

    def depends_on_answers(self, text: str) -> bool:
        """Say whether an expression reads what is asked on the form."""
        return bool(self._asked(self._read(text)))

    def uncomputable(self, field: Field, text: str, error: Exception) -> Uncomputable:
        """Return what to say where an expression of a field gives nothing it can be used by."""
        asked = [each for each in self._asked(self._read(text)) if each is not field]
        if asked:
            others = "、".join(f"“{each.label}”" for each in asked)
            return Uncomputable(
                f"“{field.label}”要按{others}核对，按现在填的算不出来，请改正{others}。", None
            )
        why = str(error) if isinstance(error, ExpressionFailed) else ""
        failure = ExpressionFailed(
            why or f"表单里“{field.label}”的“{text}”用不上，请联系流程设计员。",
            cause=getattr(error, "cause", "") or repr(error),
        )
        return Uncomputable(
            f"“{field.label}”的填写要求“{text}”算不出来，暂时不能提交。"
            "请先保存草稿，再联系流程设计员改正流程图。",
            failure,
        )

    def _limit(self, field: Field, bound: Bound) -> Bound:
        """Return a limit as what it bounds: a day, a number, a count; or raise ValueError or TypeError."""
        if field.type == "date":
            return replace(bound, value=self.language.day(bound.value).isoformat())
        if isinstance(bound.value, bool):
            raise TypeError("a truth value is no limit")
        number = float(bound.value)
        return replace(bound, value=int(number) if number.is_integer() else number)

    def _names_for(self, field: Field) -> dict[str, Any]:
        """Return what a limit may name; by a field's own name it means what the case knew before."""
        own = {name: value for name, value in self.answers.items() if name != field.id}
        return {field.id: None, **self.names, **own}

    def _read(self, text: str) -> frozenset[str]:
        try:
            return frozenset(names_read(self.language.tree(text)))
        except ValueError:
            return frozenset()

    def _chooses(self, text: str) -> bool:
        return any(isinstance(node, _CHOOSING) for node in ast.walk(self.language.tree(text)))

    @staticmethod
    def _is_lacking(read: Iterable[str], names: Mapping[str, Any]) -> bool:
        return any(name in names and is_empty(names[name]) for name in read)

    def _asked(self, read: Iterable[str]) -> Sequence[Field]:
        """Return the fields among names that are asked, not only shown."""
        return [each for name, each in self.fields.items() if name in read and not each.readonly]

    def _by(self, field: Field, text: str) -> tuple[str, str]:
        """Return how a limit is called that is another field's answer, and otherwise what it is computed from."""
        read = self._read(text)
        others = [each for name, each in self.fields.items() if name in read and each is not field]
        labels = "、".join(f"“{each.label}”" for each in others)
        match self.language.tree(text):
            case ast.Name() if others:
                return labels, ""
            case ast.Call(func=ast.Name(id=name), args=[]) if name in _TODAY:
                return "今天", ""
        return "", f"（按{labels}计算）" if labels else ""


def _is_moment(value: Any) -> bool:
    return isinstance(value, date) or isinstance(getattr(value, "moment", None), date)


def is_empty(value: Any) -> bool:
    """Say whether a value is nothing anybody filled in."""
    return value is None or value == "" or value == [] or value == ()
