"""A task is found, filled in, kept when something is wrong, and done once — by one of those who may."""

import io
import re

from sqlalchemy import func, select

from service.database import Database
from service.errors import ExpressionFailed
from service.settings import Settings
from service.tables.runtime import Incident, Submission, UserTask
from service.tables.suggestions import Attachment
from tests.service.handlers.conftest import Browser, Visit
from tests.service.handlers.everyone.visits import GOOD, done, rating, tasks_open


def test_the_task_page_says_what_to_do_until_when_and_how_that_was_counted(
    clerk: Browser, visit: Visit
) -> None:
    clerk.get(visit.path)

    assert "<h1>审查走访</h1>" in clerk.page
    assert "核对走访是否真实、要素是否齐全。" in clerk.page
    assert "好的审查结论写明依据" in clerk.page
    assert "怎么算的" in clerk.page
    assert "还差 1 项必填：审查结论。" in clerk.page
    assert "代表工委" in clerk.page


def test_every_field_has_its_label_and_a_choice_its_group(clerk: Browser, visit: Visit) -> None:
    clerk.get(visit.path)

    assert (
        '<label for="visited_on">走访日期<span class="optional">（选填）</span></label>'
        in clerk.page
    )
    assert re.search(r'<fieldset id="conclusion">\s*<legend>审查结论</legend>', clerk.page)
    assert "只在“审查结论”选“不予登记”时填写。" in clerk.page
    assert clerk.page.count('name="matters-') == 9  # three blank rows of three cells


def test_doing_a_task_moves_the_process_on(
    clerk: Browser, deputy: Browser, visit: Visit, office: Database
) -> None:
    assert done(clerk, visit) == 303

    clerk.get("/")
    assert "已完成：审查走访。" in clerk.page
    assert "没有要办的事。" in clerk.page
    clerk.get("/done")
    assert "审查走访" in clerk.page
    assert "2026年3月2日（周一）09:00办完" in clerk.page
    deputy.get("/")
    assert "评价审查" in deputy.page
    with office.reading() as session:
        kept = session.get(Submission, visit.task_id)
        assert kept is not None
        assert kept.values["people_met"] == 5


def test_a_form_with_mistakes_comes_back_with_everything_typed_and_where_to_mend_it(
    clerk: Browser, visit: Visit
) -> None:
    answer = clerk.post(
        visit.path,
        {
            "conclusion": "refused",
            "reason": "短",
            "people_met": "几个人",
            "visited_on": "2026-02-30",
            "ways": "phone",
            "matters-1-what": "路灯不亮",
            "matters-1-count": "x",
            "_version": clerk.version(),
        },
    )

    assert answer.status_code == 422
    assert "<title>错误：审查走访" in clerk.page
    assert 'href="#reason">“不予登记的理由”至少写 5 个字' in clerk.page
    assert 'href="#matters-0-count">第 1 行：“人数”要填整数' in clerk.page
    assert 'id="people_met-error"' in clerk.page
    assert 'aria-describedby="people_met-hint people_met-error" aria-invalid="true"' in clerk.page
    assert 'value="几个人"' in clerk.page
    assert "不存在，请核对日期" in clerk.page
    assert 'value="phone" checked' in clerk.page
    assert "路灯不亮</textarea>" in clerk.page
    assert tasks_open(clerk)


def test_a_row_more_is_a_page_with_a_row_more_and_no_complaints(
    clerk: Browser, visit: Visit
) -> None:
    rows = {f"matters-{n}-what": f"事项{n}" for n in range(3)}

    answer = clerk.post(visit.path, {**rows, "people_met": "?", "_add_row": "matters"})

    assert answer.status_code == 200
    assert 'name="matters-3-what"' in clerk.page
    assert "事项2</textarea>" in clerk.page
    assert 'value="?"' in clerk.page
    assert "提交的内容有问题" not in clerk.page


def test_a_value_hidden_by_another_answer_is_not_kept(
    clerk: Browser, visit: Visit, office: Database
) -> None:
    assert done(clerk, visit, reason="x") == 303

    with office.reading() as session:
        kept = session.get_one(Submission, visit.task_id)
        assert kept.values["reason"] is None


def test_a_name_nobody_asked_for_is_refused(clerk: Browser, visit: Visit) -> None:
    assert done(clerk, visit, approved_by="mayor") == 422
    assert "表单里没有“approved_by”这一项" in clerk.page


def test_a_sealed_answer_is_in_no_list_and_its_files_are_locked_away(
    clerk: Browser, deputy: Browser, visit: Visit, office: Database
) -> None:
    path = rating(clerk, deputy, visit)
    deputy.post(path, {"rating": "dissatisfied", "scan": (io.BytesIO(b"scan"), "评价表.txt")})

    deputy.get("/done")
    assert "内容保密" in deputy.page
    assert "不满意" not in deputy.page
    with office.reading() as session:
        assert session.get_one(Submission, path.removeprefix("/tasks/")).values == {}
        [file] = session.scalars(select(Attachment))
        assert file.business_key == f"sealed:{path.removeprefix('/tasks/')}"
    assert deputy.get(f"/files/{file.id}").status_code == 200
    assert clerk.get(f"/files/{file.id}").status_code == 404


def test_a_file_is_kept_although_the_rest_of_the_form_is_wrong(
    clerk: Browser, visit: Visit, office: Database
) -> None:
    answer = clerk.post(
        visit.path,
        {
            "proofs": (io.BytesIO("记录".encode()), "走访记录.txt"),
            "people_met": "几",
            "_version": clerk.version(),
        },
    )

    assert answer.status_code == 422
    assert "走访记录.txt（6 字节）" in clerk.page
    [number] = re.findall(r'name="proofs" value="(\d+)" checked', clerk.page)
    assert done(clerk, visit, proofs=number) == 303
    with office.reading() as session:
        assert session.get_one(Submission, visit.task_id).values["proofs"] == [int(number)]


def test_a_file_that_cannot_be_kept_is_said_beside_its_field(clerk: Browser, visit: Visit) -> None:
    answer = clerk.post(
        visit.path,
        [
            *GOOD.items(),
            ("_version", clerk.version()),
            ("proofs", (io.BytesIO(b"ok"), "好的.txt")),
            ("proofs", (io.BytesIO(b"MZ"), "程序.exe")),
        ],
    )

    assert answer.status_code == 422
    assert 'href="#proofs-new">文件“程序.exe”的类型不能上传' in clerk.page
    assert "好的.txt" in clerk.page
    assert 'value="2026-03-01"' in clerk.page


def test_somebody_elses_file_cannot_be_named(
    clerk: Browser, colleague: Browser, visit: Visit, office: Database
) -> None:
    colleague.get(visit.path)
    colleague.post(visit.path, {"proofs": (io.BytesIO(b"own"), "甲.txt"), "_add_row": "matters"})
    with office.reading() as session:
        [file] = session.scalars(select(Attachment))

    assert done(clerk, visit, proofs=str(file.id)) == 422
    assert "已经不在了" in clerk.page


def test_too_many_files_stop_at_the_limit(clerk: Browser, visit: Visit, settings: Settings) -> None:
    many = [
        ("proofs", (io.BytesIO(str(n).encode()), f"{n}.txt"))
        for n in range(settings.max_attachments + 1)
    ]

    answer = clerk.post(visit.path, [*GOOD.items(), ("_version", clerk.version()), *many])

    assert answer.status_code == 422
    assert f"最多附 {settings.max_attachments} 个文件" in clerk.page


def test_a_double_click_has_one_effect(clerk: Browser, visit: Visit, office: Database) -> None:
    version = clerk.version()
    assert clerk.post(visit.path, {**GOOD, "_version": version}).status_code == 303
    assert clerk.post(visit.path, {**GOOD, "_version": version}).status_code == 409

    assert "这项任务您已经办完" in clerk.page
    assert "重复点击没有产生第二次效果" in clerk.page
    with office.reading() as session:
        assert [task.name for task in session.scalars(select(UserTask))] == ["评价审查"]


def test_who_comes_second_is_told_who_was_first_and_when(
    clerk: Browser, colleague: Browser, visit: Visit
) -> None:
    colleague.get(visit.path)
    version = colleague.version()
    done(clerk, visit)

    answer = colleague.post(visit.path, {**GOOD, "_version": version})

    assert answer.status_code == 409
    assert "“审查走访”已由王芳在2026年3月2日（周一）09:00办完" in colleague.page
    assert colleague.get(visit.path).status_code == 409


def test_a_stranger_learns_nothing_from_the_number_of_a_task_that_was_done(
    clerk: Browser, colleague: Browser, stranger: Browser, visit: Visit
) -> None:
    clerk.get("/")
    done(clerk, visit)

    assert stranger.get(visit.path).status_code == 409
    learnt = stranger.page.replace(visit.path, "/tasks/0000")
    assert stranger.get("/tasks/0000").status_code == 409

    assert learnt == stranger.page
    assert "王芳" not in learnt
    assert "审查走访" not in learnt
    colleague.get(visit.path)
    assert "已由王芳" in colleague.page


def test_who_did_a_sealed_task_and_when_its_id_tells_nobody_else(
    clerk: Browser, deputy: Browser, stranger: Browser, visit: Visit
) -> None:
    path = rating(clerk, deputy, visit)
    deputy.get(path)
    assert (
        deputy.post(path, {"rating": "satisfied", "_version": deputy.version()}).status_code == 303
    )

    for browser in (clerk, stranger):
        assert browser.get(path).status_code == 409
        assert "李明" not in browser.page.partition("<main")[2]
        assert "2026年" not in browser.page.partition("<main")[2]
    deputy.get(path)
    assert "2026年3月2日" in deputy.page.partition("<main")[2]


def test_a_page_that_shows_an_older_state_is_shown_anew_with_what_was_typed(
    clerk: Browser, visit: Visit
) -> None:
    version = clerk.version()
    clerk.post(f"{visit.path}/claim", {"_version": version})

    answer = clerk.post(visit.path, {**GOOD, "people_met": "17", "_version": version})

    assert answer.status_code == 409
    assert "内容已有变化" in clerk.page
    assert 'value="17"' in clerk.page
    assert clerk.post(visit.path, {**GOOD, "_version": clerk.version()}).status_code == 303


def test_a_claimed_task_is_the_claimers_until_given_back(
    clerk: Browser, colleague: Browser, visit: Visit
) -> None:
    clerk.post(f"{visit.path}/claim", {"_version": clerk.version()})

    assert colleague.get(visit.path).status_code == 409
    assert "已由王芳领取" in colleague.page
    colleague.get("/")
    assert "没有要办的事" in colleague.page

    clerk.get(visit.path)
    assert clerk.post(f"{visit.path}/release", {"_version": clerk.version()}).status_code == 303
    assert colleague.get(visit.path).status_code == 200


def test_a_stranger_may_neither_see_nor_do(
    stranger: Browser, visit: Visit, browser: Browser
) -> None:
    assert stranger.get(visit.path).status_code == 403
    assert "您没有办理这件事的权限" in stranger.page
    stranger.get("/")
    for action in ("", "/draft", "/claim", "/release"):
        assert stranger.post(f"{visit.path}{action}", GOOD).status_code == 403, action
    assert browser.get(visit.path).status_code == 302


def test_a_task_that_never_was_is_gone_for_everybody(clerk: Browser) -> None:
    answer = clerk.get("/tasks/0000")

    assert answer.status_code == 409
    assert "已经由他人办结或已撤销" in clerk.page


def test_a_failed_step_keeps_what_was_typed_and_becomes_an_incident(
    clerk: Browser, visit: Visit, office: Database, monkeypatch
) -> None:
    def broken(*given: object) -> None:
        raise ExpressionFailed(element="Flow_rate", cause="the next step is broken")

    with monkeypatch.context() as patched:
        patched.setattr("service.engine.execution.Execution.complete", broken)
        typed = {**GOOD, "people_met": "17", "_version": clerk.version()}
        answer = clerk.post(visit.path, typed)

    assert answer.status_code == 500
    assert "您的填写没有丢失" in clerk.page
    assert "由运维人员处理；处理好以后会照您这次的填写继续" in clerk.page
    assert 'value="17"' in clerk.page
    assert "the next step is broken" not in clerk.page
    with office.reading() as session:
        assert session.get(UserTask, visit.task_id) is not None
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
    clerk.get(visit.path)
    assert 'value="17"' in clerk.page
