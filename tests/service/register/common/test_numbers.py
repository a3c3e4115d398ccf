"""Letter numbers run on within a unit, a kind and a year, and are given once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from service import rulebook
from service.database import Database
from service.register.common import numbers as letters
from service.register.common.numbers import NUMBERING, Pattern, Series
from service.tables.suggestions import CaseSeries
from tests.handled import session_of

NEW_YEARS_EVE = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


def test_numbers_run_on(database: Database) -> None:
    with session_of(database) as session:
        numbers = [letters.for_unit(session, Series.REPLY, "JT", NEW_YEARS_EVE) for _ in range(3)]

    assert numbers == [f"交通局建复〔2026〕{n}号" for n in (1, 2, 3)]


def test_each_unit_and_kind_has_its_own_series(database: Database) -> None:
    with session_of(database) as session:
        letters.for_unit(session, Series.REPLY, "JT", NEW_YEARS_EVE)

        assert (
            letters.for_unit(session, Series.REPLY, "GA", NEW_YEARS_EVE) == "公安局建复〔2026〕1号"
        )
        assert (
            letters.for_unit(session, Series.ASSIST, "JT", NEW_YEARS_EVE) == "交通局建协〔2026〕1号"
        )


def test_a_letter_is_numbered_under_any_heading(database: Database) -> None:
    with session_of(database) as session:
        numbers = [letters.give(session, Series.SUPERVISION, NEW_YEARS_EVE) for _ in range(2)]

    assert numbers == ["督查〔2026〕1号", "督查〔2026〕2号"]


def test_cases_and_letters_are_counted_apart(database: Database) -> None:
    with session_of(database) as session:
        letters.give(session, Series.SUPERVISION, NEW_YEARS_EVE)

        assert letters.take(session, CaseSeries, "督查〔2026〕") == 1


def test_the_year_is_the_local_one(database: Database) -> None:
    with session_of(database) as session:
        letters.for_unit(session, Series.REPLY, "JT", NEW_YEARS_EVE)

        assert letters.for_unit(session, Series.REPLY, "JT", NEW_YEAR) == "交通局建复〔2027〕1号"


def test_a_number_taken_back_is_given_again(database: Database) -> None:
    try:
        with session_of(database) as session:
            letters.for_unit(session, Series.REPLY, "JT", NEW_YEARS_EVE)
            raise RuntimeError
    except RuntimeError:
        pass

    with session_of(database) as session:
        assert (
            letters.for_unit(session, Series.REPLY, "JT", NEW_YEARS_EVE) == "交通局建复〔2026〕1号"
        )


def written(session: Session, **patterns: str) -> list[Pattern]:
    rows = rulebook.rows(session, NUMBERING)
    return [
        row.model_copy(update={"pattern": patterns[row.code]}) if row.code in patterns else row
        for row in rows
    ]


def test_cases_are_numbered_by_their_pattern(database: Database) -> None:
    with session_of(database) as session:
        facts = {"届次": "七届五次", "镇": ""}
        first = letters.give(session, Series.IN_SESSION, NEW_YEARS_EVE, **facts)
        town = letters.give(session, Series.IN_RECESS, NEW_YEARS_EVE, 镇="SM", 届次="")

    assert (first, town) == ("七届五次-001", "SMB2026-001")


def test_another_pattern_begins_anew_and_the_old_one_goes_on(database: Database) -> None:
    with session_of(database) as session:
        letters.give(session, Series.SUPERVISION, NEW_YEARS_EVE)
        other = written(session, supervision="清督查〔{年}〕{序号:2}号")
        [shown] = NUMBERING.consequences(
            session, rulebook.rows(session, NUMBERING), other, NEW_YEARS_EVE
        )
        assert (shown.before, shown.after) == ("督查〔2026〕2号", "清督查〔2026〕01号")
        rulebook.amend(session, NUMBERING, other, 0, "root", NEW_YEARS_EVE, "公文办法")
        assert letters.give(session, Series.SUPERVISION, NEW_YEARS_EVE) == "清督查〔2026〕01号"
        back = written(session, supervision="督查〔{年}〕{序号}号")
        rulebook.amend(session, NUMBERING, back, 1, "root", NEW_YEARS_EVE, "改回")

        assert letters.give(session, Series.SUPERVISION, NEW_YEARS_EVE) == "督查〔2026〕2号"


@pytest.mark.parametrize(
    ("series", "pattern", "sentence"),
    [
        ("supervision", "督查〔{年}〕号", "一个 {序号}"),
        ("supervision", "督查〔{年}〕{序号}{序号}号", "只能有一个"),
        ("supervision", "督查{序号}号", "{年}"),
        ("supervision", "督查〔{年}〕{序号号", "成对"),
        ("supervision", "督查〔{年}〕{编号}号", "不能用"),
        ("in_session", "{镇}{序号}", "{届次}"),
        ("in_recess", "B{年}-{序号}", "{镇}"),
        ("reply", "建复〔{年}〕{序号}号", "{单位}"),
        ("white", "督黄〔{年}〕{序号}号", "分不开"),
    ],
)
def test_a_pattern_by_which_numbers_could_meet_is_refused(
    sqlite: Database, series: str, pattern: str, sentence: str
) -> None:
    with session_of(sqlite) as session:
        found = rulebook.faults(session, NUMBERING, written(session, **{series: pattern}))

    assert sentence in "".join(one.sentence for one in found)
    assert {one.field for one in found} == {"pattern"}
