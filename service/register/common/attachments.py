"""A file is kept once, under its sha256, and never under a name or in a form its sender chose."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.forms import Option
from service.register.common import contents
from service.tables.suggestions import Attachment


@dataclass(frozen=True)
class Store:
    """The folder files are kept in, and how large one may be."""

    folder: Path
    max_bytes: int = 20 * 1024 * 1024

    def path(self, sha256: str) -> Path:
        """Return where a file of this hash is, or would be."""
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Write the content unless it is there already, whole or not at all; return its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{sha256}.{secrets.token_hex(4)}")
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        return sha256


def add(
    session: Session,
    store: Store,
    name: str,
    content: bytes,
    by: str,
    at: datetime,
    task_id: str | None = None,
    business_key: str | None = None,
) -> Attachment:
    """Keep an uploaded file, or raise `UploadRefused` with a sentence that names the file and the reason."""
    shown = contents.safe_name(name)
    kind, kept = contents.checked(shown, content, store.max_bytes)
    attachment = Attachment(
        sha256=store.put(kept),
        name=contents.with_extension(shown, kind),
        media_type=contents.ALLOWED[kind],
        size=len(kept),
        uploaded_by=by,
        uploaded_at=at,
        business_key=business_key,
        task_id=task_id,
    )
    session.add(attachment)
    session.flush()
    return attachment


def get(session: Session, attachment_id: int) -> Attachment:
    """Return the file's row, which must exist."""
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise NotFound("没有找到这个附件，它可能已被删除。")
    return found


def named(session: Session, ids: Iterable[Any]) -> list[Attachment]:
    """Return the files of these ids that are there; whatever is no id is none."""
    wanted = {one for one in ids if isinstance(one, int)}
    if not wanted:
        return []
    question = select(Attachment).where(Attachment.id.in_(wanted))
    return list(session.scalars(question.order_by(Attachment.id)))


def of_case(session: Session, business_key: str) -> list[Attachment]:
    """Return the files of a case, the oldest first."""
    question = select(Attachment).where(Attachment.business_key == business_key)
    return list(session.scalars(question.order_by(Attachment.id)))


def offered(
    session: Session, by: str, task_id: str, business_key: str | None = None
) -> list[Option]:
    """Return the files a form of this task may name: the person's own for it, and those of its case."""
    own = and_(Attachment.uploaded_by == by, Attachment.task_id == task_id)
    of_the_case = Attachment.business_key == business_key if business_key else false()
    rows = session.scalars(select(Attachment).where(or_(own, of_the_case)).order_by(Attachment.id))
    return [
        Option(str(row.id), f"{row.name}（{contents.size_in_words(row.size)}）") for row in rows
    ]


def adopt(session: Session, ids: Iterable[int], business_key: str, by: str | None) -> None:
    """Put a person's uploads under the case they were handed in with; others' files stay where they are.

    What came with a sealed task goes under `sealed:<task>`, where no page of the case finds it.
    """
    wanted = list(ids)
    question = select(Attachment).where(
        Attachment.id.in_(wanted),
        Attachment.uploaded_by == by,
        Attachment.business_key.is_(None),
    )
    for attachment in session.scalars(question):
        attachment.business_key = business_key


def sweep(session: Session, store: Store, before: datetime) -> int:
    """Forget uploads that were never handed in; returns how many. Files another row names stay."""
    question = select(Attachment).where(
        Attachment.business_key.is_(None),
        Attachment.task_id.is_not(None),
        Attachment.uploaded_at < before,
    )
    gone: Sequence[Attachment] = session.scalars(question).all()
    for attachment in gone:
        session.delete(attachment)
    session.flush()
    hashes = {attachment.sha256 for attachment in gone}
    used = set(session.scalars(select(Attachment.sha256).where(Attachment.sha256.in_(hashes))))
    for sha256 in hashes - used:
        store.path(sha256).unlink(missing_ok=True)
    return len(gone)
