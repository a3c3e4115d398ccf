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


def test_nobody_but_designers_and_administrators_gets_in(
    app: Flask, sun_li: Browser, clerk: Browser, deputy: Browser
) -> None:
    for task in ("批假", "批准请假"):
        hand_in(sun_li, leave=drawing(task=task))
        [address] = re.findall(r'action="(/x/uploads/[0-9a-f]+)/deploy"', sun_li.page)
        deploy(sun_li)
    pages = (
        "/x",
        address,
        f"{address}/0.bpmn",
        "/x/processes/visit/1",
        "/x/processes/visit/1.bpmn",
        "/x/processes/visit/1/file",
        "/x/processes/leave/1/restore",
    )

    for page in pages:
        assert sun_li.client.get(page).status_code == 200
        assert _signed_in(app, "root").client.get(page).status_code == 200
        assert clerk.client.get(page).status_code == 403
        assert deputy.client.get(page).status_code == 403
        assert app.test_client().get(page).status_code == 302
    for page in ("/x/uploads", f"{address}/deploy", "/x/processes/leave/1/restore"):
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

    changed = files["handling"].replace("汇总".encode(), "合并".encode())
    hand_in(sun_li, handling=changed)
    deploy(sun_li)

    handling = "/x/processes/handling"
    pages = (f"{handling}/1", f"{handling}/2", f"{handling}/1/restore", f"{handling}/1.bpmn")
    for page in ("/x", address, *pages):
        queries.clear()
        assert sun_li.get(page).status_code == 200
        assert 0 < len(queries) <= MOST, (page, queries)


def test_going_back_to_an_earlier_drawing_makes_it_current_and_says_so(sun_li: Browser) -> None:
    for task in ("批假", "批准请假", "批假"):
        hand_in(sun_li, leave=drawing(task=task))
        deploy(sun_li)

    assert "“请假”第 3 版的内容与第 1 版相同，从现在起又用它。" in sun_li.page
    assert "新发起的“请假”从现在起用第 3 版。" in sun_li.page
