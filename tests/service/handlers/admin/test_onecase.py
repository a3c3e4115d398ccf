"""A case's clock is held with the deputy's consent, resumed, and one date of it set by hand: foreseen, then made."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from service import audit
from service.deadlines.lateness import NEVER
from service.tables.deadlines import DeadlineChange, DeadlinePause
from service.tables.runtime import TimerJob, UserTask
from service.tables.suggestions import Suggestion
from tests.service.handlers.admin.test_effects import asked_by, flat
from tests.service.handlers.admin.test_limits import MOST
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser
from tests.world import World, moment

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HOLD = "/suggestions/1/clock/hold"
EFFECT = "/suggestions/1/clock-effect/hold"
RESUME = "/suggestions/1/clock/resume"
WHY = "工程要等上级批复，代表同意暂停。"


@pytest.fixture
def office(desk: Flask) -> Browser:
    return signed_in(desk, "代工委甲")


def text(browser: Browser) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.page))


def seen(browser: Browser) -> dict[str, str]:
    [value] = re.findall(r'name="seen" value="([^"]+)"', browser.page)
    return {"seen": value}


def consent() -> dict[str, object]:
    return {"reason": WHY, "consent": (io.BytesIO(PDF), "代表书面同意.pdf")}


def held(browser: Browser) -> None:
    """Hold the first case."""
    browser.get(HOLD)
    assert browser.post(HOLD, consent()).status_code == 303
    browser.get(EFFECT)
    assert browser.post(EFFECT, seen(browser)).status_code == 303


def resumed(browser: Browser) -> None:
    browser.get(RESUME)
    browser.post(RESUME, {"reason": "批复已经下来。"})
    browser.get("/suggestions/1/clock-effect/resume")
    browser.post("/suggestions/1/clock-effect/resume", seen(browser))


def tasks(city: World, number: int = 1) -> list[UserTask]:
    with city.reading() as session:
        query = select(UserTask).where(UserTask.business_key == f"suggestion:{number}")
        return list(session.scalars(query))


def pauses(city: World) -> list[DeadlinePause]:
    with city.reading() as session:
        return list(session.scalars(select(DeadlinePause)))


def test_a_clock_is_held_shown_to_both_sides_and_resumed(
    city: World, desk: Flask, office: Browser
) -> None:
    before = city.suggestion()  # the second
    assert [row.due_at for row in tasks(city)] == [moment("2026-03-03", "18:00")]
    office.get("/suggestions/1")
    assert HOLD in office.page
    office.get(HOLD)
    office.post(HOLD, consent())
    office.get(EFFECT)
    assert "会移动" in text(office)
    assert pauses(city) == [], "looking changes nothing"

    office.post(EFFECT, seen(office))

    assert {row.due_at for row in tasks(city)} == {NEVER}
    for recipient in ("代表甲", "unit_liaison:JT", "unit_handler:JT"):
        assert (
            f"自2026年3月2日（周一）起暂停计时，期限停住，任务照样可以办理。理由：{WHY}"
            in city.told(recipient)[-1]
        )
    assert city.suggestion().reply_due_at == before.reply_due_at, "the other case runs on"
    for login in ("代表甲", "交通局承办人", "代工委乙"):
        reader = signed_in(desk, login)
        reader.get("/suggestions/1")
        assert "2026年3月2日（周一）起暂停计时，已暂停 1 天（另计）" in text(reader)
        assert WHY in text(reader)
        [file] = re.findall(r'href="(/files/\d+)"', reader.page)
        assert reader.get(file).status_code == 200
    unit = signed_in(desk, "交通局联络员")
    unit.get("/")
    assert "已暂停计时" in text(unit)
    assert "9999" not in unit.page

    city.at += timedelta(days=14)
    office = signed_in(desk, "代工委甲")
    resumed(office)

    assert [row.due_at for row in tasks(city)] == [moment("2026-03-16", "18:00")]
    assert "恢复计时" in city.told("代表甲")[-1]
    office.get("/suggestions/1")
    assert "2026年3月2日（周一）至2026年3月15日（周日）暂停计时 14 天（另计）" in text(office)
    with city.reading() as session:
        acts = [one.sentence for one in audit.latest(session, 2)]
    assert "恢复" in acts[0]
    assert "暂停" in acts[1]


def test_without_the_deputy_s_consent_nothing_is_held(city: World, office: Browser) -> None:
    office.get(HOLD)

    answer = office.post(HOLD, {"reason": WHY})

    assert answer.status_code == 422
    assert "代表书面同意" in text(office)
    assert WHY in office.page, "what was typed is kept"
    assert pauses(city) == []


@pytest.mark.parametrize("login", ["交通局承办人", "代表甲", "政府办", "督查室"])
def test_a_reader_of_the_case_cannot_hold_it(desk: Flask, login: str) -> None:
    reader = signed_in(desk, login)
    reader.get("/")

    for path in (HOLD, RESUME, EFFECT):
        assert reader.get(path).status_code == 403
        assert reader.post(path, {"reason": WHY}).status_code == 403


@pytest.mark.parametrize(
    ("login", "status"), [("管理员", 403), ("公安局承办人", 404), ("运维", 404)]
)
def test_neither_a_keeper_nor_a_stranger_holds_it(desk: Flask, login: str, status: int) -> None:
    stranger = signed_in(desk, login)
    stranger.get("/")

    assert stranger.get(HOLD).status_code == status
    assert stranger.post(HOLD, {"reason": WHY}).status_code == status


def test_holding_twice_is_refused(city: World, desk: Flask, office: Browser) -> None:
    other = signed_in(desk, "代工委乙")
    other.get(HOLD)
    other.post(HOLD, consent())
    other.get(EFFECT)
    stale = seen(other)
    held(office)

    assert other.post(EFFECT, stale).status_code == 409
    office.get(HOLD)
    assert office.post(HOLD, consent()).status_code == 409
    assert len(pauses(city)) == 1


def test_what_was_not_held_is_not_resumed(office: Browser) -> None:
    office.get(RESUME)

    assert office.post(RESUME, {"reason": "批复已经下来。"}).status_code == 409


def test_the_consent_of_a_deputy_who_asked_for_secrecy_is_not_for_the_unit(
    city: World, desk: Flask, office: Browser
) -> None:
    with city.database.transaction() as session:
        session.execute(update(Suggestion).values(identity_protected=True))
    held(office)
    unit, deputy = signed_in(desk, "交通局承办人"), signed_in(desk, "代表甲")

    deputy.get("/suggestions/1")
    [file] = re.findall(r'href="(/files/\d+)"', deputy.page)
    assert deputy.get(file).status_code == 200
    unit.get("/suggestions/1")
    assert "代表书面同意已存在代表工委" in text(unit)
    assert file not in unit.page
    assert unit.get(file).status_code == 404


def redate(browser: Browser, what: str, day: str) -> int:
    path = f"/suggestions/1/clock/redate/{what}"
    browser.get(path)
    given = {"day": day, "clock": "18:00", "reason": "代表出差，改到回来以后。"}
    return browser.post(path, given).status_code


def test_one_date_is_set_by_hand_and_says_who_set_it(
    city: World, desk: Flask, keeper: Browser
) -> None:
    [task] = [row for row in tasks(city) if row.name == "分派科室"]
    assert redate(keeper, task.id, "2026-03-20") == 303
    path = f"/suggestions/1/clock-effect/redate/{task.id}"
    keeper.get(path)
    assert "把" in text(keeper) or "另定日期" in text(keeper)

    keeper.post(path, seen(keeper))

    [task] = [row for row in tasks(city) if row.name == "分派科室"]
    assert f"{task.due_at:%Y-%m-%d}" == "2026-03-20"
    reader = signed_in(desk, "代工委甲")
    reader.get("/suggestions/1")
    assert "已由管理员于2026年3月2日（周一）另定" in text(reader)
    keeper.get("/m/changes/1")
    assert "撤销" in text(keeper)


def test_a_reply_is_never_put_off_beyond_the_law(city: World, office: Browser) -> None:
    with city.reading() as session:
        [timer] = session.scalars(
            select(TimerJob).where(TimerJob.name == "答复期限届满", TimerJob.kind == "event")
        ).all()[:1]

    assert redate(office, timer.id, "2026-09-03") == 422
    assert "代表法第五十一条" in text(office)
    assert redate(office, timer.id, "2026-09-02") == 303


def test_another_case_s_task_is_not_there(city: World, keeper: Browser) -> None:
    [task, *_] = tasks(city, 2)

    assert redate(keeper, task.id, "2026-03-20") == 404
    assert redate(keeper, "none", "2026-03-20") == 404
    with city.reading() as session:
        assert session.scalars(select(DeadlineChange)).all() == []


def test_a_unit_sets_no_date(city: World, desk: Flask) -> None:
    unit = signed_in(desk, "交通局承办人")
    unit.get("/")
    [task, *_] = tasks(city)

    assert redate(unit, task.id, "2026-03-20") == 403


def test_the_effect_on_a_case_costs_few_statements_however_much_moves(
    city: World, office: Browser
) -> None:
    office.get(HOLD)
    office.post(HOLD, consent())

    assert flat(city, office, EFFECT, city.at - timedelta(days=10)) <= MOST


@pytest.mark.parametrize("login", ["代工委甲", "管理员"])
@pytest.mark.parametrize("kind", ["task", "timer"])
def test_the_effect_on_one_date_costs_few_statements(
    city: World, desk: Flask, login: str, kind: str
) -> None:
    reader = signed_in(desk, login)
    with city.reading() as session:
        wanted = (TimerJob.name == "答复期限届满", TimerJob.kind == "event")
        [timer, *_] = session.scalars(select(TimerJob).where(*wanted)).all()
    what = timer.id if kind == "timer" else tasks(city)[0].id
    assert redate(reader, what, "2026-03-20") == 303
    address = f"/suggestions/1/clock-effect/redate/{what}"

    asked = asked_by(city.database, reader, address)

    assert "另定日期" in text(reader)
    assert len(asked) <= MOST, "\n".join(asked)
