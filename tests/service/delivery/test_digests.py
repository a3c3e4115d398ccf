"""A message names the case and the step, and every line has its link."""

from service.delivery import digests
from service.delivery.channels import Name
from service.delivery.digests import Line
from service.delivery.work import Section, Task
from tests.service.delivery.conftest import BASE, NINE

LATE = Task("a1", Section.LATE, "《关于护栏的建议》（B2026-001）：起草答复")
NEW = Task("b2", Section.NEW, "《关于路灯的建议》（B2026-002）：签收任务")
NOTICE = Line("“关于路灯的建议”已交办：交通局。", "/suggestions/2")


def test_the_message_of_the_day_counts_first_and_then_lists() -> None:
    text = digests.of_the_day(Name.MAIL, "王敏", [LATE, NEW], [NOTICE], BASE, NINE)

    assert text.subject == "提办评 2026年3月2日（周一）：逾期 1 件，新到 1 件，新通知 1 条"
    assert text.body.startswith("王敏：\n\n已经逾期（1）\n· 《关于护栏的建议》")
    for address in ("/tasks/a1", "/tasks/b2", "/suggestions/2"):
        assert f"  {BASE}{address}\n" in text.body
    assert digests.FOOT in text.body


def test_a_short_message_is_short_and_says_how_much_more_there_is() -> None:
    many = [Task(str(n), Section.LATE, f"第{n}件") for n in range(9)]

    text = digests.of_the_day(Name.SMS, "王敏", many, [], BASE, NINE)

    assert text.body.count("第") == 3
    assert "另有 6 件，请登录后查看。" in text.body


def test_what_is_urgent_says_what_kind_of_thing_it_is_and_of_whom_nothing() -> None:
    text = digests.at_once(Name.MAIL, "王敏", "代表否认评价", [NOTICE, NOTICE], BASE)

    assert text.subject == "提办评：代表否认评价（2 条）"
    assert NOTICE.text in text.body


def test_a_trial_says_that_it_is_one() -> None:
    text = digests.trial(Name.SMS, "王敏", BASE, NINE)

    assert "这是一条测试消息" in text.body
    assert "短信可以正常发送" in text.body
