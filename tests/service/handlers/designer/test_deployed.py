"""Designers hand in drawings, are told what is wrong with them, and publish; nobody else gets near."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.database import Database
from service.handlers.designer import deployed
from service.tables.people import Person, Post
from tests.service.engine.diagrams import document, end, path, process, start, user
from tests.service.handlers.conftest import Browser, Clock, _signed_in

MOST = 12
"""Queries a page may cost, however many processes and versions there are."""
VISIT = (Path(__file__).parents[1] / "visit.bpmn").read_bytes()
TABLES = Path(__file__).parents[3] / "diagrams" / "dmn"
PROCESSES = Path(__file__).parents[4] / "processes"


def drawing(id: str = "leave", task: str = "批假", **broken: str) -> bytes:
    given = {"camunda__candidateGroups": "deputy_office", **broken}
    return document(
        process(
            id,
            start("Start_x"),
            user("Task_a", name=task, **given),
            end("End_x"),
            path("Start_x", "Task_a", "End_x"),
            name="请假",
        )
    )


@pytest.fixture
def sun_li(app: Flask, office: Database) -> Browser:
    with office.transaction() as session:
        known = session.scalars(select(Person.password_hash).where(Person.login == "root")).one()
        session.add(Person(login="sun_li", name="孙丽", password_hash=known, failed_sign_ins=0))
        session.flush()
        session.add(Post(login="sun_li", role="designer", scope=None))
    return _signed_in(app, "sun_li")


def hand_in(browser: Browser, **files: bytes) -> TestResponse:
    """Upload files as the form does and follow to the result."""
    browser.get("/x")
    sent: list[tuple[str, Any]] = [("csrf_token", browser.token)]
    data: dict[str, Any] = {"csrf_token": sent[0][1]}
    data["files"] = [(io.BytesIO(content), f"{name}.bpmn") for name, content in files.items()]
    answer = browser.client.post("/x/uploads", data=data, content_type="multipart/form-data")
    if answer.status_code == 303:
        return browser.get(answer.headers["Location"])
    return browser._seen(answer)


def deploy(browser: Browser, note: str = "") -> TestResponse:
    [address] = re.findall(r'action="(/x/uploads/[0-9a-f]+/deploy)"', browser.page)
    answer = browser.post(address, {"note": note})
    if answer.status_code == 303:
        browser.get(answer.headers["Location"])
    return answer


def test_a_drawing_without_errors_is_checked_deployed_and_listed(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing())
    assert "可以部署：没有错误" in sun_li.page
    assert "人大代表工委办理“批假”" in sun_li.page

    deploy(sun_li, "先由代工委批")

    assert "已部署：“请假”第 1 版" in sun_li.page
    assert "先由代工委批" in sun_li.page
    assert "孙丽" in sun_li.page


def test_a_drawing_with_an_error_is_told_where_and_why_and_gets_no_button(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing().replace(b'targetRef="End_x"', b'targetRef="gone"'))

    assert "不能部署：有 1 个错误" in sun_li.page
    assert "“gone”不存在" in sun_li.page
    assert 'data-faulty="Task_a-End_x"' in sun_li.page
    assert "/deploy" not in sun_li.page


def test_errors_stand_before_advice_and_elements_have_their_names(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing(camunda__candidateGroups="deputy_offise"))

    assert sun_li.page.index("is-error") < sun_li.page.index("is-advice")
    assert "<strong>批假</strong> <code>Task_a</code>" in sun_li.page
    assert "<strong>【有错误】</strong>" in sun_li.page


def test_several_files_are_told_apart_and_the_one_with_the_error_is_shown_first(
    sun_li: Browser,
) -> None:
    hand_in(sun_li, a=drawing("a"), b=b"no diagram", c=drawing("c"))

    assert "b.bpmn（1 个错误）" in sun_li.page
    assert "文件不是 XML" in sun_li.page
    addresses = re.findall(r'href="(/x/uploads/[^"]+file=2)"', sun_li.page)
    sun_li.get(addresses[0])
    assert '<h2 id="said">c.bpmn</h2>' in sun_li.page


def test_the_same_content_is_deployed_once_and_a_change_is_the_next_version(
    sun_li: Browser,
) -> None:
    hand_in(sun_li, leave=drawing())
    page = sun_li.page
    deploy(sun_li)
    sun_li.page = page
    deploy(sun_li)
    assert "内容没有变化，仍是：“请假”第 1 版" in sun_li.page

    hand_in(sun_li, leave=drawing(task="批准请假"))
    deploy(sun_li)

    assert "第 2 版" in sun_li.page
    assert "/x/processes/leave/1" in sun_li.page


def test_running_cases_keep_their_version(sun_li: Browser, visit: object) -> None:
    hand_in(sun_li, visit=VISIT.replace("审查走访".encode(), "复核走访".encode()))
    deploy(sun_li)

    assert '<td data-label="在办">0 件</td>' in sun_li.page
    assert "第 1 版</a>（在办 1 件）" in sun_li.page


def test_an_id_that_changed_its_meaning_is_refused_before_the_button(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing())
    deploy(sun_li)

    hand_in(sun_li, leave=drawing().replace(b"userTask", b"manualTask"))

    assert "不能部署" in sun_li.page
    assert "请换一个新的 id" in sun_li.page


def test_a_version_is_drawn_told_and_downloaded_as_it_was_handed_in(sun_li: Browser) -> None:
    content = drawing().decode().replace("UTF-8", "GB18030").encode("gb18030")
    hand_in(sun_li, leave=content)
    deploy(sun_li)

    sun_li.get("/x/processes/leave/1")
    file = sun_li.client.get("/x/processes/leave/1/file")
    drawn = sun_li.client.get("/x/processes/leave/1.bpmn")

    assert "人大代表工委办理“批假”" in sun_li.page
    assert 'data-diagram="/x/processes/leave/1.bpmn"' in sun_li.page
    assert file.data == content
    assert "attachment" in file.headers["Content-Disposition"]
    assert "sandbox" in drawn.headers["Content-Security-Policy"]
    assert "批假" in drawn.data.decode("utf-8")
    assert sun_li.get("/x/processes/leave/2").status_code == 404


def test_nobody_but_designers_and_administrators_gets_in(
    app: Flask, sun_li: Browser, clerk: Browser, deputy: Browser
) -> None:
    hand_in(sun_li, leave=drawing())
    [address] = re.findall(r'action="(/x/uploads/[0-9a-f]+)/deploy"', sun_li.page)
    pages = (
        "/x",
        address,
        f"{address}/0.bpmn",
        "/x/processes/visit/1",
        "/x/processes/visit/1.bpmn",
        "/x/processes/visit/1/file",
    )

    for page in pages:
        assert sun_li.client.get(page).status_code == 200
        assert _signed_in(app, "root").client.get(page).status_code == 200
        assert clerk.client.get(page).status_code == 403
        assert deputy.client.get(page).status_code == 403
        assert app.test_client().get(page).status_code == 302
    for page in ("/x/uploads", f"{address}/deploy"):
        assert clerk.post(page).status_code == 403
        assert sun_li.client.post(page).status_code == 400  # without the form's token
    assert "流程设计</a>" not in clerk.get("/").get_data(as_text=True)


def test_what_cannot_be_taken_in_is_said_beside_the_field(
    sun_li: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sun_li.get("/x")
    assert sun_li.post("/x/uploads").status_code == 422
    assert "请先选择要检查的流程图文件" in sun_li.page

    monkeypatch.setattr("service.engine.checking.guarded.MOST_FILES", 1)
    assert hand_in(sun_li, a=drawing("a"), b=drawing("b")).status_code == 422
    assert "一次最多检查 1 个文件" in sun_li.page


def test_a_file_too_large_is_a_finding(sun_li: Browser) -> None:
    hand_in(sun_li, large=b"<" + b" " * 2_100_000)

    assert "文件超过 2 MB" in sun_li.page


def test_an_upload_is_gone_after_a_week_and_an_invented_key_never_was(
    sun_li: Browser, now: Clock
) -> None:
    hand_in(sun_li, leave=drawing())
    [address] = re.findall(r'action="(/x/uploads/[0-9a-f]+)/deploy"', sun_li.page)
    assert sun_li.client.get(f"{address}/1.bpmn").status_code == 404
    assert sun_li.client.get("/x/uploads/" + "0" * 64).status_code == 404
    assert sun_li.client.get("/x/uploads/..%2f..%2fetc").status_code == 404


def test_what_is_handed_in_cannot_be_exchanged_before_it_is_deployed(
    app: Flask, sun_li: Browser
) -> None:
    hand_in(sun_li, leave=drawing())
    folder = app.extensions["settings"].uploads
    [kept] = folder.iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"leave", b"LEAVE"))

    assert deploy(sun_li).status_code == 404


def test_pages_cost_few_queries_however_much_is_deployed(
    sun_li: Browser, queries: list[str]
) -> None:
    files = {file.stem: file.read_bytes() for file in PROCESSES.glob("*.bpmn")}
    hand_in(sun_li, **files)
    [address] = re.findall(r'action="(/x/uploads/[0-9a-f]+)/deploy"', sun_li.page)
    deploy(sun_li)

    for page in ("/x", address, "/x/processes/handling/1", "/x/processes/handling/1.bpmn"):
        queries.clear()
        assert sun_li.get(page).status_code == 200
        assert 0 < len(queries) <= MOST, (page, queries)


def test_a_page_shows_no_more_findings_than_anybody_mends_at_once(
    sun_li: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployed, "MOST_SHOWN", 1)

    hand_in(sun_li, leave=drawing())

    assert "条没有列出" in sun_li.page
    assert sun_li.page.count('class="is-advice"') <= 2  # one of each kind


def test_advice_on_style_stands_apart_from_what_changes_how_it_runs(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing())

    assert "画法建议" in sun_li.page
    assert "可以部署：没有错误" in sun_li.page


def test_going_back_to_an_earlier_drawing_says_that_another_took_its_place(sun_li: Browser) -> None:
    for task in ("批假", "批准请假", "批假"):
        hand_in(sun_li, leave=drawing(task=task))
        deploy(sun_li)

    assert "内容没有变化，仍是：“请假”第 1 版" in sun_li.page
    assert sun_li.page.count('class="notice"') == 2


def test_a_decision_table_is_checked_and_deployed_beside_diagrams(sun_li: Browser) -> None:
    hand_in(sun_li, reply_days=(TABLES / "first" / "reply_days.dmn").read_bytes())
    deploy(sun_li)

    assert "已部署：" in sun_li.page
