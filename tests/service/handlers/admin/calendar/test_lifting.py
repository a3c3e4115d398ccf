"""A closure that ends early gives the days back; one that never was is taken away."""

import pytest
from sqlalchemy import select

from service.tables.deadlines import OfficeClosure
from tests.service.handlers.admin.calendar.test_closures import (
    Floods,
    app,
    ask,
    close,
    floods,
    root,
    seen,
)
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser

__all__ = ["app", "floods", "root"]
PAGE = "/m/calendar/closures/1"


def lift(root: Browser, open_on: str, reason: str = "水退了。") -> int:
    root.get(PAGE)
    status = root.post(PAGE, {"open_on": open_on, "reason": reason}).status_code
    if status == 303:
        root.get(f"{PAGE}/effect")
    return status


def test_the_office_works_again_from_that_day(root: Browser, floods: Floods) -> None:
    close(root)
    closed = floods.dues(floods.fresh)["签收任务"]

    assert lift(root, "2026-03-05") == 303
    effect = root.page
    root.post(f"{PAGE}/effect", seen(root.page))

    assert "交通局提前恢复办公（防汛）" in effect
    assert "2026年3月5日（周四）起恢复办公" in effect
    opened = floods.dues(floods.fresh)["签收任务"]
    assert closed is not None
    assert opened is not None
    assert (closed - opened).days == 1
    with floods.reading() as session:
        assert [row.last.isoformat() for row in session.scalars(select(OfficeClosure))] == [
            "2026-03-04"
        ]
    root.get(PAGE)
    assert "2026年3月3日（周二）至4日（周三）" in root.page
    assert "水退了。" in root.page


def test_it_is_taken_away_from_its_first_day_on(root: Browser, floods: Floods) -> None:
    before = floods.dues(None)
    close(root)

    assert lift(root, "2026-03-02") == 303
    assert "整个取消" in root.page
    root.post(f"{PAGE}/effect", seen(root.page))

    assert floods.dues(None) == before
    assert root.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    ("open_on", "reason"), [("", "水退了。"), ("2026-03-04", ""), ("2026-03-06", "水退了。")]
)
def test_what_makes_no_sense_is_refused(root: Browser, open_on: str, reason: str) -> None:
    close(root)

    assert lift(root, open_on, reason) == 422
    assert 'class="error"' in root.page
    assert root.get(f"{PAGE}/effect").status_code == 303


def test_today_is_proposed_while_the_closure_lasts(root: Browser, floods: Floods) -> None:
    close(root)
    root.get(PAGE)
    before = root.page
    floods.pass_days(2)
    root = signed_in(root.client.application, "管理员")
    root.get(PAGE)

    assert 'name="open_on" value=""' in before
    assert 'name="open_on" value="2026-03-04"' in root.page


def test_what_waits_may_be_given_up(root: Browser) -> None:
    close(root)
    lift(root, "2026-03-05")
    root.get(PAGE)
    assert "您要提前恢复办公，还没有确认" in root.page

    root.post(f"{PAGE}/forget")

    root.get(PAGE)
    assert "还没有确认" not in root.page


def test_there_is_no_closure_of_that_number(root: Browser) -> None:
    assert root.get("/m/calendar/closures/99").status_code == 404
    assert root.get("/m/calendar/closures/99/notice").status_code == 404
    assert ask(root) == 303
