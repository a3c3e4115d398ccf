"""A decision table as a page: read in words, tried with values, with every version there was."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service import decisions
from service.authority import ruling
from service.engine.deciding import compared, spoken
from service.engine.deciding.sheets import Sheet
from service.engine.deciding.spoken import Labels
from service.handlers import web
from service.handlers.admin.rules import asked, pages, rows
from service.handlers.admin.rules.pages import Change, blueprint, readers
from service.register.people import directory as people
from service.register.supervision.colors import Color
from service.runtime import amending
from service.runtime.amending import Draft

LABELS: Mapping[str, Labels] = {"control_color": {"color": Color.labels()}}
"""What the results of a table are called, where the register knows them."""
TABLE = "/m/rules/tables/<decision>"


@dataclass(frozen=True)
class Shown:
    """One version of a table for a page: its rules in words."""

    sheet: Sheet
    rules: tuple[rows.Spoken, ...]

    @classmethod
    def of(cls, sheet: Sheet) -> "Shown":
        labels = LABELS.get(sheet.decision, {})
        return cls(sheet, tuple(rows.spoken_of(line, sheet, labels) for line in sheet.lines))

    @property
    def policy(self) -> str:
        total = spoken.TOTALS.get(self.sheet.aggregation, "")
        return "，".join(filter(None, (spoken.POLICIES.get(self.sheet.hit_policy, ""), total)))


@web.route(blueprint, TABLE, policy=readers)
def table(decision: str) -> Response:
    """The version in force, and all there were."""
    with web.database().reading() as session:
        published, sheet = amending.in_force(session, decision)
        changes = versions(session, decision)
        draft = amending.find(session, decision, web.actor())
    return web.page(
        "admin/rules/table.html",
        shown=Shown.of(sheet),
        published=published,
        changes=changes,
        has_draft=draft is not None,
        may_change=ruling.may_change(web.actor(), decision),
    )


@web.route(blueprint, f"{TABLE}/versions/<int:number>", policy=readers)
def version(decision: str, number: int) -> Response:
    """One version: what it changed, and what is otherwise now."""
    with web.database().reading() as session:
        published, current = amending.in_force(session, decision)
        one = amending.version(session, decision, number)
        sheet = amending.sheet(session, one)
        before = (
            amending.sheet(session, amending.version(session, decision, number - 1))
            if number > 1
            else None
        )
        by = pages.name_of(session, one.by)
    labels = LABELS.get(decision, {})
    return web.page(
        "admin/rules/version.html",
        shown=Shown.of(sheet),
        published=one,
        by=by,
        newest=published.version.version,
        changed=compared.differences(before, sheet, labels) if before else None,
        since=compared.differences(sheet, current, labels),
        may_change=ruling.may_change(web.actor(), decision),
    )


@web.route(blueprint, f"{TABLE}/versions/<int:number>/file", policy=readers)
def file(decision: str, number: int) -> Response:
    """The file of one version, for a modeller."""
    with web.database().reading() as session:
        one = amending.version(session, decision, number)
        content = decisions.content(session, one)
    return web.drawn_file(content, one.version.file)


@web.route(blueprint, f"{TABLE}/versions/<int:number>/restore", policy=readers, methods=["POST"])
def restore(decision: str, number: int) -> AnyResponse:
    """Begin a draft that says what this version says."""
    with web.database().transaction() as session:
        one = amending.version(session, decision, number)
        draft = amending.of_version(session, one, decision)
        amending.keep(session, decision, web.actor(), draft, g.at)
    flash(f"已把第 {number} 版的规则放进草稿，还没有生效。请核对后生效。")
    return redirect(url_for("rules.draft", decision=decision), 303)


@web.route(blueprint, f"{TABLE}/try", policy=readers)
def attempt(decision: str) -> Response:
    """A form of what the table looks at, and which rules hit with these values: now, and by the draft."""
    with web.database().reading() as session:
        published, sheet = amending.in_force(session, decision)
        current = Draft(
            published.version.version, published.version.file, decisions.content(session, published)
        )
        draft = amending.find(session, decision, web.actor())
    labels = LABELS.get(decision, {})
    form = asked.form(amending.decision(current, decision), request.args)
    tried = [("现行规则", asked.outcome(current, decision, form, labels))] if form.is_filled else []
    if draft is not None and form.is_filled:
        errors = amending.check(web.database(), draft)
        found = asked.unreadable(errors) if errors else asked.outcome(draft, decision, form, labels)
        tried.append(("您的草稿", found))
    return web.page(
        "admin/rules/try.html", sheet=sheet, form=form, tried=tried, has_draft=draft is not None
    )


def versions(session: Session, decision: str) -> list[Change]:
    published = decisions.published(session, decision)
    names = people.names(session, {one.by for one in published})
    return [
        Change(one.version.version, one.at, names.get(one.by or "", "系统"), one.note)
        for one in published
    ]
