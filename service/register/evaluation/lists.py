"""What the form of a paper evaluation offers: the evaluations that still wait for their deputy."""

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.evaluation import proxies


@source(reserved=("proxy_evaluation",))  # whoever is not in it has handed in
def proxy_evaluations(session: Session) -> list[Option]:
    """可以代录的评价：还没有评价、没有封口的"""
    rows = proxies.candidates(session)
    labels = proxies.papers(session, rows)
    return [Option(str(row.id), label) for row, label in zip(rows, labels, strict=True)]
