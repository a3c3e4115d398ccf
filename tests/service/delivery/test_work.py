"""Each person's open tasks under the heading that fits, the earliest due first."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.deadlines import lateness, policies
from service.deadlines.workdays import LOCAL
from service.delivery import addressing, work
from service.delivery.channels import Name
from service.delivery.work import Section, Task
from tests.service.delivery.conftest import NINE, open_task

OLD = NINE - timedelta(days=30)


def found(session: Session) -> dict[str, list[Task]]:
    directory = addressing.directory(session, [Name.MAIL])
    calendar = policies.calendar(session)
    since = NINE - timedelta(days=1)
    return dict(work.of_everybody(session, directory, calendar, NINE, since))


def evening(day: int) -> datetime:
    return datetime(2026, 3, day, 18, tzinfo=LOCAL)


def test_a_task_is_late_due_today_soon_or_new(session: Session) -> None:
    late = datetime(2026, 2, 27, 18, tzinfo=LOCAL)
    open_task(session, "far", "unit_handler:JT", evening(30), at=OLD)
    open_task(session, "new", "unit_handler:JT", evening(30), "办前沟通")
    open_task(session, "soon", "unit_handler:JT", evening(5), at=OLD)
    open_task(session, "today", "unit_handler:JT", evening(2), at=OLD)
    open_task(session, "late", "unit_handler:JT", late, at=OLD)

    tasks = found(session)["li"]

    assert [(task.id, task.section) for task in tasks] == [
        ("late", Section.LATE),
        ("today", Section.TODAY),
        ("soon", Section.SOON),
        ("new", Section.NEW),
    ]
    assert tasks[0].text == "起草答复，2026年2月27日（周五） 18:00 到期（已超 2 个工作日）"
    assert tasks[0].link == "/tasks/late"


def test_a_person_with_two_posts_finds_a_task_once_and_others_nothing(session: Session) -> None:
    open_task(session, "a", "unit_liaison:JT", evening(2), at=OLD)

    assert {login: len(tasks) for login, tasks in found(session).items()} == {"li": 1, "wang": 1}


def test_a_stopped_clock_has_no_day(session: Session) -> None:
    open_task(session, "held", "unit_handler:JT", lateness.NEVER)

    [task] = found(session)["li"]

    assert (task.section, task.text) == (Section.NEW, "起草答复")
