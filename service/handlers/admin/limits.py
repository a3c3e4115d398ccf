"""期限: every limit by stage, with what runs under it and which diagrams use it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, g, request, url_for

from service.deadlines import limits, policies, stages, words
from service.deadlines.limits import Limit, Running
from service.deadlines.workdays import local_day
from service.handlers import web
from service.handlers.admin import sections
from service.handlers.admin.sections import administrators
from service.runtime import usage
from service.runtime.usage import Use

blueprint = Blueprint("limits", __name__)

sections.section(
    "期限",
    "limits.listed",
    "看每一项期限有多长、从何时起算、依据什么、现在有多少件在计时；修改前先看会移动什么。",
    order=10,
)


@dataclass(frozen=True)
class Place:
    """Where a diagram uses a limit: the process, the element, and the page of that version."""

    process: str
    element: str
    address: str


@dataclass(frozen=True)
class Row:
    """A limit as the list shows it."""

    limit: Limit
    running: Running
    places: list[Place]


@web.route(blueprint, "/m/limits", policy=administrators)
def listed() -> Response:
    """The limits by stage, or those of one stage, or those in which the words occur."""
    stage, asked = request.args.get("stage", ""), request.args.get("q", "").strip()[:100]
    on = local_day(g.at)
    with web.database().reading() as session:
        book = policies.in_force(session)
        counted = limits.running(session)
        titles = policies.titles(session)
        uses = usage.every(session)
    rows = [
        Row(one, counted.get(one.key, Running()), places(uses, one.key))
        for one in limits.listed(book, on)
    ]
    shown = [row for row in rows if _is_asked_for(row, stage, asked)]
    return web.page(
        "admin/limits.html",
        stages=stages.STAGES,
        groups=_by_stage(shown),
        count=len(shown),
        titles=titles,
        asked=asked,
        stage=stage,
        words=words,
    )


def places(uses: Iterable[Use], key: str) -> list[Place]:
    """Return where diagrams come to this limit, each place once."""
    names = limits.names_in_diagrams(key)
    found = {
        (use.version.process_id, use.element_id): Place(
            use.version.name,
            use.element,
            url_for(
                "version.show",
                process_id=use.version.process_id,
                version=use.version.version,
            ),
        )
        for use in uses
        if use.name in names
    }
    return list(found.values())


def _is_asked_for(row: Row, stage: str, asked: str) -> bool:
    if stage and stages.of(row.limit.key).key != stage:
        return False
    texts = [row.limit.key, *(place.process + place.element for place in row.places)]
    for policy in (*row.limit.policies, *row.limit.later):
        texts += [part for _, part in words.parts(policy)]
    return all(word in " ".join(texts) for word in asked.split())


def _by_stage(rows: Iterable[Row]) -> Mapping[str, Mapping[str, list[Row]]]:
    """Return the rows by stage, and within it together with their kin, under what the kin are called."""
    grouped: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        kin = row.limit.family or row.limit.key
        grouped.setdefault(row.limit.stage, {}).setdefault(kin, []).append(row)
    return grouped
