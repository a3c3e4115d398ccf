"""A suggestion from its submission to its end."""

import threading
from datetime import datetime, timedelta

import pytest

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from service.tables.suggestions import Attachment
from tests.conftest import MORNING
from tests.proposed import content, registered, submit
from tests.world import SITTING, populate


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_what_a_deputy_submits_is_kept_with_its_items_in_order(city: Database) -> None:
    with city.transaction() as session:
        found = submit(session, signers=("代表乙",))

        assert [(row.number, row.text) for row in suggestions.items(session, found.id)] == [
            (1, "增设会车警示。"),
            (2, "加装防护栏。"),
        ]
        assert found.status == "cosigning"
        assert found.delegation == "云溪"
        assert found.prep_steps == ["listen", "research"]


@pytest.mark.parametrize(
    ("at", "converted", "kind"),
    [
        (SITTING, False, "in_session"),
        (MORNING, False, "in_recess"),
        (MORNING, True, "motion_converted"),
    ],
)
def test_the_kind_follows_from_the_day_and_the_source(
    city: Database, at: datetime, converted: bool, kind: str
) -> None:
    with city.transaction() as session:
        assert submit(session, at=at, converted=converted).kind == kind


def test_only_a_deputy_leads(city: Database) -> None:
    with city.transaction() as session, pytest.raises(NotAllowed, match="只有人大代表"):
        submit(session, lead="代工委甲")


def test_a_town_deputy_proposes_in_town(city: Database) -> None:
    with city.transaction() as session:
        with pytest.raises(NotAllowed, match="镇级"):
            submit(session, lead="镇代表")

        assert submit(session, lead="镇代表", level="town").town == "SM"


def test_attachments_become_the_case_s_own(city: Database) -> None:
    with city.transaction() as session:
        photo = Attachment(
            sha256="0" * 64,
            name="急弯.jpg",
            media_type="image/jpeg",
            size=1,
            uploaded_by="代表甲",
            uploaded_at=MORNING,
        )
        session.add(photo)
        session.flush()

        found = submit(session, attachments=[photo.id])

        session.refresh(photo)
        assert photo.business_key == suggestions.business_key(found.id)


def test_a_suggestion_changes_only_while_its_deputy_has_it(city: Database) -> None:
    with city.transaction() as session:
        found = submit(session)
        shorter = content(items=("只装护栏。",), situation="改过的情况")
        with pytest.raises(NotAllowed, match="不能修改"):
            suggestions.revise(session, found.id, shorter)
        suggestions.set_status(session, found.id, CaseStatus.RETURNED_FOR_EDIT)

        suggestions.revise(session, found.id, shorter)

        assert [row.text for row in suggestions.items(session, found.id)] == ["只装护栏。"]
        assert found.situation == "改过的情况"


def test_numbers_run_by_series_without_gap(city: Database) -> None:
    with city.transaction() as session:
        numbers = [
            registered(session).case_no,
            registered(session).case_no,
            registered(session, at=SITTING).case_no,
            registered(session, converted=True).case_no,
            registered(session, lead="镇代表", level="town").case_no,
        ]

    assert numbers == ["B2026-001", "B2026-002", "七届五次-001", "七届五次-002", "SMB2026-001"]


def test_a_number_is_given_once(city: Database) -> None:
    with city.transaction() as session:
        found = registered(session)

        assert suggestions.register(session, found.id, MORNING).case_no == "B2026-001"
        assert registered(session).case_no == "B2026-002"


def test_the_year_of_a_number_is_the_local_one(city: Database) -> None:
    eve = datetime.fromisoformat("2026-12-31T23:30:00+00:00")  # half past seven on New Year's Day
    with city.transaction() as session:
        found = submit(session)

        assert suggestions.register(session, found.id, eve).case_no == "B2027-001"


def test_two_registrations_at_once_get_two_numbers(city: Database) -> None:
    with city.transaction() as session:
        ids = [submit(session).id for _ in range(6)]
    numbers: list[str | None] = []

    def one(suggestion_id: int) -> None:
        with city.transaction() as session:
            numbers.append(suggestions.register(session, suggestion_id, MORNING).case_no)

    threads = [threading.Thread(target=one, args=[each]) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, numbers)) == [f"B2026-{n:03d}" for n in range(1, 7)]


def test_the_committee_follows_from_the_category(city: Database) -> None:
    with city.transaction() as session:
        assert registered(session, category="construction").oversight_committee == "HW"


def test_what_is_merged_hangs_on_the_main_case(city: Database) -> None:
    with city.transaction() as session:
        main, child, grandchild = (registered(session) for _ in range(3))
        suggestions.merge(session, child.id, str(main.case_no))
        suggestions.merge(session, grandchild.id, str(child.case_no))

        ids = [each.id for each in suggestions.cluster(session, child.id)]
        assert ids == [main.id, child.id, grandchild.id]
        assert child.status == "merged_child"


@pytest.mark.parametrize("status", ["replied", "closed", "withdrawn"])
def test_nothing_is_merged_into_what_is_answered(city: Database, status: str) -> None:
    with city.transaction() as session:
        main, child = registered(session), registered(session)
        main.status = status

        with pytest.raises(NotAllowed, match="不能再并入"):
            suggestions.merge(session, child.id, str(main.case_no))


def test_nothing_is_merged_into_itself(city: Database) -> None:
    with city.transaction() as session:
        main = registered(session)

        with pytest.raises(NotAllowed, match="自己"):
            suggestions.merge(session, main.id, str(main.case_no))


def test_a_case_closes_with_everything_merged_into_it(city: Database) -> None:
    with city.transaction() as session:
        main, child = registered(session), registered(session)
        suggestions.merge(session, child.id, str(main.case_no))
        later = MORNING + timedelta(days=90)

        suggestions.close(session, main.id, later)

        assert (child.status, child.closed_at) == ("closed", later)


def test_only_the_lead_deputy_withdraws(city: Database) -> None:
    with city.transaction() as session:
        found = submit(session, signers=("代表乙",))

        with pytest.raises(NotAllowed, match="领衔代表"):
            suggestions.check_withdrawal(session, found.id, "代表乙")
        assert suggestions.check_withdrawal(session, found.id, "代表甲") is found


def test_a_case_that_carries_others_cannot_be_withdrawn(city: Database) -> None:
    with city.transaction() as session:
        main, child = registered(session), registered(session)
        suggestions.merge(session, child.id, str(main.case_no))

        with pytest.raises(NotAllowed, match="并入本件"):
            suggestions.check_withdrawal(session, main.id, "代表甲")
        with pytest.raises(NotAllowed, match="已并案"):
            suggestions.check_withdrawal(session, child.id, "代表甲")


def test_a_closed_case_cannot_be_withdrawn(city: Database) -> None:
    with city.transaction() as session:
        main = registered(session)
        suggestions.close(session, main.id, MORNING)

        with pytest.raises(NotAllowed, match="已经办结"):
            suggestions.check_withdrawal(session, main.id, "代表甲")


def test_an_unknown_suggestion_is_not_found(city: Database) -> None:
    with city.transaction() as session, pytest.raises(NotFound, match="没有找到这件建议"):
        suggestions.get(session, 404)


def test_a_case_is_not_ended_by_a_status_that_goes_on(city: Database) -> None:
    with city.transaction() as session:
        found = submit(session)

        with pytest.raises(ValueError, match="does not end"):
            suggestions.settle(session, found.id, CaseStatus.HANDLING, MORNING)


def test_a_reply_answers_what_was_merged_too(city: Database) -> None:
    with city.transaction() as session:
        main, child = registered(session), registered(session)
        suggestions.merge(session, child.id, str(main.case_no))

        suggestions.mark_replied(session, main.id, MORNING)

        assert (main.status, main.replied_at) == ("replied", MORNING)
        assert (child.status, child.replied_at) == ("merged_child", MORNING)


def test_a_case_that_is_answered_again_keeps_its_limit(city: Database) -> None:
    with city.transaction() as session:
        found = registered(session)
        found.reply_due_at = MORNING - timedelta(days=1)
        suggestions.mark_replied(session, found.id, MORNING)

        suggestions.reopen(session, found.id)

        assert (found.status, found.replied_at) == ("handling", None)
        assert found.reply_due_at == MORNING - timedelta(days=1)
