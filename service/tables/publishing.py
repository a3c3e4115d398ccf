"""Deployments that wait for a second person, and what was refused to whom."""

from datetime import datetime

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class DeploymentProposal(Base):
    """Files a designer wants to deploy, which somebody else has to agree to first."""

    __tablename__ = "deployment_proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str | None]
    note: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)  # waiting | agreed | refused
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    deployment_id: Mapped[int | None] = mapped_column(ForeignKey("deployments.id"))
    with_callers: Mapped[bool] = mapped_column(default=False, server_default=false())


class ProposedFile(Base):
    __tablename__ = "proposed_files"
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("deployment_proposals.id"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class PackagedFile(Base):
    """A diagram or table as a release brought it along, and what became of it; the latest of a name counts.

    One that the town had not changed was deployed; one that it had was offered, then taken, declined or replaced by the
    next release's.
    """

    __tablename__ = "packaged_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes]
    brought_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(index=True)  # deployed|offered|taken|declined|replaced
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")


class Refusal(Base):
    """An attempt to start, tell or deploy something its caller may not touch; nothing of it was done."""

    __tablename__ = "refusals"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str | None]
    act: Mapped[str]  # start | message | deploy
    subject: Mapped[str]  # the process, the message or the files
    sentence: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
