"""What an operation is handed: the circumstances of the call, the form, and variables that know their case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict
from sqlalchemy.orm import Session

from service.errors import FormInvalid, NotAllowed

Value = TypeVar("Value")

CaseOf = Callable[[Session, Any], str | None]
"""Returns the business key of the case something belongs to, None where there is no such thing."""


@dataclass(frozen=True)
class Context:
    """The circumstances of a call: where in which case, by whom, when.

    `variables` are the routing variables at that token, `values` what a form handed in ({} for a service task),
    `parameters` the diagram's input parameters, evaluated. Typed operations get what they declare of the three.
    """

    session: Session
    at: datetime
    by: str | None
    instance_id: int
    business_key: str | None
    process_id: str
    element_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keyed: Callable[[str], None] = field(default=lambda business_key: None, repr=False)

    def key(self, business_key: str) -> None:
        """Name the case this instance belongs to, for example "suggestion:17"; a start operation does so once."""
        if self.business_key is not None and self.business_key != business_key:
            raise NotAllowed("这个流程已经属于另一件事项，不能再改挂。请从头发起一件新的。")
        self.keyed(business_key)

    @property
    def person(self) -> str:
        """The login of the person whose task this is; what no person does has none and is refused."""
        if self.by is None:
            raise NotAllowed
        return self.by


class Form(BaseModel):
    """What a form hands in to an operation; a subclass names its fields, with a Chinese description each."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def needed(self, name: str, value: Value | None) -> Value:
        """Return a value that is asked only sometimes, where it is needed; refuse the form at that field without it."""
        if value is None or value == "" or value == ():
            raise self.refused(name, f"请填写“{type(self).model_fields[name].description}”。")
        return value

    def refused(self, name: str, sentence: str) -> FormInvalid:
        """Return the refusal of this form, to be raised: a sentence beside one field; what was typed is kept."""
        return FormInvalid({name: sentence}, {})


class Row(BaseModel):
    """One row of a table in a form, or a variable that is an object."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Flag = Annotated[bool, BeforeValidator(lambda given: given or False)]
"""A question with yes or no that may be left unanswered, which means no."""


@dataclass(frozen=True)
class Variable:
    """Says of a variable, inside `Annotated[…]`, what it is and to which case what it names belongs."""

    label: str
    case: CaseOf | None = None
