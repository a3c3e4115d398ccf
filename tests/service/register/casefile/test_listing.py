"""A list holds what its reader may open, and nothing else."""

from service.authority import reading
from service.register.casefile import listing
from service.register.people import directory as people


def test_lists_and_counts_hold_the_same_and_only_what_may_be_opened(world):
    world.register(by="代表甲")
    world.dispatch("JT")
    seen = {}
    for login in (
        "代表甲",
        "代表丙",
        "交通局联络员",
        "公安局联络员",
        "代工委甲",
        "政府办",
        "管理员",
    ):
        with world.reading() as session:
            readable = reading.readable(people.actor(session, login))
            rows = listing.listed(session, readable)
            assert sum(listing.counts(session, readable).values()) == len(rows)
            seen[login] = len(rows)

    assert seen == {
        "代表甲": 1,
        "代表丙": 0,
        "交通局联络员": 1,
        "公安局联络员": 0,
        "代工委甲": 1,
        "政府办": 1,
        "管理员": 0,
    }


def test_a_list_is_narrowed_by_status_and_words(world):
    world.submit(by="代表甲")
    with world.reading() as session:
        office = reading.readable(people.actor(session, "代工委甲"))

        assert len(listing.listed(session, office, status="reviewing", text="护栏")) == 1
        assert listing.listed(session, office, status="closed") == []
        assert listing.listed(session, office, text="没有这样的词") == []
        for sign in ("%", "_", "/", "__"):
            assert listing.listed(session, office, text=sign) == []
        [row] = listing.listed(session, office)
        assert (row.title.startswith("关于"), row.units, row.is_over) == (True, "", False)
