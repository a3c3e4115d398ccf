"""Auditors and administrators read every change, filter and export it, and have the chain verified."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update

from service import audit
from service.audit import Act
from service.database import Database
from service.tables.audit import AuditEvent
from service.tables.people import Post, Unit
from service.tables.suggestions import Attachment
from tests.conftest import MORNING
from tests.service.handlers.conftest import Browser, _signed_in


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


@pytest.fixture
def changed(office: Database) -> Database:
    """A limit, a calendar, a case: three changes on three days."""
    acts = [
        ("root", Act.LIMIT, "policy:reply.normal:", "把“答复”由 3 个月改为 60 日。", "市委要求"),
        ("root", Act.CALENDAR, "calendar:2027", "导入 2027 年放假安排。", "=1+1"),
        ("zhao_gang", Act.CASE, "suggestion:17", "暂停计时。", "代表同意"),
    ]
    data = {"before": [{"amount": 3}], "after": [{"amount": 60}]}
    with office.transaction() as session:
        for number, (by, *given) in enumerate(acts):
            audit.record(session, by, MORNING + timedelta(days=number), *given, data)
    return office


def test_changes_are_read_the_latest_first(root: Browser, changed: Database) -> None:
    root.get("/o/audit")

    assert "共 3 条" in root.page
    assert root.page.index("暂停计时。") < root.page.index("导入 2027 年放假安排。")
    assert "赵刚" in root.page
    assert "期限" in root.page
    assert "被拒绝的操作" in root.page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("act=calendar", ["导入"]),
        ("by=zhao_gang", ["暂停"]),
        ("words=市委", ["答复"]),
        ("since=2026-03-03", ["暂停", "导入"]),
        ("until=2026-03-02", ["答复"]),
        ("since=2026-03-03&until=2026-03-03", ["导入"]),
        ("words=没有这样的字", []),
    ],
)
def test_a_reader_filters_by_kind_person_words_and_days(
    root: Browser, changed: Database, asked: str, found: list[str]
) -> None:
    assert MORNING.date().isoformat() == "2026-03-02"

    root.get(f"/o/audit?{asked}")
    answer = root.get(f"/o/audit.csv?{asked}")

    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))[1:]
    assert len(rows) == len(found)
    assert all(word in row[4] for word, row in zip(found, rows, strict=True))
    assert all(word in root.page for word in found)
    assert ("没有符合条件的记录" in root.page) == (not found)


def test_a_wrong_day_is_refused_at_its_field(root: Browser, changed: Database) -> None:
    answer = root.get("/o/audit?since=2026-13-40&act=limit")

    assert answer.status_code == 422
    assert "请按“2026-11-30”的样子填写日期。" in root.page
    assert 'value="2026-13-40"' in root.page
    assert root.get("/o/audit?act=nothing").status_code == 422
    assert root.get("/o/audit.csv?since=x").status_code == 422


def test_the_export_holds_no_formula(root: Browser, changed: Database) -> None:
    rows = root.get("/o/audit.csv?act=calendar").get_data(as_text=True)
    assert "'=1+1" in rows

    book = load_workbook(io.BytesIO(root.get("/o/audit.xlsx?act=calendar").get_data()))

    [_, row] = book.active.iter_rows()
    assert (row[5].value, row[5].data_type) == ("=1+1", "s")


def test_a_change_says_from_what_to_what_and_why(root: Browser, changed: Database) -> None:
    root.get("/o/audit/1")

    assert "<h1>把“答复”由 3 个月改为 60 日。</h1>" in root.page
    assert "市委要求" in root.page
    assert '<td data-label="原来">3</td><td data-label="改成">60</td>' in root.page
    assert root.get("/o/audit/4").status_code == 404


def test_a_change_leads_to_the_thing_for_whom_may_see_it(
    root: Browser, changed: Database, app: Flask
) -> None:
    with changed.transaction() as session:
        audit.record(session, None, MORNING, Act.DIAGRAM, "visit", "部署。", data={
            "process": "visit", "version": 1,
        })  # fmt: skip
    root.get("/o/audit/4")
    assert "系统或命令行" in root.page
    assert 'href="/x/processes/visit/1"' in root.page

    with changed.transaction() as session:
        session.execute(update(Post).where(Post.login == "wang_fang").values(role="auditor"))
    auditor = _signed_in(app, "wang_fang")
    auditor.get("/o/audit/4")
    assert "看现在的样子" not in auditor.page


def test_codes_are_shown_by_name_and_files_to_whom_they_concern(
    root: Browser, changed: Database, app: Flask
) -> None:
    with changed.transaction() as session:
        file = Attachment(
            sha256="0" * 64, name="代表书面同意.pdf", media_type="application/pdf", size=1,
            uploaded_by="root", uploaded_at=MORNING, business_key="consent:1",
        )  # fmt: skip
        session.add(file)
        session.flush()
        code, name = session.execute(select(Unit.code, Unit.short_name)).first() or ("", "")
        pause = {"place": code, "scope": "unit", "attachments": [file.id]}
        audit.record(session, None, MORNING, Act.CASE, "x", "暂停。", data={"after": [pause]})
        session.execute(update(Post).where(Post.login == "wang_fang").values(role="auditor"))
    auditor = _signed_in(app, "wang_fang")

    root.get("/o/audit/4")
    auditor.get("/o/audit/4")

    for browser in (root, auditor):
        assert f'<td data-label="改成">{name}</td>' in browser.page
    assert '<td data-label="改成">代表书面同意.pdf</td>' in root.page
    assert "代表书面同意.pdf" not in auditor.page
    assert '<td data-label="改成">1 个文件，您不能查看</td>' in auditor.page


def test_the_chain_is_computed_again_on_its_own_page(root: Browser, changed: Database) -> None:
    with changed.reading() as session:
        head = audit.head(session)
    root.get("/o/audit")
    assert head.hash[:12] in root.page
    assert head.hash not in root.page

    root.get("/o/audit/chain")
    assert "共 3 条，校验完好。" in root.page
    assert head.hash in root.page

    with changed.transaction() as session:
        session.execute(update(AuditEvent).where(AuditEvent.seq == 2).values(reason="别的"))
    root.get("/o/audit/chain")
    assert "修改记录有 1 处不对" in root.page
    assert "第 2 条记录" in root.page


def test_without_a_change_the_pages_say_so(root: Browser) -> None:
    root.get("/o/audit")
    assert "还没有修改记录" in root.page
    root.get("/o/audit/chain")
    assert "还没有修改记录" in root.page


def test_long_records_come_in_pages_at_the_same_cost(
    root: Browser, office: Database, queries: list[str]
) -> None:
    def cost() -> int:
        queries.clear()
        root.get("/o/audit")
        return len(queries)

    def recorded(number: int) -> None:
        with office.transaction() as session:
            for one in range(number):
                audit.record(session, "root", MORNING, Act.RULE, "x", f"改第 {one} 处。")

    recorded(2)
    few = cost()
    recorded(80)

    assert cost() == few <= 12
    assert "改第 79 处。" in root.page
    assert "改第 3 处。" not in root.page
    root.get("/o/audit?before=10")
    assert "改第 3 处。" in root.page


def test_nobody_else_reads_them(clerk: Browser, deputy: Browser, browser: Browser) -> None:
    for path in ("/o/audit", "/o/audit/1", "/o/audit/chain", "/o/audit.csv"):
        assert clerk.get(path).status_code == 403
        assert deputy.get(path).status_code == 403
        assert browser.get(path).status_code == 302
