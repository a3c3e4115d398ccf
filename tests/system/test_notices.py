"""No message leads nowhere: every notice has its link, and every link opens for everybody it was written to."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from service.delivery import kinds
from service.delivery.kinds import Kind
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.tables.people import Notification, Person
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser
from tests.staged import Staged


@pytest.fixture(scope="module")
def browsers(staged_app: Flask) -> Callable[[str], Browser]:
    """Sign each person in once."""
    known: dict[str, Browser] = {}

    def browser(login: str) -> Browser:
        if login not in known:
            known[login] = signed_in(staged_app, login)
            known[login].get("/notices")
        return known[login]

    return browser


def everybody(staged: Staged) -> list[Actor]:
    with staged.reading() as session:
        return list(people.actors(session, session.scalars(select(Person.login))).values())


def written(staged: Staged) -> list[Notification]:
    with staged.reading() as session:
        return list(session.scalars(select(Notification).order_by(Notification.id)))


def addressed(staged: Staged) -> Iterator[tuple[Notification, Actor]]:
    """Yield each notice with each person it is for; one for each kind, link and post is enough."""
    persons = everybody(staged)
    seen = set()
    for row in written(staged):
        for person in persons:
            told = row.recipient in {person.login, *person.candidates}
            if told and (row.kind, row.link, person.login) not in seen:
                seen.add((row.kind, row.link, person.login))
                yield row, person


def test_every_notice_has_a_link(staged: Staged) -> None:
    bare = [(row.kind, row.recipient, row.text) for row in written(staged) if not row.link]

    assert written(staged)
    assert bare == []


def test_officials_can_decide_about_every_notice_by_its_kind(staged: Staged) -> None:
    assert {row.kind for row in written(staged) if kinds.of(row.kind) is Kind.OTHER} == set()


def test_every_link_opens_for_whoever_it_was_written_to(
    staged: Staged, browsers: Callable[[str], Browser]
) -> None:
    dead = []
    opened = 0
    for row, person in addressed(staged):
        browser = browsers(person.login)
        answer = browser.post(f"/notices/{row.id}", follow_redirects=True)
        landed = answer.request.path
        opened += 1
        if answer.status_code != 200 or landed == "/":
            dead.append((row.kind, row.link, person.login, answer.status_code, landed, row.text))

    assert opened > 50
    assert dead == []
