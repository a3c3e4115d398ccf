"""The clock of one case: held and resumed with a reason and the deputy's consent, one date of it set by hand.

Each is asked for on a form, shown with all that it moves, and made only as it was shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service import notifications
from service.authority import reading, timing
from service.deadlines import changes, explain
from service.deadlines.effects import Effect
from service.deadlines.workdays import local_day, moment
from service.errors import FormInvalid, NotFound, StaleVersion
from service.forms import Field, FormSpec, Option
from service.handlers import filling, web
from service.handlers.admin import casedates, effects
from service.handlers.admin.effects import Asked
from service.handlers.filling import Filling
from service.register.common import attachments, keys
from service.register.dispatch import assignments
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.register.proposal import recipients, suggestions
from service.tables.deadlines import DeadlineChange
from service.tables.runtime import TimerJob, UserTask
from service.tables.suggestions import Suggestion

blueprint = Blueprint("onecase", __name__)

Document = Mapping[str, Any]
_GONE = "没有这件建议，或者您不能查看它。请从列表重新选择。"
_REASON = Field("reason", "理由", "longtext", required=True, min_length=5, max_length=500)


@dataclass(frozen=True)
class Verb:
    """One thing that can be done to a clock: who may, what is asked, what it moves, how it is made."""

    name: str
    form: FormSpec
    lead: str
    button: str
    refuse: Callable[[Actor, str | None], None]
    preview: Callable[[Session, str, str, Document], Effect]
    make: Callable[[Session, str, str, Document, str], DeadlineChange]


def _hold(session: Session, key: str, what: str, given: Document, stamp: str) -> DeadlineChange:
    by, consent = web.actor().login, given["consent"]
    change = changes.hold(session, key, given["reason"], by, g.at, consent, stamp=stamp)
    attachments.adopt(session, consent, key.replace("suggestion", reading.CONSENT), by)
    _tell(
        session, key, "held", change, f"暂停计时，期限停住，任务照样可以办理。理由：{change.reason}"
    )
    return change


def _resume(session: Session, key: str, what: str, given: Document, stamp: str) -> DeadlineChange:
    by = web.actor().login
    change = changes.resume(session, key, given["reason"], by, g.at, stamp=stamp)
    _tell(session, key, "resumed", change, "恢复计时，停住的日子不计入期限。请看新的日期。")
    return change


def _redate(session: Session, key: str, what: str, given: Document, stamp: str) -> DeadlineChange:
    by, due_at = web.actor().login, _moment(given)
    return changes.redate(session, what, due_at, given["reason"], by, g.at, stamp=stamp)


VERBS = {
    one.name: one
    for one in (
        Verb(
            "暂停计时",
            FormSpec(
                (
                    _REASON,
                    Field(
                        "consent",
                        "代表书面同意",
                        "file",
                        required=True,
                        help="代表签名同意暂停的文件，扫描件或照片。没有代表书面同意的，不能暂停。",
                    ),
                )
            ),
            "暂停以后，本件的任务、提醒和期限都停住，不算逾期；恢复以后，停住的日子不计入期限。代表和承办单位在案件页上都能看到。",
            "确认暂停计时",
            timing.refuse_hold,
            lambda session, key, what, given: changes.preview_hold(session, key, g.at),
            _hold,
        ),
        Verb(
            "恢复计时",
            FormSpec((_REASON,)),
            "恢复以后，期限从停住的地方接着数，停住的日子不计入。",
            "确认恢复计时",
            timing.refuse_hold,
            lambda session, key, what, given: changes.preview_resume(session, key, g.at),
            _resume,
        ),
        Verb(
            "另定日期",
            FormSpec(
                (
                    Field("day", "改到哪一天", "date", required=True),
                    Field(
                        "clock",
                        "几点",
                        "enum",
                        required=True,
                        options=(
                            Option("18:00", "18:00（下班时）"),
                            Option("08:30", "08:30（上班时）"),
                        ),
                    ),
                    _REASON,
                )
            ),
            "只改这一处的日期。另定以后，它不再随期限的修改移动。答复的法定期限不能改到首次交办起六个月以后。",
            "确认另定日期",
            timing.refuse_redate,
            lambda session, key, what, given: changes.preview_redate(
                session, what, _moment(given), g.at
            ),
            _redate,
        ),
    )
}
ADDRESSES = {"hold": "暂停计时", "resume": "恢复计时", "redate": "另定日期"}
"""How the verbs are called in addresses."""


@web.route(blueprint, "/suggestions/<int:suggestion_id>/clock/<verb>", policy=web.signed_in)
@web.route(blueprint, "/suggestions/<int:suggestion_id>/clock/<verb>/<what>", policy=web.signed_in)
def show(suggestion_id: int, verb: str, what: str = "") -> Response:
    """The form, empty or as it was left."""
    with web.database().reading() as session:
        task = _opened(session, suggestion_id, verb, what)
        _offer(session, task)
        kept = effects.kept(session, task.effect) or {}
    return task.page(kept)


@web.route(
    blueprint,
    "/suggestions/<int:suggestion_id>/clock/<verb>",
    policy=web.signed_in,
    methods=["POST"],
)
@web.route(
    blueprint,
    "/suggestions/<int:suggestion_id>/clock/<verb>/<what>",
    policy=web.signed_in,
    methods=["POST"],
)
def hand_in(suggestion_id: int, verb: str, what: str = "") -> AnyResponse:
    """Keep what was asked for and go on to its effect; what cannot be is shown again with a sentence at the field."""
    with web.database().reading() as session:
        task = _opened(session, suggestion_id, verb, what)
        _offer(session, task)
    filling.take(task.form, g.at)
    try:
        given = _plain(task.form.read())
        with web.database().reading() as session:
            task.foresee(session, given)
    except FormInvalid as invalid:
        return task.page(task.form.typed, 422, invalid.messages)
    effects.keep(task.effect, given)
    return redirect(task.effect, 303)


@web.route(blueprint, "/suggestions/<int:suggestion_id>/clock-effect/<verb>", policy=web.signed_in)
@web.route(
    blueprint, "/suggestions/<int:suggestion_id>/clock-effect/<verb>/<what>", policy=web.signed_in
)
def effect(suggestion_id: int, verb: str, what: str = "") -> AnyResponse:
    """Show what would move, before anything does."""
    with web.database().reading() as session:
        task = _opened(session, suggestion_id, verb, what)
        given = effects.kept(session, task.effect)
        if given is None:
            flash("没有等待确认的修改，可能已经生效或已经放弃。请重新填写。")
            return redirect(task.address, 303)
        try:
            foreseen = task.foresee(session, given)
        except FormInvalid as invalid:
            _offer(session, task)
            return task.page(given, 422, invalid.messages)
        return effects.shown(session, task.asked(given), foreseen)


@web.route(
    blueprint,
    "/suggestions/<int:suggestion_id>/clock-effect/<verb>",
    policy=web.signed_in,
    methods=["POST"],
)
@web.route(
    blueprint,
    "/suggestions/<int:suggestion_id>/clock-effect/<verb>/<what>",
    policy=web.signed_in,
    methods=["POST"],
)
def confirm(suggestion_id: int, verb: str, what: str = "") -> AnyResponse:
    """Make the change exactly as its effect was shown."""
    with web.database().reading() as session:
        task = _opened(session, suggestion_id, verb, what)
        given = effects.kept(session, task.effect)
    if given is None:
        raise StaleVersion(
            "这项修改已经生效或已经放弃，没有再改一次。请返回这件建议查看。",
            leads=("返回这件建议", task.back),
        )
    asked = task.asked(given)
    try:
        stamp = effects.confirmed(asked)
        with web.database().transaction() as session:
            change = task.make(session, given, stamp)
            effects.forget(session, task.effect)
            number, sentence = change.id, change.sentence
    except StaleVersion as error:
        return effects.stale(asked, error)
    effects.catch_up(number)
    flash(f"已生效：{sentence}")
    return redirect(task.back, 303)


@dataclass(frozen=True)
class _Task:
    """One verb asked of one case by one person."""

    verb: Verb
    suggestion: Suggestion
    dated: UserTask | TimerJob | None  # whose date is set
    number: str  # of the case
    form: Filling
    address: str
    effect: str
    back: str

    @property
    def key(self) -> str:
        return suggestions.business_key(self.suggestion.id)

    @property
    def what(self) -> str:
        """The id of the task or timer whose date is set; empty where none is."""
        return self.dated.id if self.dated else ""

    @property
    def name(self) -> str:
        return self.dated.name if self.dated else ""

    def foresee(self, session: Session, given: Document) -> Effect:
        """Return what this would move, or refuse what cannot be."""
        _refuse_beyond_the_law(session, self, given)
        return self.verb.preview(session, self.key, self.what, given)

    def make(self, session: Session, given: Document, stamp: str) -> DeadlineChange:
        """Make the change, unless it cannot be any more."""
        _refuse_beyond_the_law(session, self, given)
        return self.verb.make(session, self.key, self.what, given, stamp)

    def asked(self, given: Document) -> Asked:
        """Return what the page of the effect says of it."""
        called = f"{self.verb.name}：{self.number}{f'“{self.name}”' if self.name else ''}"
        if self.what:
            called += f"改到{explain.format_moment(_moment(given))}"
        return Asked(
            called,
            given["reason"],
            self.effect,
            self.address,
            {**given, "verb": self.verb.name, "case": self.key, "what": self.what},
            button=self.verb.button,
        )

    def page(
        self, values: Document, status: int = 200, messages: Mapping[str, str] | None = None
    ) -> Response:
        return web.page(
            "admin/onecase.html",
            status,
            verb=self.verb,
            number=self.number,
            name=self.name,
            form=self.form.view(values, messages),
            address=self.address,
            back=self.back,
        )


def _opened(session: Session, suggestion_id: int, verb: str, what: str) -> _Task:
    """Return what somebody asks, unless they may not; to whom the case is closed it is not there."""
    actor = web.actor()
    chosen = VERBS.get(ADDRESSES.get(verb, ""))
    suggestion = session.get(Suggestion, suggestion_id)
    if chosen is None or suggestion is None or bool(what) != (verb == "redate"):
        raise NotFound(_GONE)
    is_theirs = timing.may_redate(actor, suggestion.town)
    if not (is_theirs or reading.suggestion(session, actor, suggestion_id)):
        raise NotFound(_GONE)
    chosen.refuse(actor, suggestion.town)
    dated = casedates.one(session, actor, suggestion, what) if what else None
    where: dict[str, Any] = {"suggestion_id": suggestion_id, "verb": verb}
    where |= {"what": what} if what else {}
    subject = f"{verb}:{suggestions.business_key(suggestion_id)}"
    form = Filling(subject, actor, chosen.form, {}, {})
    return _Task(
        chosen,
        suggestion,
        dated,
        suggestion.case_no or f"第 {suggestion_id} 件",
        form,
        url_for("onecase.show", **where),
        url_for("onecase.effect", **where),
        url_for("individual.show", suggestion_id=suggestion_id)
        if verb == "redate"
        else url_for("cases.show", suggestion_id=suggestion_id),
    )


def _offer(session: Session, task: _Task) -> None:
    """Let the form offer what this person has uploaded for it."""
    if task.verb.form.has_files:
        own = attachments.offered(session, web.actor().login, task.form.subject)
        task.form.options[filling.ATTACHMENTS] = own


def _refuse_beyond_the_law(session: Session, task: _Task, given: Document) -> None:
    """Refuse to put off a reply beyond the six months the law knows."""
    if task.dated is None:
        return
    latest = casedates.latest(session, task.suggestion, task.dated)
    if latest is not None and date.fromisoformat(given["day"]) > latest:
        sentence = (
            f"答复期限最晚只能改到{explain.format_day(latest)}，请改选更早的日期。"
            "（代表法第五十一条：自首次交办之日起最长六个月。）"
        )
        raise FormInvalid({"day": sentence}, dict(given))


def _tell(session: Session, key: str, kind: str, change: DeadlineChange, text: str) -> None:
    """Tell both sides, the deputies and the units that handle the case, what became of its clock."""
    _, number = keys.parse(key)
    title = suggestions.get(session, number).title
    day = explain.format_day(local_day(change.at))
    deputies = {each.deputy for each in recipients.of(session, number)}
    units = {
        role.of(duty.unit)
        for duty in assignments.active(session, number)
        for role in (Role.UNIT_LIAISON, Role.UNIT_HANDLER)
    }
    for recipient in sorted(deputies | units):
        notifications.enqueue(
            session,
            recipient,
            kind,
            f"代表建议《{title}》自{day}起{text}",
            change.at,
            dedupe_key=f"{kind}:{change.id}",
            link=f"/suggestions/{number}",
            business_key=key,
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was handed in as a draft keeps it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _moment(given: Document) -> datetime:
    return moment(date.fromisoformat(given["day"]), time.fromisoformat(given["clock"]))
