"""A form in the hands of one person: the task's or the start event's fields, what they may name, what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from service.deadlines import policies
from service.deadlines.book import Due
from service.errors import ExpressionFailed, FormInvalid, ProcessFailed, UploadRefused
from service.forms import FormSpec, FormView
from service.forms.spec import ADD_ROW
from service.handlers import web
from service.operations import SOURCES
from service.register.common import attachments, contents
from service.register.people.directory import Actor
from service.runtime import submissions
from service.runtime.formulas import Deadline, Formulas
from service.runtime.instances import Command
from service.tables.runtime import UserTask

# Options a form's files come under, beside the lists its fields name.
ATTACHMENTS = "attachments"


@dataclass
class Filling:
    """What one request needs to read a form and to show it again."""

    subject: str  # a task id, or "start:<process id>"
    actor: Actor
    spec: FormSpec
    names: Mapping[str, Any]
    options: dict[str, Any]
    is_sealed: bool = False
    business_key: str | None = None
    sent: "MultiDict[str, str]" = field(default_factory=MultiDict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def wants_row(self) -> str:
        """The table that was asked for another row."""
        return self.sent.get(ADD_ROW, "")

    @cached_property
    def typed(self) -> dict[str, Any]:
        return self.spec.keep(self.sent)

    def read(self) -> dict[str, Any]:
        """Return the typed values, or raise `FormInvalid` with every sentence there is to say, files included."""
        try:
            values = self.spec.read(self.sent, self.names, self.options)
        except FormInvalid as invalid:
            messages = invalid.messages | self.refused
            raise FormInvalid(messages, self.typed, self._named(invalid.broken)) from invalid
        if self.refused:
            raise FormInvalid(self.refused, self.typed)
        return values

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return typed values of what a program sent, by the same rules."""
        try:
            return self.spec.check(values, self.names, self.options)
        except FormInvalid as invalid:
            self._named(invalid.broken)
            raise

    def _named(self, broken: ProcessFailed | None) -> ProcessFailed | None:
        """Note in what is broken which form it is, so that an incident names it."""
        if broken is not None:
            with web.database().reading() as session:
                task = session.get(UserTask, self.subject)
            broken.element = task.element_id if task else ""
            command = Command("complete" if task else "fill", self.subject)
            instance_id = task.instance_id if task else None
            broken.facts.update(command=command, instance_id=instance_id, by=self.actor.login)
        return broken

    def view(
        self, values: Mapping[str, Any], messages: Mapping[str, str] | None = None
    ) -> FormView:
        return self.spec.view(values, messages or {}, self.options, self.names, self.wants_row)


def of(
    session: Session,
    subject: str,
    element: Any,
    variables: Mapping[str, Any],
    actor: Actor,
    business_key: str | None,
    at: datetime,
) -> Filling:
    """Return the form of an element of a diagram, with the lists its fields name; lists of a case need its key."""
    spec = FormSpec.of(element.fields, Formulas(_deadline(business_key, at), at))
    options: dict[str, Any] = {
        name: _list(session, name, variables, business_key) for name in spec.sources
    }
    if spec.has_files:
        options[ATTACHMENTS] = attachments.offered(session, actor.login, subject, business_key)
    return Filling(
        subject,
        actor,
        spec,
        variables,
        options,
        submissions.is_sealed(element),
        business_key,
    )


def take(filling: Filling, at: datetime) -> None:
    """Take what the browser sent: the text as it is, each file kept or refused on its own."""
    filling.sent = MultiDict(request.form)
    for name, uploads in _uploads(filling).items():
        for upload in uploads:
            try:
                _keep(filling, name, upload, at)
            except UploadRefused as refused:
                filling.refused[name] = filling.refused.get(name, "") + str(refused)


def _deadline(business_key: str | None, at: datetime) -> Deadline:
    """Return how a form asks for a named limit: when it is handed in, the view it was opened with is gone."""

    def deadline(names: Mapping[str, Any], key: str) -> Due:
        with web.database().reading() as session:
            return policies.for_variables(session, key, names, at, business_key)

    return deadline


def _list(
    session: Session, name: str, variables: Mapping[str, Any], business_key: str | None
) -> Sequence[Any]:
    if name not in SOURCES:
        raise ExpressionFailed(
            f"表单用到的名单“{name}”不存在，请联系流程设计员。", cause=f"no source {name!r}"
        )
    return SOURCES[name].rows(session, variables, business_key)


def _uploads(filling: Filling) -> dict[str, list[FileStorage]]:
    """The files of fields that take files, without the empty part a browser sends for none."""
    return {
        field_.id: [upload for upload in request.files.getlist(field_.id) if upload.filename]
        for field_ in filling.spec.fields
        if field_.type == "file" and not field_.readonly
    }


def _keep(filling: Filling, name: str, upload: FileStorage, at: datetime) -> None:
    most = web.settings().max_attachments
    if len(filling.sent.getlist(name)) >= most:
        raise UploadRefused(f"最多附 {most} 个文件，“{upload.filename}”没有保存。")
    store = web.store()
    content = upload.stream.read(store.max_bytes + 1)
    with web.database().transaction() as session:
        kept = attachments.add(
            session,
            store,
            upload.filename or "",
            content,
            filling.actor.login,
            at,
            task_id=filling.subject,
        )
    filling.sent.add(name, str(kept.id))
    label = f"{kept.name}（{contents.size_in_words(kept.size)}）"
    filling.options[ATTACHMENTS] = [*filling.options[ATTACHMENTS], (str(kept.id), label)]


def files_of(filling: Filling, values: Mapping[str, Any]) -> list[int]:
    """The files among the values that were handed in."""
    return [
        number
        for field_ in filling.spec.fields
        if field_.type == "file"
        for number in values.get(field_.id) or []
    ]
