"""Whether what is kept of a case is what happened: its history as a chain, and the rows its history vouches for."""

from dataclasses import replace

from sqlalchemy.orm import Session

from service import history
from service.history import Verification
from service.register.deliberation import confirmations
from service.register.evaluation import attestation


def verify(session: Session, instance_id: int) -> Verification:
    """Recompute the chain of an instance and compare what deputies rated and confirmed in it with their digests."""
    chain = history.verify(session, instance_id)
    found = [
        compare(session, instance_id) for compare in (attestation.compare, confirmations.compare)
    ]
    faults = [fault for each in found for fault in each.faults]
    gaps = [gap for each in found for gap in each.gaps]
    return replace(chain, faults=(*chain.faults, *faults), gaps=tuple(gaps))
