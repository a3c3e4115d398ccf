"""The offices are what their posts say, and none holds both sides."""

from service.register.people import posts
from service.register.people.roles import Role


def test_those_who_look_after_processes_are_of_no_office() -> None:
    assert not posts.KEEPERS & (posts.CONGRESS | posts.GOVERNMENT)
    assert {Role.OPERATOR, Role.ADMIN, Role.DESIGNER} == posts.KEEPERS


def test_congress_and_government_share_no_post_and_both_read_supervisions() -> None:
    assert not posts.CONGRESS & posts.GOVERNMENT
    assert posts.GOVERNMENT < posts.SUPERVISION
    assert Role.SESSION_MOTION_GROUP not in posts.SUPERVISION


def test_a_town_s_suggestions_are_its_presidium_s() -> None:
    assert posts.office_of("SM") == "town_presidium:SM"
    assert posts.office_of(None) == "deputy_office"
