"""What a deployment has done, in sentences: which versions there are now, and what new cases run on."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from service.decisions import Version as Table
from service.runtime.deployments import Deployed
from service.runtime.versions import Version

_MOST_NAMED = 12  # in one sentence
_NEW = "新的事项从现在起使用新版，在办的事项继续使用原来的流程图。"
_NEW_TABLES = "从现在起按新表决定，在办的事项也是。"


def sentences(done: Deployed) -> list[str]:
    """Return everything that whoever deployed has to know, the most important first."""
    return [*_versions(done), *_drawings(done), *_uses(done), *_behind(done)]


def document(done: Deployed) -> dict[str, Any]:
    """Return what came of a deployment as plain values, for programs; `sentences` are for people."""
    bound = done.comparison
    return {
        "deployment_id": done.deployment_id,
        "is_new": done.is_new,
        "definitions": [one._asdict() for one in done.processes],
        "decisions": [one._asdict() for one in done.decisions],
        "new": sorted({*bound.fresh, *bound.tables}),
        "restored": {**bound.restored, **bound.restored_tables},
        "redrawn": [one.given for one in bound.redrawn],
        "with_callers": sorted(done.along),
        "still_bound_to_older": [one._asdict() for one in done.behind],
        "uses": [
            {"process": use.root._asdict(), "uses": [one._asdict() for one in use.used]}
            for use in done.uses
        ],
        "sentences": sentences(done),
        "findings": [asdict(one) for one in done.findings],
    }


def named(one: Version | Table) -> str:
    """Return a version as sentences name it."""
    return f"“{one.name}”第 {one.version} 版"


def _versions(done: Deployed) -> Iterable[str]:
    along = [one for one in done.processes if one.process_id in done.along]
    new = [one for one in done.fresh if one not in along]
    if new:
        has_diagrams = any(isinstance(one, Version) for one in new)
        yield f"已部署：{_listed(map(named, new))}。{_NEW if has_diagrams else _NEW_TABLES}"
    if along:
        yield f"一起换成使用新版（内容不变）：{_listed(map(named, along))}。"
    everything: list[Version | Table] = [*done.processes, *done.decisions]
    for one in everything:
        if earlier := _restored(done, one):
            yield f"{named(one)}的内容与第 {earlier} 版相同，从现在起又用它。"
    if not done.is_new:
        yield f"内容没有变化，仍是：{_listed(map(named, everything))}。"


def _restored(done: Deployed, one: Version | Table) -> int | None:
    """Return the earlier version that had the same content as this new one."""
    if isinstance(one, Version):
        return done.comparison.restored.get(one.process_id)
    return done.comparison.restored_tables.get(one.decision_id)


def _drawings(done: Deployed) -> Iterable[str]:
    if files := [one.given for one in done.comparison.redrawn]:
        yield f"{_listed(files)} 只动了图形：内容和版本不变，图形已换成新的。"


def _uses(done: Deployed) -> Iterable[str]:
    """Say of each process that begins cases what of the files they run on, where it is new or has a newer version."""
    in_force = set(done.processes)
    new = {one for one in done.processes if one.process_id in done.comparison.fresh}
    for use in done.uses:
        begun = f"新发起的“{use.root.name}”"
        if use.root in new and use.root in use.used:
            yield f"{begun}从现在起用第 {use.root.version} 版。"
        bound_anew = use.root in new or use.root.process_id in done.along
        called = [one for one in use.used if one in in_force and one != use.root]
        if called := [one for one in called if one in new or bound_anew]:
            used = _listed(map(named, called))
            yield f"{begun}（第 {use.root.version} 版）从现在起使用{used}。"
        if old := [one for one in use.used if one not in in_force]:
            used = _listed(map(named, old))
            yield f"{begun}（第 {use.root.version} 版）仍使用{used}，不使用新版。"


def _behind(done: Deployed) -> Iterable[str]:
    if done.behind:
        yield (
            f"还在调用旧版的流程：{_listed(map(named, done.behind))}。"
            "要让它们使用新版，请再部署一次同样的文件，并选“把调用它的流程一起换”。"
        )


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f"等 {len(every)} 项" if len(every) > _MOST_NAMED else ""
    return "、".join(every[:_MOST_NAMED]) + more
