"""The addresses a message leads to: pages of this service, without rights of their own."""

from service.register.common import keys

_PAGES = {"suggestion": "/suggestions/{}", "supervision": "/s/{}"}


def task(task_id: str) -> str:
    """Return the address of the form of a user task."""
    return f"/tasks/{task_id}"


def case(business_key: str | None) -> str:
    """Return the address of a case's page, "" where its kind has none."""
    kind, number = keys.parse(business_key)
    return _PAGES[kind].format(number) if kind in _PAGES else ""


def step(business_key: str | None) -> str:
    """Return the address that opens whatever form of a case waits for the reader, else the case's page."""
    kind, number = keys.parse(business_key)
    return f"/to/{kind}/{number}" if kind in _PAGES else ""


def evaluation(evaluation_id: int) -> str:
    """Return the address of a deputy's own rating."""
    return f"/evaluations/{evaluation_id}"
