"""A year's arrangement is typed, pasted or imported into rows that a person reads again; only then it can be applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import policies
from service.deadlines.years import breaks, files, known, notice
from service.deadlines.years.breaks import Row, Trouble
from service.deadlines.years.notice import Unread
from service.handlers import web
from service.handlers.admin import effects
from service.handlers.admin.calendar import applying, years
from service.handlers.admin.sections import administrators

blueprint = Blueprint("editing", __name__)

FIELDS = ("name", "first", "last", "made_up")
_SPARE = 2  # empty rows below the filled ones
_LONGEST_FIELD = 80
_MOST_TYPED = 60  # rows read from a form, wrong ones included
_FULL = (
    "{year} 年的放假和调休安排已从随系统安装的节假日资料读入下面的表格，还没有生效。"
    "请对照国务院办公厅的通知逐行核对。"
)
_LAW_ALONE = (
    "随系统安装的节假日资料里只有 {year} 年的法定节日，没有调休上班日，已读入下面的表格，还没有生效。"
    "请按国务院办公厅的通知补上，或先作为暂定安排使用。"
)
_PASTED = "从通知读出 {count} 行，还没有生效。请对照通知逐行核对，再看影响。"
_IMPORTED = "从文件读出 {count} 行，还没有生效。请逐行核对，再看影响。"
_NOTHING = "什么也没有导入。"
_NO_HOLIDAY = "没有从粘贴的内容里读出任何节日，请核对。"
_TOO_LONG = f"粘贴的内容超过 {notice.LONGEST} 字，请只粘贴“一、元旦……”到“七、国庆节……”这一部分。"


@dataclass(frozen=True)
class Draft:
    """What the page shows: the rows, what is wrong with them, and what came of reading a notice or a file."""

    rows: Sequence[Row]
    troubles: Sequence[Trouble] = ()
    is_confirmed: bool = True
    reason: str = ""
    reason_error: str = ""
    told: str = ""
    spare: int = _SPARE
    text: str = ""
    paste_error: str = ""
    unread: Sequence[Unread] = ()
    file_errors: Sequence[str] = ()


@web.route(blueprint, "/m/calendar/<int:year>/edit", policy=administrators)
def edit(year: int) -> Response:
    """The rows that wait to be confirmed, those of the package, or those of the year in force."""
    years.check(year)
    if request.args.get("from") == "holidays":
        found, is_whole = known.arrangement(year)
        told = (_FULL if is_whole else _LAW_ALONE).format(year=year)
        return _page(year, Draft(breaks.rows(found), is_confirmed=is_whole, told=told))
    with web.database().reading() as session:
        document = effects.kept(session, applying.address(year))
    if document is None:
        return _page(year, _in_force(year))
    return _page(year, _waiting(document), waits=True)


@web.route(blueprint, "/m/calendar/<int:year>/edit", policy=administrators, methods=["POST"])
def check(year: int) -> AnyResponse:
    """Read the rows; show what is wrong with them, or go on to what they would move."""
    years.check(year)
    draft = _typed()
    if "_add_row" in request.form:
        return _page(year, replace(draft, spare=_SPARE + 1))
    read = breaks.read(year, draft.rows)
    wrong = replace(draft, troubles=read.troubles, reason_error=_wrong_reason(draft.reason))
    if wrong.troubles or wrong.reason_error:
        return _page(year, wrong, 422)
    effects.keep(
        applying.address(year), applying.document(read.breaks, draft.is_confirmed, draft.reason)
    )
    return redirect(applying.address(year), 303)


@web.route(blueprint, "/m/calendar/<int:year>/paste", policy=administrators, methods=["POST"])
def paste(year: int) -> Response:
    """Read the published notice into rows, and say what of it was not read."""
    years.check(year)
    text = request.form.get("text", "").strip()
    if not text:
        return _unread(year, paste_error="请先把通知的正文粘贴到这里。")
    if len(text) > notice.LONGEST:
        return _unread(year, paste_error=_TOO_LONG, text=text)
    found = notice.read(year, text)
    if not found.rows:
        return _unread(year, paste_error=_NO_HOLIDAY, text=text, unread=found.unread)
    if troubles := breaks.read(year, found.rows).troubles:
        wrong = "".join(_in_notice(found.rows, one) for one in troubles)
        return _unread(year, paste_error=f"{wrong}{_NOTHING}", text=text, unread=found.unread)
    told = _PASTED.format(count=len(found.rows))
    return _page(year, Draft(found.rows, told=told, unread=found.unread, text=text))


@web.route(blueprint, "/m/calendar/<int:year>/import", policy=administrators, methods=["POST"])
def import_(year: int) -> Response:
    """Read a file into rows, all of it or nothing."""
    years.check(year)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _unread(year, file_errors=["请先选择文件。"])
    try:
        found = files.read(year, sent.stream.read(files.LARGEST + 1))
    except files.FileUnread as error:
        return _unread(year, file_errors=[f"{error}{_NOTHING}"])
    read = breaks.read(year, found)
    if read.troubles:
        errors = [*(_in_file(found, one) for one in read.troubles), _NOTHING]
        return _unread(year, file_errors=errors)
    told = _IMPORTED.format(count=len(read.breaks))
    return _page(year, Draft(breaks.rows(read.breaks), told=told))


def _typed() -> Draft:
    """Return what was typed into the table: the fields of a row have the same place in each list."""
    columns = [[text.strip() for text in request.form.getlist(name)] for name in FIELDS]
    longest = min(max(map(len, columns)), _MOST_TYPED)
    filled = [[*column, *[""] * longest][:longest] for column in columns]
    rows = [Row(*(text[:_LONGEST_FIELD] for text in cells)) for cells in zip(*filled, strict=True)]
    return Draft(
        rows,
        is_confirmed=request.form.get("confirmed") == "yes",
        reason=request.form.get("reason", "").strip(),
    )


def _wrong_reason(reason: str) -> str:
    if not reason:
        return "请写明依据或理由，它会作为这一年日历的来源显示，并留在修改记录里。"
    if len(reason) > applying.LONGEST_REASON:
        return f"依据或理由最多 {applying.LONGEST_REASON} 个字，请写短一些。"
    return ""


def _waiting(document: Mapping[str, Any]) -> Draft:
    found, confirmed, reason = applying.asked_for(document)
    return Draft(breaks.rows(found), is_confirmed=confirmed, reason=reason)


def _unread(year: int, **said: Any) -> Response:
    """The rows in force stay in the table, and beside the box or the file stands what was wrong with it."""
    return _page(year, replace(_in_force(year), **said), 422)


def _in_force(year: int) -> Draft:
    with web.database().reading() as session:
        calendar = policies.calendar(session)
    days = calendar.of_year(year)
    return Draft(breaks.rows(breaks.arranged(days)), is_confirmed=year in calendar.confirmed)


def _in_notice(found: Sequence[Row], one: Trouble) -> str:
    """Return what is wrong, with the line of the text and the holiday it is about."""
    if one.row < 0:
        return one.sentence
    return f"{found[one.row].where}“{found[one.row].name}”：{one.sentence}"


def _in_file(found: Sequence[Row], one: Trouble) -> str:
    """Return what is wrong, with the place of its row in the file."""
    where = (found[one.row].where or found[one.row].name) if one.row >= 0 else ""
    return f"{where}：{one.sentence}" if where else one.sentence


def _page(year: int, draft: Draft, status: int = 200, *, waits: bool = False) -> Response:
    filled = [number for number, row in enumerate(draft.rows) if any(row[:4])]
    shown = [*draft.rows[: max(filled, default=-1) + 1], *[Row()] * draft.spare]
    return web.page(
        "admin/calendar/edit.html",
        status,
        year=year,
        draft=draft,
        waits=waits,
        rows=shown,
        places={field: place for place, field in enumerate(FIELDS)},
        formats=files.FORMATS,
        largest=files.LARGEST,
    )
