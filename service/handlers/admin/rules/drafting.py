"""A decision table is changed in a draft: rule by rule, looked at with its effect, applied."""

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service import decisions
from service.engine.checking.lint import Finding
from service.engine.deciding import compared, sheets
from service.engine.deciding.sheets import Sheet
from service.errors import DiagramInvalid, StaleVersion
from service.handlers import web
from service.handlers.admin.rules import pages, rows
from service.handlers.admin.rules.pages import blueprint, readers
from service.handlers.admin.rules.rows import Row
from service.handlers.admin.rules.tables import LABELS, TABLE, Shown, versions
from service.register.people import posts
from service.register.supervision import amended
from service.register.supervision.amended import Comparison
from service.register.supervision.colors import Color
from service.runtime import amending, coverage
from service.runtime.amending import Draft

NEW = "new"
_OF_CARDS = "control_color"
_NOT_LOOSENED = "不得放宽"  # in the ground of a rule


@web.route(blueprint, f"{TABLE}/draft", policy=readers)
def draft(decision: str) -> Response:
    """What this person is changing, rule by rule, beside the version in force."""
    return _draft_page(decision)


@web.route(blueprint, f"{TABLE}/draft/move", policy=readers, methods=["POST"])
def move(decision: str) -> AnyResponse:
    """Move a rule up or down, or take it out, in the draft."""
    key, act = request.form.get("key", ""), request.form.get("act", "")
    with web.database().transaction() as session:
        draft = amending.draft(session, decision, web.actor())
        given = (draft.file, draft.content, decision, key)
        content = (
            sheets.removed(*given)
            if act == "remove"
            else sheets.moved(*given, 1 if act == "down" else -1)
        )
        changed = Draft(draft.base, draft.file, content)
        amending.keep(session, decision, web.actor(), changed, g.at)
    flash(
        "已从草稿中删除这条规则，还没有生效。"
        if act == "remove"
        else "已在草稿中移动这条规则，还没有生效。"
    )
    return redirect(url_for("rules.draft", decision=decision), 303)


@web.route(blueprint, f"{TABLE}/draft/discard", policy=readers, methods=["POST"])
def discard(decision: str) -> AnyResponse:
    """Drop the draft."""
    with web.database().transaction() as session:
        amending.discard(session, decision, web.actor())
    flash("草稿已放弃，现行规则没有改变。")
    return redirect(url_for("rules.table", decision=decision), 303)


@web.route(blueprint, f"{TABLE}/draft/rebase", policy=readers, methods=["POST"])
def rebase(decision: str) -> AnyResponse:
    """Keep the draft as a change of the version that has come into force meanwhile."""
    with web.database().transaction() as session:
        draft = amending.draft(session, decision, web.actor())
        newest = decisions.published(session, decision)[0].version
        changed = Draft(newest.version, newest.file, draft.content)
        amending.keep(session, decision, web.actor(), changed, g.at)
    flash("草稿现在是对现行版本的修改。请逐条核对，凡是与现行版本不同的，生效后都以草稿为准。")
    return redirect(url_for("rules.draft", decision=decision), 303)


@web.route(blueprint, f"{TABLE}/draft/rules/<key>", policy=readers)
def rule(decision: str, key: str) -> Response:
    """One rule of the draft as a form; `new` is one that is not there yet."""
    with web.database().reading() as session:
        draft = amending.draft(session, decision, web.actor())
        typed = pages.typed(session)
    given = (draft.sheet(decision), _key(key), LABELS.get(decision, {}))
    row = rows.typed(*given, typed) if typed else rows.of(*given)
    return _rule_page(draft, decision, key, row)


@web.route(blueprint, f"{TABLE}/draft/rules/<key>", policy=readers, methods=["POST"])
def save_rule(decision: str, key: str) -> AnyResponse:
    """Write one rule of the draft; a cell that says nothing a table may say is refused where it stands."""
    with web.database().reading() as session:
        draft = amending.draft(session, decision, web.actor())
    row = rows.typed(draft.sheet(decision), _key(key), LABELS.get(decision, {}), request.form)
    if not row.faults:
        draft, row = _checked(draft, decision, key, row)
    if row.faults:
        return _rule_page(draft, decision, key, row, 422)
    with web.database().transaction() as session:
        amending.keep(session, decision, web.actor(), draft, g.at)
        pages.forget(session)
    flash("已写进草稿，还没有生效。")
    return redirect(url_for("rules.draft", decision=decision), 303)


@web.route(blueprint, f"{TABLE}/draft/effect", policy=readers)
def effect(decision: str) -> Response:
    """What the draft would say of today's units and cases, and the button to apply it."""
    return _effect_page(decision)


@web.route(blueprint, f"{TABLE}/draft/apply", policy=readers, methods=["POST"])
def apply(decision: str) -> AnyResponse:
    """Put the draft in force."""
    reason = pages.reason()
    if fault := pages.reason_fault(reason):
        return _effect_page(decision, 422, reason, fault)
    labels = LABELS.get(decision, {})
    with web.database().reading() as session:
        begun = amending.find(session, decision, web.actor())
    try:
        if begun is not None:
            pages.refuse_unseen(_digest(begun))
        done = amending.apply(web.database(), decision, web.actor(), reason, labels, g.at)
    except StaleVersion as stale:
        return _draft_page(decision, 409, str(stale))
    except DiagramInvalid as refused:
        return _draft_page(decision, 422, str(refused), refused.findings)
    number = next(one.version for one in done.decisions if one.decision_id == decision)
    flash(f"已生效，现在是第 {number} 版。从现在起按新规则判断；想改回去，请打开以前的版本。")
    return redirect(url_for("rules.table", decision=decision), 303)


def _checked(draft: Draft, decision: str, key: str, row: Row) -> tuple[Draft, Row]:
    """Write a row into a draft and have it checked; what is wrong with it stands at its cells."""
    given = (draft.file, draft.content, decision)
    if key == NEW:
        content = sheets.added(*given, row.texts, row.note)
    else:
        content = sheets.written(*given, key, row.texts, row.note)
    changed = Draft(draft.base, draft.file, content)
    lines = changed.sheet(decision).lines
    line = lines[-1] if key == NEW else changed.sheet(decision).line(key)
    return changed, row.told(line, amending.check(web.database(), changed))


def _key(key: str) -> str:
    return "" if key == NEW else key


def _rule_page(draft: Draft, decision: str, key: str, row: Row, status: int = 200) -> Response:
    sheet = draft.sheet(decision)
    return web.page(
        "admin/rules/rule.html",
        status,
        sheet=sheet,
        row=row,
        key=key,
        number=len(sheet.lines) + 1 if key == NEW else sheet.number(key),
    )


def _draft_page(
    decision: str, status: int = 200, problem: str = "", findings: tuple[Finding, ...] = ()
) -> Response:
    with web.database().reading() as session:
        published, current = amending.in_force(session, decision)
        draft = amending.draft(session, decision, web.actor())
        changes = [one for one in versions(session, decision) if one.version > draft.base]
        began = amending.sheet(session, amending.version(session, decision, draft.base))
    sheet, labels = draft.sheet(decision), LABELS.get(decision, {})
    return web.page(
        "admin/rules/draft.html",
        status,
        shown=Shown.of(sheet),
        published=published,
        draft=draft,
        differences=compared.differences(current, sheet, labels),
        since=changes,
        meanwhile=compared.differences(began, current, labels),
        problem=problem,
        findings=[one for one in findings if one.severity == "error"],
    )


def _effect_page(decision: str, status: int = 200, reason: str = "", fault: str = "") -> Response:
    with web.database().reading() as session:
        published, current = amending.in_force(session, decision)
        draft = amending.draft(session, decision, web.actor())
    errors = amending.check(web.database(), draft)
    if errors:
        return _draft_page(decision, 422, "草稿里有写错的地方，算不出影响。", tuple(errors))
    with web.database().reading() as session:
        warned = coverage.findings(session, {draft.file: draft.content})
    legal = _legal(current, draft.sheet(decision))
    facts: dict[str, Any] = {
        "legal": legal,
        "uncovered": [one.message for one in warned if one.element == decision],
        "published": published,
        "reason": reason,
        "fault": fault,
        "seen": _digest(draft),
    }
    return web.page(
        "admin/rules/effect.html",
        status,
        sheet=draft.sheet(decision),
        draft=draft,
        differences=compared.differences(current, draft.sheet(decision), LABELS.get(decision, {})),
        comparison=_comparison(draft, decision),
        colors=Color.labels(),
        may_open=bool(web.actor().groups & posts.SUPERVISION),
        longest=pages.LONGEST_REASON,
        **facts,
    )


def _digest(draft: Draft) -> str:
    return pages.digest(draft.base, draft.content)


def _legal(before: Sheet, after: Sheet) -> list[str]:
    """Return the grounds of rules that say they must not be loosened, and are touched all the same."""
    texts = {line.key: line.texts for line in after.lines}
    return [
        f"第 {before.number(line.key)} 条（{line.note}）"
        for line in before.lines
        if _NOT_LOOSENED in line.note and texts.get(line.key) != line.texts
    ]


def _comparison(draft: Draft, decision: str) -> Comparison | None:
    """Ask the draft about today's cases; other tables are asked only by diagrams, at the moment they get there."""
    if decision != _OF_CARDS:
        return None
    with web.database().reading() as session:
        return amended.compare(session, g.at, amending.decision(draft, decision))
