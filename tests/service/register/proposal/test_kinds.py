"""What kinds of suggestion there are."""

from service.register.proposal.kinds import Kind, Level, Publicity


def test_each_kind_has_its_label() -> None:
    assert Level.labels() == {"city": "市级", "town": "镇级"}
    assert Kind.label_of("in_recess") == "闭会期间提出"
    assert Publicity("withheld").label == "不公开"
