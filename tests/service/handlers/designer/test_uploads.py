"""Designers hand in drawings, read what is wrong with them, and publish."""

import re
from pathlib import Path

import pytest
from flask import Flask

from service import refusals
from service.database import Database
from tests.service.engine.diagrams import document, end, path, process, service, start
from tests.service.handlers.conftest import Browser, Clock
from tests.service.handlers.designer.drawings import calling, deploy, drawing, hand_in

TABLES = Path(__file__).parents[3] / "diagrams" / "dmn"


def test_a_drawing_without_errors_is_checked_deployed_and_listed(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing())
    assert "可以部署：没有错误" in sun_li.page
    assert "人大代表工委办理“批假”" in sun_li.page

    deploy(sun_li, "先由代工委批")

    assert "已部署：“请假”第 1 版" in sun_li.page
    assert "先由代工委批" in sun_li.page
    assert "孙丽" in sun_li.page


def test_what_changed_against_the_version_in_force_is_told_before_it_is_deployed(
    sun_li: Browser,
) -> None:
    hand_in(sun_li, leave=drawing())
    assert "的差别" not in sun_li.page
    deploy(sun_li)
    form = (
        b'<bpmn:extensionElements><camunda:properties><camunda:property name="deadline" value="sign"/>'
        b'</camunda:properties><camunda:formData><camunda:formField id="days" label="LABEL" '
        b'type="long"/></camunda:formData></bpmn:extensionElements></bpmn:userTask>'
    ).replace(b"LABEL", "天数".encode())

    hand_in(sun_li, leave=drawing(task="批准请假").replace(b"</bpmn:userTask>", form))

    assert "请假：与现行第 1 版的差别" in sun_li.page
    assert '<td data-label="第 1 版"><span>批假</span></td>' in sun_li.page
    assert '<td data-label="这个文件"><span>批准请假</span></td>' in sun_li.page
    assert "期限" in sun_li.page
    assert "新增字段“天数”" in sun_li.page


def test_who_calls_it_is_listed_with_a_box_to_take_them_along(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing(), trip=calling("trip", "leave"))
    deploy(sun_li)
    hand_in(sun_li, leave=drawing(task="批准请假"))
    assert "下面 1 个流程直接或间接调用它" in sun_li.page
    assert "出差 <code>trip</code> 第 1 版" in sun_li.page
    page = sun_li.page

    deploy(sun_li, with_callers=False)
    assert "新发起的“出差”（第 1 版）仍使用“请假”第 1 版，不使用新版。" in sun_li.page

    sun_li.page = page
    deploy(sun_li)
    assert "一起换成使用新版（内容不变）：“出差”第 2 版。" in sun_li.page
    assert "新发起的“出差”（第 2 版）从现在起使用“请假”第 2 版。" in sun_li.page


def test_a_drawing_with_an_error_is_told_where_and_why_and_gets_no_button(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing().replace(b'targetRef="End_x"', b'targetRef="gone"'))

    assert "不能部署：有 1 个错误" in sun_li.page
    assert "“gone”不存在" in sun_li.page
    assert 'data-faulty="Task_a-End_x"' in sun_li.page
    assert "/deploy" not in sun_li.page


def test_an_id_that_changed_its_meaning_is_refused_before_the_button(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing())
    deploy(sun_li)

    hand_in(sun_li, leave=drawing().replace(b"userTask", b"manualTask"))

    assert "不能部署" in sun_li.page
    assert "请换一个新的 id" in sun_li.page


def test_a_try_to_deploy_what_is_reserved_is_answered_and_kept(
    sun_li: Browser, office: Database
) -> None:
    sealing = service("Task_seal", "seal_evaluations")
    steps = path("Start_x", "Task_seal", "End_x")
    own = document(process("own", start("Start_x"), sealing, end("End_x"), steps))
    address = hand_in(sun_li, own=own).request.path

    answer = sun_li.post(f"{address}/deploy")

    assert answer.status_code == 403
    assert "流程图用了它不能用的操作，没有部署" in sun_li.page
    assert "只能用在流程“back_to_back_evaluation”里" in sun_li.page
    with office.reading() as session:
        [kept] = refusals.latest(session, 2)
    assert (kept.by, kept.act, kept.subject) == ("sun_li", "deploy", "own.bpmn")


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


def test_a_decision_table_is_checked_and_deployed_beside_diagrams(sun_li: Browser) -> None:
    hand_in(sun_li, reply_days=(TABLES / "first" / "reply_days.dmn").read_bytes())
    deploy(sun_li)

    assert "已部署：" in sun_li.page
