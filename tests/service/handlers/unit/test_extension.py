"""A unit asks for a later day from the case's page, and nobody asks for another unit."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock
from service.database import Database
from service.settings import Settings
from service.tables.assignments import Extension
from tests.extended import APPLICATION
from tests.service.handlers.city import served, signed_in
from tests.world import World


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


@pytest.fixture
def path(world: World) -> str:
    return f"/suggestions/{world.suggestion().id}/extension"


def rows(world: World) -> list[Extension]:
    with world.reading() as session:
        return list(session.scalars(select(Extension)))


def duty(world: World) -> dict[str, str]:
    return {"assignment": str(world.assignments()[0].id)}


def test_the_unit_applies_and_both_sides_read_what_came_of_it(world, app, path):
    unit = signed_in(app, "交通局承办人")
    unit.get(path.removesuffix("/extension"))
    assert path in unit.page
    unit.get(path)
    assert "最晚可以延到" in unit.page
    answer = unit.post(path, duty(world))
    form = answer.headers["Location"]
    unit.get(form)
    assert "申请延期" in unit.page

    unit.post(form, APPLICATION)

    deputy = signed_in(app, "代表甲")
    deputy.get(path.removesuffix("/extension"))
    assert "申请延到2026年7月31日（周五）" in deputy.page
    assert "政府办会签中" in deputy.page


def test_an_application_is_taken_back_once(world, app, path):
    unit = signed_in(app, "交通局联络员")
    unit.get(path)
    unit.post(path, duty(world))
    unit.get(path)
    [back] = re.findall(r'action="([^"]+/withdraw)"', unit.page)

    assert unit.post(back, {}).status_code == 303
    assert unit.post(back, {}).status_code == 403

    assert [row.state for row in rows(world)] == ["taken_back"]
    assert "申请延期" not in world.open_tasks()


def test_a_second_device_is_told_of_the_first(world, app, path):
    one, other = signed_in(app, "交通局承办人"), signed_in(app, "交通局联络员")
    one.get(path)
    other.get(path)
    one.post(path, duty(world))

    assert other.post(path, duty(world)).status_code == 403

    assert len(rows(world)) == 1
    other.get(path)
    assert "接着填写申请" in other.page


@pytest.mark.parametrize("login", ["公安局承办人", "代表乙", "管理员", "运维"])
def test_a_stranger_does_not_learn_of_the_case(world, app, path, login):
    stranger = signed_in(app, login)
    stranger.get("/")

    assert stranger.get(path).status_code == 404
    assert stranger.post(path, duty(world)).status_code == 404


@pytest.mark.parametrize("login", ["代表甲", "代工委甲", "政府办", "交通局负责人"])
def test_a_reader_of_the_case_who_does_not_handle_it_cannot_ask(world, app, path, login):
    reader = signed_in(app, login)
    reader.get("/")

    assert reader.get(path).status_code == 403
    assert reader.post(path, duty(world)).status_code == 403
    assert rows(world) == []


def test_another_case_s_duty_and_application_are_refused(world, app, path):
    unit = signed_in(app, "交通局承办人")
    unit.get(path)
    unit.post(path, duty(world))
    [mine] = rows(world)
    world.register(by="代表乙")
    world.dispatch("JT")
    world.sign()
    other = f"/suggestions/{world.suggestion().id}/extension"

    assert unit.post(other, {"assignment": str(mine.assignment_id)}).status_code == 403
    assert unit.post(f"{other}/{mine.id}/withdraw", {}).status_code == 404
    assert [row.state for row in rows(world)] == ["drafting"]


def test_after_the_last_day_the_door_is_closed_with_a_sentence(world, app, path):
    world.pass_days(85)
    unit = signed_in(app, "交通局承办人")

    unit.get(path)

    assert "最迟要在" in unit.page
    assert unit.post(path, duty(world)).status_code == 403
