"""An attempt that was refused stays as one row, the latest first."""

from datetime import timedelta

from service import refusals
from service.database import Database
from tests.conftest import MORNING


def test_attempts_are_listed_a_page_at_a_time(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        for number in range(3):
            at = MORNING + timedelta(minutes=number)
            refusals.record(session, "yw", at, "start", f"handling {number}", "不能启动。", "::1")
    with sqlite.reading() as session:
        first = refusals.latest(session, 2)
        rest = refusals.latest(session, 2, first[-1].id)

        assert [row.subject for row in (*first, *rest)] == [
            "handling 2",
            "handling 1",
            "handling 0",
        ]


def test_what_a_caller_names_is_cut(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        refusals.record(session, None, MORNING, "message", "长" * 5_000, "不能发送。", "a" * 500)
        [row] = refusals.latest(session, 5)

        assert (len(row.subject), len(row.address), row.by) == (200, 200, None)
