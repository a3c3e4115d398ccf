"""A list as a file for a spreadsheet program, CSV or XLSX: every cell is text or a number, never a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | None

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What XML cannot hold, and openpyxl refuses.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def sent(kind: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return the list as a file of this kind, to be saved under this name."""
    content = _csv(heads, rows) if kind == "csv" else _xlsx(name, heads, rows)
    response = Response(content, content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{kind}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")  # without the mark Excel reads Chinese as Latin


def _harmless(cell: Cell) -> Cell:
    """A text a spreadsheet would take for a formula gets the apostrophe that makes it text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_BEGINS_FORMULA) else cell


def _xlsx(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    for row in (heads, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(
                sheet, value.translate(_UNPRINTABLE) if isinstance(value, str) else value
            )
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl takes a text that starts with = for a formula
            cells.append(cell)
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
