"""Whether what is kept of a case is what happened: its history as a chain, and the ratings its history vouches for."""

from dataclasses import replace

from sqlalchemy.orm import Session

from service import history
from service.history import Verification
from service.register.evaluation import attestation


def verify(session: Session, instance_id: int) -> Verification:
    """Recompute the chain of an instance and compare the ratings given in it with their digests."""
    chain = history.verify(session, instance_id)
    marks = attestation.compare(session, instance_id)
    return replace(chain, faults=(*chain.faults, *marks.faults), gaps=tuple(marks.gaps))
