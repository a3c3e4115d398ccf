"""代录评价: what a deputy signed on paper is typed in by two people who do not see each other's typing."""

import pytest
from sqlalchemy import select

from service.authority import reading
from service.errors import NotAllowed
from service.register.evaluation import evaluations
from service.register.people import directory as people
from service.runtime import tasks
from service.tables.evaluation import Evaluation, ProxyEntry
from service.tables.runtime import Submission
from service.tables.suggestions import Attachment
from tests.replied_case import asked
from tests.world import Case, World, assert_every_flow_taken, fill

PAPER = {"attitude_rating": "satisfied", "result_rating": "basically_satisfied"}
TYPED = {**PAPER, "reason": "还差最后一段没有装", "text_may_be_shared": True}


@pytest.fixture(autouse=True)
def evaluation(world: World) -> Case:
    """An evaluation that waits for its deputy."""
    asked(world)
    assert world.case is not None
    return world.case


def receive(world: World, by: str = "代工委甲") -> Case:
    """Let the office receive the signed paper for the one evaluation that waits."""
    with world.database.transaction() as session:
        scan = Attachment(
            sha256="0" * 64,
            name="评价表.jpg",
            media_type="image/jpeg",
            size=1000,
            uploaded_by=by,
            uploaded_at=world.at,
        )
        session.add(scan)
        session.flush()
        person = people.actor(session, by)
        [form] = [
            one for one in tasks.startable(session, person) if one.process_id == "proxy_evaluation"
        ]
        given = {"evaluation": str(rating(world).id), "scans": [str(scan.id)]}
        filled = fill(session, form.element.fields, {}, given)
        instance = tasks.start(session, "proxy_evaluation", filled, person, world.at)
        return Case(0, instance.id)


def rating(world: World) -> Evaluation:
    with world.reading() as session:
        return session.scalars(select(Evaluation)).one()


def test_two_people_read_the_same_and_the_rating_counts(world: World, evaluation: Case) -> None:
    paper = receive(world)
    world.do("录入评价", "代工委甲", paper, **TYPED)
    assert rating(world).state == "pending"

    world.do("复核录入", "代工委乙", paper, **PAPER)

    assert world.ended(paper) == "End_registered"
    assert rating(world).proxy_entered
    [*_, told] = world.told("代表甲")
    assert "代录" in told
    assert "满意" not in told
    world.until("评价封口")
    assert world.ended(evaluation) == "End_not_satisfied"


def test_the_first_typist_cannot_check(world: World) -> None:
    paper = receive(world)
    world.do("录入评价", "代工委甲", paper, **TYPED)

    messages = world.refused("复核录入", "代工委甲", paper, **PAPER)

    assert messages == {"attitude_rating": "复核须由另一个人办理，请交给同事复核。"}
    assert rating(world).state == "pending"


def test_readings_that_differ_are_typed_again(world: World) -> None:
    paper = receive(world)
    world.do("录入评价", "代工委甲", paper, **TYPED)

    world.do("复核录入", "代工委乙", paper, attitude_rating="satisfied", result_rating="satisfied")

    assert world.open_tasks(paper) == ["录入评价"]
    world.do("录入评价", "代工委乙", paper, **TYPED)
    world.do("复核录入", "代工委甲", paper, **PAPER)
    assert world.ended(paper) == "End_registered"


def test_paper_typed_after_the_seal_comes_too_late(world: World, evaluation: Case) -> None:
    paper = receive(world)
    world.do("录入评价", "代工委甲", paper, **TYPED)
    world.until("评价封口")
    world.pass_days(1)

    world.do("复核录入", "代工委乙", paper, **PAPER)

    assert world.ended(paper) == "End_too_late"
    assert rating(world).state == "no_feedback"
    assert world.ended(evaluation) == "End_no_feedback"


def test_the_deputy_may_still_rate_in_person(world: World, evaluation: Case) -> None:
    paper = receive(world)
    world.do("录入评价", "代工委甲", paper, **TYPED)
    world.do("复核录入", "代工委乙", paper, **PAPER)

    world.do(
        "填写评价",
        "代表甲",
        evaluation,
        contact_check="met",
        attitude_rating="satisfied",
        result_rating="satisfied",
    )

    assert not rating(world).proxy_entered
    world.until("统一封口时刻")
    assert world.ended(evaluation) == "End_satisfied"


def test_the_deputy_denies_what_was_typed(world: World, evaluation: Case) -> None:
    paper = receive(world)
    world.do("录入评价", "代工委甲", paper, **TYPED)
    world.do("复核录入", "代工委乙", paper, **PAPER)

    with world.database.transaction() as session:
        evaluations.deny(session, rating(world).id, "代表甲", world.at)
    world.until("评价封口")

    assert world.ended(evaluation) == "End_no_feedback"


@pytest.mark.parametrize("somebody", ["交通局联络员", "代表甲", "政府办", "管理员"])
def test_only_the_office_types_in_paper(world: World, somebody: str) -> None:
    with world.database.transaction() as session:
        person = people.actor(session, somebody)

        assert "proxy_evaluation" not in [
            one.process_id for one in tasks.startable(session, person)
        ]
        with pytest.raises(NotAllowed):
            tasks.start(session, "proxy_evaluation", {}, person, world.at)


def test_the_paper_is_seen_only_by_who_has_to_type_it(world: World) -> None:
    paper = receive(world)

    def readers() -> set[str]:
        key = f"evaluation:{rating(world).id}"
        somebody = ("代工委甲", "代工委乙", "交通局联络员", "代表乙", "督查室", "管理员")
        with world.reading() as session:
            return {
                login
                for login in somebody
                if reading.may_see(session, people.actor(session, login), key)
            }

    assert readers() == {"代工委甲", "代工委乙"}
    world.do("录入评价", "代工委甲", paper, **TYPED)
    world.do("复核录入", "代工委乙", paper, **PAPER)
    assert readers() == set()


def test_what_was_typed_is_kept_nowhere_else(world: World) -> None:
    paper = receive(world)
    world.do("录入评价", "代工委甲", paper, **TYPED)

    with world.reading() as session:
        rows = session.scalars(select(Submission).where(Submission.instance_id == paper.instance))
        handed_in = {row.name: row.values for row in rows}
        [entry] = session.scalars(select(ProxyEntry))
    view = world.task("复核录入", "代工委乙", paper)

    assert handed_in["录入评价"] == {}
    assert not set(view.variables) & {"attitude_rating", "result_rating", "reason"}
    assert entry.result_rating == "basically_satisfied"
    assert view.variables["scans"] == entry.scans != []


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("proxy_evaluation")
