"""One version is read as it was handed in, beside another of the same process."""

from tests.service.handlers.conftest import Browser
from tests.service.handlers.designer.drawings import calling, deploy, drawing, hand_in


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


def test_a_version_says_how_it_differs_from_the_one_before_or_from_any(sun_li: Browser) -> None:
    for task in ("批假", "批准请假", "准假"):
        hand_in(sun_li, leave=drawing(task=task))
        deploy(sun_li)

    sun_li.get("/x/processes/leave/3")
    assert "与第 2 版的差别" in sun_li.page
    assert '<td data-label="第 2 版"><span>批准请假</span></td>' in sun_li.page
    assert '<td data-label="第 3 版"><span>准假</span></td>' in sun_li.page

    sun_li.get("/x/processes/leave/3?against=1")
    assert '<td data-label="第 1 版"><span>批假</span></td>' in sun_li.page
    for against in ("3", "9", "x"):
        assert sun_li.get(f"/x/processes/leave/3?against={against}").status_code == 200


def test_changed_fields_and_properties_are_told_too(sun_li: Browser) -> None:
    form = (
        b"<bpmn:extensionElements><camunda:formData>"
        b'<camunda:formField id="days" label="LABEL" type="long"/>'
        b"</camunda:formData></bpmn:extensionElements></bpmn:userTask>"
    )
    for label in ("天数", "请假天数"):
        text = form.replace(b"LABEL", label.encode())
        hand_in(sun_li, leave=drawing().replace(b"</bpmn:userTask>", text))
        deploy(sun_li)

    sun_li.get("/x/processes/leave/2")

    assert "请假天数" in sun_li.page
    assert "天数" in sun_li.page


def test_a_version_names_what_it_calls_and_that_there_is_a_newer_one(sun_li: Browser) -> None:
    hand_in(sun_li, leave=drawing(), trip=calling("trip", "leave"))
    deploy(sun_li)
    hand_in(sun_li, leave=drawing(task="批准请假"))
    deploy(sun_li, with_callers=False)

    sun_li.get("/x/processes/trip/1")
    assert "请假第 1 版（现行第 2 版）" in sun_li.page

    hand_in(sun_li, leave=drawing(task="批准请假"))
    deploy(sun_li)
    sun_li.get("/x/processes/trip/2")
    assert '<td data-label="内容"><span>调用的版本</span></td>' in sun_li.page
    assert "现行第" not in sun_li.page


def test_only_an_earlier_version_can_be_restored(sun_li: Browser) -> None:
    for task in ("批假", "批准请假"):
        hand_in(sun_li, leave=drawing(task=task))
        deploy(sun_li)

    assert "恢复这一版" in sun_li.get("/x/processes/leave/1").get_data(as_text=True)
    assert "恢复这一版" not in sun_li.get("/x/processes/leave/2").get_data(as_text=True)
