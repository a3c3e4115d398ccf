"""Each place that keeps a due moment says what it was counted from and whose it is, in the same columns."""

import pytest
from sqlalchemy import literal, null, select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import places
from service.deadlines.places import Held
from service.tables import Base
from tests.conftest import MORNING


@pytest.mark.parametrize("place", places.PLACES)
def test_a_place_is_a_table_with_that_column_and_answers_in_the_common_order(
    place: str, sqlite: Database
) -> None:
    column, question = places.PLACES[place]

    assert column in Base.metadata.tables[place].c
    with sqlite.reading() as session:
        columns = list(session.execute(question(["reply.normal"])).keys())
    assert columns[6:10] == ["instance_id", "business_key", "unit", "name"]


def test_a_date_that_caps_a_limit_is_read_as_its_day(sqlite: Database) -> None:
    def one(session: Session) -> Held:
        asked = select(
            literal(7),
            literal("sign"),
            literal(MORNING),
            null(),
            literal(MORNING.date()),
            literal(MORNING),
            null(),
            literal("suggestion:7"),
            null(),
        )
        return places.held(session.execute(asked).one())

    with sqlite.reading() as session:
        found = one(session)

    assert (found.id, found.key, found.level, found.cap_on) == (
        7,
        "sign",
        "",
        MORNING.date().isoformat(),
    )
    assert (found.case, found.unit) == ("suggestion:7", "")
