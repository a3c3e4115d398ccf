"""One unit is closed for three flood days: its own limits stop, its deputies' do not."""

import io
import re
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import local_day
from service.settings import Settings
from service.tables.audit import AuditEvent
from service.tables.deadlines import OfficeClosure
from service.tables.suggestions import Attachment
from tests.conftest import MORNING, asking
from tests.processes.test_handling import ANSWERS
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.conftest import Browser
from tests.world import Case, World

NEW = "/m/calendar/closures/new"
EFFECT = "/m/calendar/closures/effect"
FLOOD = {
    "where": "unit:JT",
    "first": "2026-03-03",
    "last": "2026-03-05",
    "name": "防汛",
    "reason": "市防汛办通知，办公楼进水。",
}


class Floods(World):
    """Two cases of 交通局: one waits for its signature, the other for the deputy's rating."""

    def __init__(self, database: Database, at: datetime = MORNING) -> None:
        super().__init__(database, at)
        self.register()
        self.dispatch("JT")
        self.sign()
        self.carry_on("收悉审核", ANSWERS)
        self.do("收悉审核", by="代工委甲", reply_check="qualified")
        self.rated: Case | None = self.case
        self.register()
        self.dispatch("JT")
        self.fresh: Case | None = self.case

    def dues(self, case: Case | None) -> dict[str, datetime | None]:
        return {row.name: row.due_at for row in self.waiting(case)}


@pytest.fixture
def floods(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Floods:
    world = Floods(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return world


@pytest.fixture
def app(floods: Floods, settings: Settings) -> Flask:
    return served(floods, settings)


@pytest.fixture
def root(app: Flask) -> Browser:
    return signed_in(app, "管理员")


def seen(page: str) -> dict[str, str]:
    return {"seen": re.findall(r'name="seen" value="([^"]*)"', page)[0]}


def ask(root: Browser, **changed: str) -> int:
    root.get(NEW)
    status = root.post(NEW, FLOOD | changed).status_code
    if status == 303:
        root.get(EFFECT)
    return status


def close(root: Browser, **changed: str) -> None:
    assert ask(root, **changed) == 303
    assert root.post(EFFECT, seen(root.page)).status_code == 303
    root.get("/m/calendar/closures")


def test_the_units_limits_step_over_the_days_and_the_deputys_do_not(
    root: Browser, floods: Floods
) -> None:
    before = floods.dues(floods.fresh), floods.dues(floods.rated)

    close(root)

    assert "已生效：交通局停止办公" in root.page
    after = floods.dues(floods.fresh)
    with floods.reading() as session:
        calendar = policies.calendar(session)
    signed_before, signed_after = before[0]["签收任务"], after["签收任务"]
    assert signed_before is not None
    assert signed_after is not None
    assert calendar.count(local_day(signed_before), local_day(signed_after)) == 3
    assert floods.dues(floods.rated) == before[1]
    assert "填写评价" in before[1]


def test_the_plan_of_the_unit_moves_by_three_workdays_too(root: Browser, floods: Floods) -> None:
    floods.case = floods.fresh
    floods.sign()
    floods.carry_on("制定三定方案", ANSWERS)
    before = floods.dues(floods.fresh)

    close(root)

    after = floods.dues(floods.fresh)
    with floods.reading() as session:
        calendar = policies.calendar(session)
    moved = {
        name: calendar.count(local_day(due), local_day(after[name]))  # type: ignore[arg-type]
        for name, due in before.items()
        if due is not None
    }
    assert moved["制定三定方案"] == 3, moved


def test_the_effect_names_what_moves_and_nothing_has_moved_yet(
    root: Browser, floods: Floods
) -> None:
    before = floods.dues(None)

    assert ask(root) == 303

    assert "交通局停止办公（防汛）" in root.page
    assert "有 3 个工作日不计入期限" in root.page
    assert "代表评价、人大和政府办的期限照常计算" in root.page
    assert "签收任务" in root.page
    assert "填写评价" not in root.page
    assert floods.dues(None) == before


def test_it_is_listed_shown_on_the_units_calendar_and_recorded(
    root: Browser, floods: Floods
) -> None:
    close(root)
    listed = root.page
    root.get("/m/calendar/2026?unit=JT")
    own = root.page
    root.get("/m/calendar/2026?unit=GA")
    others = root.page
    root.get("/m/calendar/2026")

    assert "将要停止办公" in listed
    assert "2026年3月3日（周二）至5日（周四）" in listed
    assert "交通局 2026 年：245 个工作日" in own
    assert 'title="停班：防汛">3<b>停</b>' in own
    assert "这一年没有登记公安局停止办公的日子" in others
    assert "2026 年：248 个工作日" in root.page
    assert "交通局</a>：2026年3月3日（周二）至5日（周四），防汛。" in root.page
    with floods.reading() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert event is not None
        assert (event.act, event.by) == ("closure", "管理员")


def test_the_notice_goes_with_it(root: Browser, app: Flask, floods: Floods) -> None:
    root.get(NEW)
    data = {
        **FLOOD,
        "csrf_token": root.token,
        "file": (io.BytesIO("停止办公".encode()), "通知.txt"),
    }
    assert root.client.post(NEW, data=data).status_code == 303
    root.get(EFFECT)
    root.post(EFFECT, seen(root.page))

    page = root.get("/m/calendar/closures/1").get_data(as_text=True)
    notice = root.get("/m/calendar/closures/1/notice")

    assert "通知.txt" in page
    assert notice.get_data(as_text=True) == "停止办公"
    assert notice.headers["Content-Disposition"].startswith("attachment")
    with floods.reading() as session:
        assert session.scalars(select(Attachment.business_key)).all() == ["closure:1"]
    assert signed_in(app, "代表甲").get("/m/calendar/closures/1/notice").status_code == 403


def test_a_file_that_cannot_be_kept_is_said(root: Browser) -> None:
    root.get(NEW)
    data = {**FLOOD, "csrf_token": root.token, "file": (io.BytesIO(b"MZ\x90"), "a.exe")}

    answer = root.client.post(NEW, data=data)

    assert answer.status_code == 422
    assert 'id="file-error"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"where": ""}, "where", ""),
        ({"where": "unit:XX"}, "where", ""),
        ({"first": ""}, "first", ""),
        ({"first": "2026-03-06"}, "last", "早于"),
        ({"first": "2026-03-07", "last": "2026-03-08"}, "first", "本来就不上班"),
        ({"last": "2026-09-30"}, "last", "最多"),
        ({"name": ""}, "name", ""),
        ({"reason": ""}, "reason", ""),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    root: Browser, changed: dict[str, str], field: str, sentence: str
) -> None:
    assert ask(root, **changed) == 422
    [said] = re.findall(rf'id="{field}-error">(.*?)</p>', root.page) or [""]
    assert said, re.findall(r'class="error" id="([^"]+)"', root.page)
    assert sentence in said
    assert root.get(EFFECT).status_code == 303


def test_the_same_days_are_not_closed_twice(root: Browser) -> None:
    close(root)

    assert ask(root, first="2026-03-05", last="2026-03-06") == 422
    assert "重叠" in root.page


def test_what_waits_may_be_given_up(root: Browser, floods: Floods) -> None:
    ask(root)
    root.get("/m/calendar/closures")
    assert "您有一次停止办公还没有确认" in root.page
    root.get(NEW)
    assert 'value="2026-03-03"' in root.page

    root.post("/m/calendar/closures/forget")

    root.get("/m/calendar/closures")
    assert "还没有确认" not in root.page
    with floods.reading() as session:
        assert session.scalars(select(OfficeClosure)).all() == []


def test_undoing_from_the_record_brings_every_date_back(root: Browser, floods: Floods) -> None:
    before = floods.dues(None)
    close(root)
    root.get("/m/calendar/closures/1")
    [address] = set(re.findall(r'href="(/m/changes/\d+)"', root.page))
    root.get(address)
    change = root.page

    answer = root.post(address, {"reason": "水没有来。"})
    root.get(f"{address}/undo")
    effect = root.page
    assert answer.location == f"{address}/undo"
    answer = root.post(f"{address}/undo", seen(root.page))

    assert "交通局停止办公（防汛" in change
    assert "会移动 1 项任务" in effect
    assert answer.status_code == 303
    assert floods.dues(None) == before
    root.get("/m/calendar/closures")
    assert 'href="/m/calendar/closures/1"' not in root.page


def test_the_whole_city_and_a_town(root: Browser, floods: Floods) -> None:
    close(root, where="city:", first="2026-03-10", last="2026-03-10")
    close(root, where="town:SM", first="2026-03-11", last="2026-03-11")

    assert "全市" in root.page
    assert "石门镇（全镇）" in root.page
    root.get("/m/calendar/2026")
    assert "2026 年：247 个工作日" in root.page
    with floods.reading() as session:
        assert policies.in_force(session).calendar_of("").is_workday(date(2026, 3, 11))


def test_pages_ask_little(root: Browser, floods: Floods) -> None:
    close(root)

    with asking(floods.database) as asked:
        root.get("/m/calendar/closures")

    assert len(asked) <= 10


def test_nobody_else_closes_an_office(app: Flask) -> None:
    clerk = signed_in(app, "代工委甲")

    assert clerk.get("/m/calendar/closures").status_code == 403
    assert clerk.post(NEW, FLOOD).status_code == 403
