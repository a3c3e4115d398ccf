"""The business calendar for programs of administrators: a year read, its effect seen, put in force."""

from datetime import date

from flask import Response, g, jsonify
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from service.deadlines import changes, plain, policies, seed
from service.deadlines.years import breaks, lists
from service.deadlines.years.breaks import FIRST_YEAR, LAST_YEAR, Row
from service.errors import FormInvalid
from service.handlers import web
from service.handlers.api.blueprint import LIMITS, api
from service.handlers.api.limits import administrators
from service.handlers.api.requests import Body, Limit


class YearPath(BaseModel):
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)


class Holiday(Body):
    """A holiday from its first to its last day, and the weekend days worked for it."""

    name: str = Field(max_length=breaks.LONGEST_NAME)
    first: date
    last: date
    made_up: list[date] = Field(default_factory=list, max_length=breaks.MOST_MADE_UP)


class Arrangement(Body):
    """The holidays of a year; `confirmed` false is an estimate (暂定)."""

    breaks: list[Holiday] = Field(min_length=1, max_length=breaks.MOST_ROWS)
    confirmed: bool = True


class Ordered(Arrangement):
    """An arrangement to be put in force, with where it comes from."""

    reason: str = Field(min_length=1, max_length=200)
    stamp: str | None = Field(
        default=None,
        max_length=100,
        description="看影响时得到的 stamp；此后期限或日历有变化时拒绝（409）",
    )


@api.get("/calendar/<int:year>", tags=[LIMITS], summary="一年的放假和调休，以及是否已经确认")
@web.allowed(administrators)
def show_year(path: YearPath) -> Response:
    with web.database().reading() as session:
        return jsonify(_year(session, path.year))


@api.post("/calendar/<int:year>/effect", tags=[LIMITS], summary="这样安排会移动什么；不作任何改动")
@web.allowed(administrators)
def year_effect(path: YearPath, body: Arrangement, query: Limit) -> Response:
    days = seed.days(_read(path.year, body))
    with web.database().reading() as session:
        found = changes.preview_calendar(session, path.year, days, g.at, confirmed=body.confirmed)
    return jsonify(plain.effect(found, query.limit))


@api.post("/calendar/<int:year>", tags=[LIMITS], summary="录入一年的放假安排，立即生效并移动在办的")
@web.allowed(administrators)
def set_year(path: YearPath, body: Ordered) -> Response:
    days = seed.days(_read(path.year, body))
    with web.database().transaction() as session:
        done = changes.apply_calendar(
            session, path.year, days, body.reason.strip(), web.actor().login, g.at, body.stamp,
            confirmed=body.confirmed,
        )  # fmt: skip
        answer = plain.change(done)
    with web.database().transaction() as session:
        changes.catch_up(session, answer["id"], g.at)
    return jsonify(answer)


def _year(session: Session, year: int) -> dict[str, object]:
    calendar = policies.calendar(session)
    known = lists.years(session).get(year)
    found = breaks.arranged(calendar.of_year(year))
    return {
        "year": year,
        "confirmed": known is not None and known.confirmed,
        "source": known.source if known else "",
        "workdays": calendar.count(date(year - 1, 12, 31), date(year, 12, 31)),
        "breaks": [
            {
                "name": one.name,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "made_up": [day.isoformat() for day in one.made_up],
                "in_words": breaks.in_words(one),
            }
            for one in found
        ],
    }


def _read(year: int, body: Arrangement) -> tuple[seed.Break, ...]:
    """Return the holidays, or refuse them by the rules of the page, beside the field of the row."""
    rows = [
        Row(
            one.name,
            one.first.isoformat(),
            one.last.isoformat(),
            "、".join(day.isoformat() for day in one.made_up),
        )
        for one in body.breaks
    ]
    read = breaks.read(year, rows)
    if read.troubles:
        messages = {f"breaks.{one.row}.{one.field}": one.sentence for one in read.troubles}
        raise FormInvalid(messages, body.model_dump(mode="json"))
    return read.breaks
