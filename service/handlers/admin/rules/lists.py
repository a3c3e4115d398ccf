"""A list that officials keep as a page: read, changed in a draft, looked at with its effect, applied, set back.

One family of pages for every list: what a row is, who reads it and what a change does is the list's own to say.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service import rulebook
from service.authority import ruling
from service.deadlines.explain import format_day
from service.deadlines.workdays import local_day, moment
from service.errors import NotAllowed, NotFound, StaleVersion
from service.handlers import web
from service.handlers.admin.rules import entries, pages
from service.handlers.admin.rules.entries import Options, Typed
from service.handlers.admin.rules.pages import Change, blueprint, readers
from service.register.people import directory as people
from service.register.people.sectors import Sector
from service.rulebook import LISTS, Control, Fault, Listing, Row, Version
from service.runtime import drafts

_FURTHEST = timedelta(days=731)
LIST = "/m/rules/lists/<name>"


@dataclass(frozen=True)
class Draft:
    """What somebody is changing in a list: based on which version, and its rows as typed."""

    base: int
    rows: list[Typed]
    is_begun: bool = True


@web.route(blueprint, LIST, policy=readers)
def listed(name: str) -> Response:
    """The rows in force, who reads them, and every version there was."""
    listing = _listing(name)
    with web.database().reading() as session:
        versions = rulebook.versions(session, listing)
        current, coming = rulebook.in_force(session, listing), rulebook.coming(session, listing)
        names = people.unit_names(session)
        changes = _changes(session, versions)
        has_draft = _draft(session, listing).is_begun
    return web.page(
        "admin/rules/list.html",
        listing=listing,
        version=current,
        coming=coming[:1],
        changes=changes,
        rows=[_shown(row, names) for row in current.rows],
        columns=_columns(listing),
        has_draft=has_draft,
        may_change=ruling.may_change(web.actor(), name),
    )


@web.route(blueprint, f"{LIST}/versions/<int:number>", policy=readers)
def list_version(name: str, number: int) -> Response:
    """One version of a list, and what is otherwise now."""
    listing = _listing(name)
    with web.database().reading() as session:
        current = rulebook.in_force(session, listing)
        version = rulebook.version(session, listing, number)
        names = people.unit_names(session)
        [change] = _changes(session, (version,))
    return web.page(
        "admin/rules/list_version.html",
        listing=listing,
        change=change,
        newest=current.number,
        is_coming=not version.is_in_force(g.at),
        rows=[_shown(row, names) for row in version.rows],
        columns=_columns(listing),
        since=rulebook.differences(listing, version.rows, current.rows, names),
        may_change=ruling.may_change(web.actor(), name),
    )


@web.route(blueprint, f"{LIST}/versions/<int:number>/restore", policy=readers, methods=["POST"])
def list_restore(name: str, number: int) -> AnyResponse:
    """Begin a draft that says what this version says."""
    listing = _listing(name)
    ruling.refuse_change(web.actor(), name)
    with web.database().transaction() as session:
        newest = rulebook.versions(session, listing)[0].number
        rows = rulebook.version(session, listing, number).rows
        _keep(session, listing, Draft(newest, [entries.typed_of(row) for row in rows]))
    flash(f"已把{_called(number)}的内容放进草稿，还没有生效。请核对后生效。")
    return redirect(url_for("rules.list_effect", name=name), 303)


@web.route(blueprint, f"{LIST}/edit", policy=readers)
def list_edit(name: str) -> Response:
    """The rows as a form."""
    return _edit_page(_listing(name))


@web.route(blueprint, f"{LIST}/edit", policy=readers, methods=["POST"])
def list_save(name: str) -> AnyResponse:
    """Keep what was typed; then add, move or take out a row, or go on to the effect where nothing is wrong."""
    listing = _listing(name)
    ruling.refuse_change(web.actor(), name)
    act, _, place = request.form.get("act", "").partition(":")
    with web.database().transaction() as session:
        draft = _draft(session, listing)
        rows = entries.sent(listing, request.form, draft.rows)
        _arrange(listing, rows, act, web.whole_number(place))
        _keep(session, listing, Draft(draft.base, rows))
        pages.forget(session)
    if act != "effect":
        return redirect(
            f"{url_for('rules.list_edit', name=name)}#row-{_anchor(act, place, len(rows))}", 303
        )
    with web.database().reading() as session:
        _, faults = _read(session, listing, rows)
    if faults:
        return _edit_page(listing, 422, faults)
    return redirect(url_for("rules.list_effect", name=name), 303)


@web.route(blueprint, f"{LIST}/discard", policy=readers, methods=["POST"])
def list_discard(name: str) -> AnyResponse:
    """Drop the draft."""
    listing = _listing(name)
    ruling.refuse_change(web.actor(), name)
    with web.database().transaction() as session:
        drafts.forget(session, _subject(listing), web.actor().login)
    flash("草稿已放弃，现行清单没有改变。")
    return redirect(url_for("rules.listed", name=name), 303)


@web.route(blueprint, f"{LIST}/rebase", policy=readers, methods=["POST"])
def list_rebase(name: str) -> AnyResponse:
    """Keep the draft as a change of the version that has come into force meanwhile."""
    listing = _listing(name)
    ruling.refuse_change(web.actor(), name)
    with web.database().transaction() as session:
        newest = rulebook.versions(session, listing)[0].number
        _keep(session, listing, Draft(newest, _draft(session, listing).rows))
    flash("草稿现在是对现行版本的修改。请逐条核对，凡是与现行版本不同的，生效后都以草稿为准。")
    return redirect(url_for("rules.list_effect", name=name), 303)


@web.route(blueprint, f"{LIST}/effect", policy=readers)
def list_effect(name: str) -> Response:
    """What the draft changes, what that means today, and the button to apply it."""
    return _effect_page(_listing(name))


@web.route(blueprint, f"{LIST}/apply", policy=readers, methods=["POST"])
def list_apply(name: str) -> AnyResponse:
    """Put the draft in force."""
    listing, reason = _listing(name), pages.reason()
    ruling.refuse_change(web.actor(), name)
    if fault := pages.reason_fault(reason):
        return _effect_page(listing, 422, reason, fault)
    since, wrong_day = _since()
    if wrong_day:
        return _effect_page(listing, 422, reason, wrong_day=wrong_day)
    try:
        with web.database().transaction() as session:
            draft = _draft(session, listing)
            if draft.is_begun:
                pages.refuse_unseen(_digest(draft))
            rows, faults = _read(session, listing, draft.rows)
            if faults:
                raise NotAllowed("草稿里还有要改的地方，没有生效。请返回修改。")
            number = rulebook.amend(
                session, listing, rows, draft.base, web.actor().login, g.at, reason, since
            )
            drafts.forget(session, _subject(listing), web.actor().login)
    except StaleVersion as stale:
        return _effect_page(listing, 409, reason, str(stale))
    if since:
        day = format_day(local_day(since))
        flash(f"已定下，第 {number} 版从{day}起生效，在那以前仍按现行的一版。")
    else:
        flash(f"已生效，现在是第 {number} 版。想改回去，请打开以前的版本。")
    return redirect(url_for("rules.listed", name=name), 303)


def _since() -> tuple[datetime | None, str]:
    """Return from which moment a version is to be in force, none where it is at once; or what is wrong with the day."""
    text = request.form.get("since", "").strip()
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, "请按“2027-01-01”的样子填写日期；马上生效的，留空。"
    today = local_day(g.at)
    if day <= today:
        return None, "请填今天以后的日期；马上生效的，留空。"
    if day > today + _FURTHEST:
        return None, "最多提前两年定，请核对年份。"
    return moment(day, time.min), ""


def _listing(name: str) -> Listing[Any]:
    listing = LISTS.get(name)
    if listing is None:
        raise NotFound("没有这份清单。请返回规则页面重新选择。")
    return listing


def _read(
    session: Session, listing: Listing[Any], typed: list[Typed]
) -> tuple[list[Row], list[Fault]]:
    """Return the rows a draft comes to, or what is wrong with them: field by field, then as a whole."""
    rows, faults = entries.read(listing, typed, _options(session))
    return rows, faults or rulebook.faults(session, listing, rows)


def _options(session: Session) -> Options:
    units = people.units(session)
    return {
        Control.UNITS: {one.code: one.short_name for one in units if one.system != Sector.CONGRESS},
        Control.COMMITTEE: {
            one.code: one.short_name for one in units if one.system == Sector.CONGRESS
        },
    }


def _arrange(listing: Listing[Any], rows: list[Typed], act: str, place: int | None) -> None:
    """Add, move or take out a row of what was typed."""
    if act == "add" and not listing.is_fixed and len(rows) < rulebook.MOST_ROWS:
        rows.append(entries.blank(listing, [str(row.get("code")) for row in rows]))
    if place is None or place >= len(rows):
        return
    if act == "remove" and not listing.is_fixed:
        del rows[place]
    elif act in {"up", "down"}:
        row = rows.pop(place)
        rows.insert(max(place + (1 if act == "down" else -1), 0), row)


def _anchor(act: str, place: str, rows: int) -> int:
    """Return the row to look at after an act."""
    number = web.whole_number(place) or 0
    return {"add": rows - 1, "up": max(number - 1, 0), "down": number + 1}.get(act, number)


def _draft(session: Session, listing: Listing[Any]) -> Draft:
    """Return what this person is changing, or the version in force as the beginning of it."""
    kept = drafts.of(session, _subject(listing), web.actor())
    if kept:
        return Draft(int(kept["base"]), list(kept["rows"]))
    newest = rulebook.versions(session, listing)[0]
    return Draft(newest.number, [entries.typed_of(row) for row in newest.rows], False)


def _keep(session: Session, listing: Listing[Any], draft: Draft) -> None:
    values = {"base": draft.base, "rows": draft.rows}
    drafts.save(session, _subject(listing), web.actor(), values, g.at)


def _subject(listing: Listing[Any]) -> str:
    """Return under what name a draft is kept; it is no page's address, so that nothing else writes it."""
    return f"list:{listing.name}"


def _edit_page(
    listing: Listing[Any], status: int = 200, faults: list[Fault] | None = None
) -> Response:
    ruling.refuse_change(web.actor(), listing.name)
    with web.database().reading() as session:
        draft, typed = _draft(session, listing), pages.typed(session)
        options = _options(session)
    rows = entries.sent(listing, typed, draft.rows) if typed else draft.rows
    lines = entries.lines(listing, rows, options, faults or ())
    return web.page(
        "admin/rules/list_edit.html",
        status,
        listing=listing,
        lines=lines,
        draft=draft,
        faults=[
            (f"row-{one.row}-{one.field}" if one.field else "", _placed(listing, one))
            for one in faults or ()
        ],
    )


def _placed(listing: Listing[Any], fault: Fault) -> str:
    if fault.row is None:
        return fault.sentence
    info = listing.row.model_fields.get(fault.field)
    return f"第 {fault.row + 1} 行{info.title if info else ''}：{fault.sentence}"


def _effect_page(
    listing: Listing[Any],
    status: int = 200,
    reason: str = "",
    fault: str = "",
    wrong_day: str = "",
) -> Response:
    ruling.refuse_change(web.actor(), listing.name)
    with web.database().reading() as session:
        draft, versions = _draft(session, listing), rulebook.versions(session, listing)
        rows, faults = _read(session, listing, draft.rows)
        if faults:
            return _edit_page(listing, 422, faults)
        names = people.unit_names(session)
        meanwhile = [one for one in _changes(session, versions) if one.version > draft.base]
        told = rulebook.differences(listing, versions[0].rows, rows, names)
        current, coming = rulebook.in_force(session, listing), rulebook.coming(session, listing)
        consequences = listing.consequences(session, current.rows, rows, g.at) if told else []
    return web.page(
        "admin/rules/list_effect.html",
        status,
        listing=listing,
        draft=draft,
        differences=told,
        consequences=consequences,
        meanwhile=meanwhile,
        coming=coming[:1],
        since=request.form.get("since", ""),
        wrong_day=wrong_day,
        reason=reason,
        fault=fault,
        seen=_digest(draft),
        longest=pages.LONGEST_REASON,
    )


def _digest(draft: Draft) -> str:
    return pages.digest(draft.base, orjson.dumps(draft.rows, option=orjson.OPT_SORT_KEYS))


def _columns(listing: Listing[Any]) -> list[tuple[str, str]]:
    """Return the fields a page shows of each row, with their names; a code people did not choose is no use to them."""
    return [
        (name, info.title or name)
        for name, info in listing.row.model_fields.items()
        if not _is_hidden(listing, name)
    ]


def _is_hidden(listing: Listing[Any], name: str) -> bool:
    control = rulebook.control_of(listing.row, name)["control"]
    return name == "code" and control == Control.FIXED


def _shown(row: Row, names: dict[str, str]) -> dict[str, str]:
    return {name: rulebook.words(row, name, names) for name in type(row).model_fields}


def _changes(session: Session, versions: tuple[Version, ...]) -> list[Change]:
    names = people.names(session, {one.by for one in versions})
    return [
        Change(one.number, one.valid_from, names.get(one.by or "", "系统"), one.reason)
        for one in versions
    ]


def _called(number: int) -> str:
    return f"第 {number} 版" if number else "随系统安装的一版"
