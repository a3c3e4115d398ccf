"""Versions are listed, drawn and downloaded by designers and administrators, and by nobody else."""

import re
from pathlib import Path

from flask import Flask

from tests.service.handlers.conftest import Browser, _signed_in
from tests.service.handlers.designer.drawings import deploy, drawing, hand_in

MOST = 12
"""Queries a page may cost, however many processes and versions there are."""
VISIT = (Path(__file__).parents[1] / "visit.bpmn").read_bytes()
PROCESSES = Path(__file__).parents[4] / "processes"


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


def test_going_back_to_an_earlier_drawing_says_that_another_took_its_place(sun_li: Browser) -> None:
    for task in ("批假", "批准请假", "批假"):
        hand_in(sun_li, leave=drawing(task=task))
        deploy(sun_li)

    assert "内容没有变化，仍是：“请假”第 1 版" in sun_li.page
    assert sun_li.page.count('class="notice"') == 2
