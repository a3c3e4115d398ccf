"""A group becomes persons when a message is written."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from service.delivery import addressing
from service.delivery.channels import Name
from service.tables.people import Person, Post

BOTH = [Name.MAIL, Name.SMS]


def test_a_group_is_whoever_holds_the_post_now_and_can_be_reached(session: Session) -> None:
    found = addressing.directory(session, BOTH)

    assert found.named("unit_liaison:JT") == ("li", "wang")  # 钱进 has no address
    assert found.named("user:wang") == found.named("wang") == ("wang",)
    assert found.named("unit_liaison:ZJ") == ()
    assert found.people["wang"].addresses == {
        Name.MAIL: "wang@example.gov.cn",
        Name.SMS: "13800000001",
    }

    session.execute(delete(Post).where(Post.login == "li"))
    assert addressing.directory(session, BOTH).named("unit_liaison:JT") == ("wang",)


def test_a_closed_account_is_not_written_to(session: Session) -> None:
    session.execute(update(Person).where(Person.login == "wang").values(active=False))

    assert "wang" not in addressing.directory(session, BOTH).people


def test_only_channels_that_are_on_count(session: Session) -> None:
    assert set(addressing.directory(session, [Name.MAIL]).people) == {"wang", "li"}
    assert set(addressing.directory(session, [Name.SMS]).people) == {"wang", "zhao"}
