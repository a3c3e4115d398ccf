"""Whoever got a meeting's notice is expected there, and nobody else learns of it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service import notifications
from service.register.deliberation import invitations, meetings
from service.register.deliberation.meetings import Plan
from service.register.people.directory import Actor
from service.tables.evaluation import Meeting
from tests.conftest import MORNING as NOW
from tests.replied_case import RepliedCase

HELD = NOW + timedelta(days=5)


def convened(session: Session, *guests: str, own: int, held_at=HELD) -> Meeting:
    meeting = meetings.plan(session, Plan("急弯护栏", held_at, "三楼", "李主任"), None, NOW)
    item = meetings.convene(session, meeting, own, 1, "护栏")
    for guest in guests:
        notifications.enqueue(
            session,
            guest,
            "meeting",
            "请您参加。",
            NOW,
            dedupe_key=f"meeting:{item.id}:{meeting.id}",
        )
    return meeting


@pytest.fixture
def own(case: RepliedCase) -> int:
    return case.suggestion.id


def who(login: str, *groups: str) -> Actor:
    return Actor(login, login, frozenset(groups))


def test_a_guest_finds_the_meeting_by_name_or_by_post(session: Session, own: int) -> None:
    convened(session, "wang_fang", "unit_liaison:JT", own=own)

    [found] = invitations.of(session, who("wang_fang"), NOW)
    assert (found.topic, found.place, found.suggestion_id) == ("急弯护栏", "三楼", own)
    assert found.held_at == HELD
    assert len(invitations.of(session, who("chen", "unit_liaison", "unit_liaison:JT"), NOW)) == 1
    assert invitations.of(session, who("other", "unit_liaison", "unit_liaison:ZJ"), NOW) == []


def test_a_meeting_that_was_moved_counts_once_and_one_long_ago_no_more(
    session: Session, own: int
) -> None:
    convened(session, "wang_fang", own=own)
    later = convened(session, own=own, held_at=HELD + timedelta(days=7))
    assert invitations.of(session, who("wang_fang"), NOW) == [], "its notice is still to come"

    convened_again = convened(session, "wang_fang", own=own, held_at=later.held_at)
    [found] = invitations.of(session, who("wang_fang"), NOW)
    assert found.held_at == convened_again.held_at
    assert invitations.of(session, who("wang_fang"), NOW + timedelta(days=60)) == []
