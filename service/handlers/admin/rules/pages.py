"""What the pages of rules share: where they are, who reads them, and what was typed before a session ended."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from service.authority import ruling
from service.errors import StaleVersion
from service.handlers import web
from service.handlers.admin import sections
from service.register.people import directory as people
from service.runtime import drafts

LONGEST_REASON = 500

blueprint = Blueprint("rules", __name__)
readers = web.group(*sorted(ruling.READERS))

sections.section(
    "规则",
    "rules.index",
    "看和改决策表、清单、编号等规则：先看会影响谁，再生效，随时可以改回去。",
    50,
    readers,
)
sections.menu("规则", "rules.index", readers, order=76)


class Change(NamedTuple):
    """One version in a list: which, when, by whom in words, why."""

    version: int
    at: datetime | None
    by: str
    note: str


def reason() -> str:
    """Return the reason that was handed in."""
    return request.form.get("reason", "").strip()


def reason_fault(text: str) -> str:
    """Return what is wrong with a reason, "" where nothing is."""
    if not text:
        return "请写明为什么修改，例如依据的文件或会议。以后查看版本的人会看到它。"
    if len(text) > LONGEST_REASON:
        return f"理由最多 {LONGEST_REASON} 个字，请缩短。"
    return ""


def digest(base: int, content: bytes) -> str:
    """Return what tells a draft from any other, so that the page of its effect applies this one and nothing else."""
    return hashlib.sha256(b"%d %b" % (base, content)).hexdigest()[:20]


def refuse_unseen(of_the_draft: str) -> None:
    """Refuse to apply a draft that is no longer the one whose effect the page showed."""
    if request.form.get("seen", "") != of_the_draft:
        raise StaleVersion(
            "您在别处改过这份草稿，刚才那一页显示的已经不是它的影响，没有生效。请重新看影响。"
        )


def typed(session: Session) -> "MultiDict[str, str] | None":
    """Return what was typed on this page before a session ended, and has not been handed in."""
    kept = drafts.of(session, request.path, web.actor())
    return MultiDict(kept) if kept else None


def forget(session: Session) -> None:
    """Drop what was typed on this page: it is handed in."""
    drafts.forget(session, request.path, web.actor().login)


def name_of(session: Session, login: str | None) -> str:
    """Return what somebody is called, who may be the service itself."""
    return people.names(session, [login]).get(login or "", "系统")
