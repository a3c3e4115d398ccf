"""What is exported holds what was listed, and nothing a spreadsheet program would compute."""

import csv
import io

from openpyxl import load_workbook

from service.handlers import sheets

HEADS = ("名称", "件数")
ROWS = [("=HYPERLINK('x')", 3), ("@SUM(A1)", None), ("正常\x07的话，带逗号", 0)]


def test_a_csv_opens_in_excel_and_computes_nothing() -> None:
    answer = sheets.sent("csv", "影响", HEADS, ROWS)
    text = answer.get_data().decode("utf-8-sig")

    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in csv.reader(io.StringIO(text))][1:3] == [
        "'=HYPERLINK('x')",
        "'@SUM(A1)",
    ]
    assert answer.headers["Content-Disposition"].endswith("%E5%BD%B1%E5%93%8D.csv")


def test_a_workbook_holds_texts_and_numbers_and_no_formula() -> None:
    answer = sheets.sent("xlsx", "影响", HEADS, ROWS)
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["名称", "件数"],
        ["=HYPERLINK('x')", 3],
        ["@SUM(A1)", None],
        ["正常的话，带逗号", 0],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
