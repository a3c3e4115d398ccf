"""恢复这一版: what it changes is shown first, and its reason is kept."""

import pytest

from service import audit
from service.database import Database
from service.engine.checking.lint import Finding
from service.runtime import publishing
from tests.service.handlers.conftest import Browser
from tests.service.handlers.designer.drawings import calling, deploy, drawing, hand_in

RESTORE = "/x/processes/leave/1/restore"


@pytest.fixture
def twice(sun_li: Browser) -> Browser:
    """A designer who has changed a process that another calls, and taken the other along."""
    hand_in(sun_li, leave=drawing(), trip=calling("trip", "leave"))
    deploy(sun_li)
    hand_in(sun_li, leave=drawing(task="批准请假"))
    deploy(sun_li)
    return sun_li


def test_what_restoring_changes_is_shown_and_done_with_its_reason(
    twice: Browser, office: Database
) -> None:
    twice.get(RESTORE)
    assert '<td data-label="第 2 版"><span>批准请假</span></td>' in twice.page
    assert "把调用它的流程一起换" in twice.page

    answer = twice.post(RESTORE, {"reason": "名称看不懂", "with_callers": "yes"})

    assert answer.status_code == 303
    twice.get("/x")
    assert "“请假”第 3 版的内容与第 1 版相同，从现在起又用它。" in twice.page
    assert "新发起的“出差”（第 3 版）从现在起使用“请假”第 3 版。" in twice.page
    assert "恢复第 1 版：名称看不懂" in twice.page
    with office.reading() as session:
        event = audit.latest(session, 1)[0]
    assert (event.by, event.reason) == ("sun_li", "恢复第 1 版：名称看不懂")


def test_without_the_callers_it_says_who_stays_behind(twice: Browser) -> None:
    twice.post(RESTORE, {"reason": "名称看不懂"})

    twice.get("/x")
    assert "新发起的“出差”（第 2 版）仍使用“请假”第 2 版，不使用新版。" in twice.page


def test_a_reason_is_asked_for_at_its_field(twice: Browser) -> None:
    for reason in ("", "  ", "长" * 201):
        assert twice.post(RESTORE, {"reason": reason}).status_code == 422
        assert "请写明为什么恢复" in twice.page
    assert "长" * 201 in twice.page


def test_what_is_in_force_or_never_was_is_not_restored(twice: Browser) -> None:
    assert twice.get("/x/processes/leave/2/restore").status_code == 403
    assert "不用恢复" in twice.page
    assert twice.get("/x/processes/leave/9/restore").status_code == 404
    assert twice.post("/x/processes/nobody/1/restore", {"reason": "x"}).status_code == 404


def test_a_version_that_would_not_pass_today_is_refused_with_the_first_reason(
    twice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding("leave.bpmn", "Task_a", "new-rule", "error", "新规定：不能批假。")
    monkeypatch.setattr(publishing.guarded, "check", lambda *_: [finding])

    assert twice.post(RESTORE, {"reason": "名称看不懂"}).status_code == 422

    assert "新规定：不能批假。" in twice.page
    assert 'value="名称看不懂"' in twice.page
