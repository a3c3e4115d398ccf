"""A reply's forms read what a page hands in."""

from datetime import date

import pytest
from pydantic import ValidationError

from service.register.reply.forms import Deliveries
from service.register.reply.kinds import DeliveryMethod, ItemState
from tests.handled import replying


def test_items_and_promises_are_rows() -> None:
    form = replying()

    assert [row.state for row in form.items] == [ItemState.RESOLVED, ItemState.RESOLVED]
    assert form.commitments == ()
    assert form.copies == ()


def test_a_delivery_is_of_a_known_kind_and_on_a_day() -> None:
    row = {"number": 1, "method": "post", "delivered_on": "2026-03-02", "receipt": None}

    [read] = Deliveries.model_validate({"deliveries": [row]}).deliveries

    assert (read.method, read.delivered_on) == (DeliveryMethod.POST, date(2026, 3, 2))
    with pytest.raises(ValidationError):
        Deliveries.model_validate({"deliveries": [{**row, "method": "pigeon"}]})
