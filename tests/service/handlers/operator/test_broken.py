"""An operator sees what failed, mends it on the page and runs it again; whatever cannot be is said on the page."""

import pytest
from flask import Flask
from sqlalchemy import event

from service import history
from service.database import Database
from service.runtime import incidents, publishing
from service.tables.runtime import ProcessInstance
from tests.conftest import MORNING
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.conftest import Browser
from tests.service.runtime import mended
from tests.world import World


@pytest.fixture
def world(sqlite: Database) -> World:
    return World(sqlite)


@pytest.fixture
def app(world: World, settings) -> Flask:
    return served(world, settings)


@pytest.fixture
def page(app: Flask) -> Browser:
    return signed_in(app, "运维")


def deploy(world, **files):
    with world.database.transaction() as session:
        drawn = {f"{name}.bpmn": content for name, content in files.items()}
        publishing.deploy(session, drawn, "设计员", MORNING)


def failed(world, drawn=None, process_id="question", **values) -> tuple[int, int]:
    """Let a case stand still; returns the instance and the incident."""
    files = {"question.bpmn": drawn or mended.question()}
    instance_id = mended.begun(world.database, files, process_id, **values)
    return instance_id, mended.stuck(world.database, instance_id).id


def row(world, instance_id):
    with world.reading() as session:
        return session.get_one(ProcessInstance, instance_id)


def setting(world, instance_id, **given):
    version = str(row(world, instance_id).version)
    usual = {"name": "n", "kind": "number", "value": "5", "reason": "现场核实", "version": version}
    return {**usual, **given}


def test_without_a_failure_the_page_says_so(page):
    page.get("/o/incidents")

    assert "没有异常" in page.page


def test_a_case_is_mended_on_the_page_and_goes_on(world, page):
    instance_id, incident_id = failed(world)
    page.get("/o/incidents")
    assert "水位高吗?" in page.page
    assert f"量水位 第 {instance_id} 号" in page.page
    page.get(f"/o/incidents/{incident_id}")
    assert "失败的环节要用：<code>n</code>" in page.page
    assert "<code>n &gt; 3</code>" in page.page

    again = page.post(f"/o/incidents/{incident_id}/retry")
    assert again.status_code == 409
    assert "又试了一次，仍然没有成功" in page.page
    put = page.post(f"/o/incidents/{incident_id}/variables", setting(world, instance_id))
    assert put.status_code == 303
    page.get(put.location)
    assert "已设置“n”。事项还停在原处，请再试一次。" in page.page
    done = page.post(f"/o/incidents/{incident_id}/retry")
    page.get(done.location)

    assert "重试成功，事项已经往前走" in page.page
    assert row(world, instance_id).end_event == "End_high"
    page.get(f"/o/incidents/{incident_id}")
    assert "处理完毕" in page.page


def test_a_case_is_taken_to_the_corrected_version_after_its_effect_was_seen(world, page):
    instance_id, incident_id = failed(world, mended.question("m > 3"), n=5)
    page.get(f"/o/incidents/{incident_id}")
    assert "还没有别的版本" in page.page
    deploy(world, question=mended.question("n > 3"))
    page.get(f"/o/incidents/{incident_id}/migration")
    assert "可以换" in page.page
    assert "“测量水位”，换了还在" in page.page

    version = str(row(world, instance_id).version)
    given = {"to": "2", "version": version, "reason": "条件写错"}
    moved = page.post(f"/o/incidents/{incident_id}/migration", given)
    page.get(moved.location)
    page.post(f"/o/incidents/{incident_id}/retry")

    assert moved.status_code == 303
    assert row(world, instance_id).end_event == "End_high"
    with world.reading() as session:
        names = [event.name for event in history.of(session, instance_id)]
    assert "换到第 2 版流程图（条件写错）" in names


def test_a_version_without_a_place_offers_no_button_and_refuses_the_request(world, page):
    instance_id, incident_id = failed(world)
    deploy(world, question=mended.question().replace(b"Task_measure", b"Task_gone"))
    page.get(f"/o/incidents/{incident_id}/migration")
    assert "不能换" in page.page
    assert "就没有这个环节了" in page.page
    assert '<button class="btn btn-primary">换到' not in page.page

    version = str(row(world, instance_id).version)
    given = {"to": "2", "version": version, "reason": "试试"}

    assert page.post(f"/o/incidents/{incident_id}/migration", given).status_code == 409
    assert row(world, instance_id).version == int(version)


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"kind": "number", "value": "五"}, 422, "请只写数字"),
        ({"kind": "number", "value": "true"}, 422, "请只写数字"),
        ({"kind": "truth", "value": "也许"}, 422, "请写“是”或“否”"),
        ({"kind": "anything"}, 422, "请选择值的种类"),
        ({"name": "a b"}, 422, "不能作变量名"),
        ({"reason": " "}, 422, "请写明理由"),
        ({"version": "0"}, 409, "又往前走了"),
        ({"place": "nowhere"}, 409, "现在不在您选的那个流程里"),
    ],
)
def test_what_cannot_be_set_is_said_and_what_was_typed_stays(world, page, given, status, sentence):
    instance_id, incident_id = failed(world)
    before = row(world, instance_id)
    page.get(f"/o/incidents/{incident_id}")

    answer = page.post(
        f"/o/incidents/{incident_id}/variables", setting(world, instance_id, **given)
    )

    assert answer.status_code == status
    assert sentence in page.page
    assert (given.get("value") or "5") in page.page
    assert row(world, instance_id).version == before.version


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " 高 ", "高"),
        ("number", "2.5", 2.5),
        ("truth", "是", True),
        ("list", "JT\n\n GA ", ["JT", "GA"]),
        ("nothing", "x", None),
    ],
)
def test_a_value_is_of_the_kind_that_was_chosen(world, page, kind, text, value):
    instance_id, incident_id = failed(world)
    page.get(f"/o/incidents/{incident_id}")

    given = setting(world, instance_id, kind=kind, value=text, name="x")
    page.post(f"/o/incidents/{incident_id}/variables", given)

    assert mended.seen(world.database, instance_id).places[0].variables["x"] == value


def test_letting_an_incident_go_needs_a_reason_and_says_what_remains(world, page):
    instance_id, incident_id = failed(world)
    page.get(f"/o/incidents/{incident_id}")
    assert page.post(f"/o/incidents/{incident_id}/dismiss").status_code == 422
    assert "请写明为什么不再处理" in page.page

    gone = page.post(f"/o/incidents/{incident_id}/dismiss", {"reason": "会重报"})
    page.get(gone.location)

    assert "事项停在原处，没有往前走：任务“测量水位”还等人办理。" in page.page
    with world.reading() as session:
        assert incidents.unresolved(session, instance_id=instance_id) == []
    assert page.post(f"/o/incidents/{incident_id}/dismiss", {"reason": "再来"}).status_code == 404


@pytest.mark.parametrize("who", ["设计员", "代工委甲", "代表甲", "审计员"])
def test_nobody_else_sees_or_mends(world, app, who):
    _, incident_id = failed(world)
    other = signed_in(app, who)

    assert other.get("/o/incidents").status_code == 403
    assert other.get(f"/o/incidents/{incident_id}").status_code == 403
    assert other.get(f"/o/incidents/{incident_id}/migration").status_code == 403
    for act in ("retry", "variables", "migration", "dismiss"):
        assert other.post(f"/o/incidents/{incident_id}/{act}").status_code == 403
    assert "异常</a>" not in other.page


def test_an_incident_that_is_not_there_is_not_found(page):
    for path in ("/o/incidents/999", "/o/incidents/999/migration"):
        assert page.get(path).status_code == 404


def test_the_list_costs_few_statements_however_much_failed(world, page):
    asked = []
    event.listen(world.database.reader, "before_cursor_execute", lambda *a: asked.append(a[2]))

    def statements() -> int:
        page.get("/o/incidents")  # which reads the diagrams once for all
        asked.clear()
        page.get("/o/incidents")
        return len(asked)

    failed(world)
    few = statements()
    for _ in range(4):
        failed(world)

    assert statements() == few <= 12
    assert page.page.count('href="/o/incidents/') >= 5
