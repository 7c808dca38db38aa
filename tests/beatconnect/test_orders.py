"""An order and its items: whatever an unknown shape leaves out or garbles, the buyer sees the rest."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalog.beatconnect.models import Order, OrderItem


@pytest.mark.parametrize("name", ["id", "order_id", "purchase_id"])
def test_an_order_of_one_beat(name: str) -> None:
    raw = {name: 77, "beat": {"id": 5, "title": "T"}, "total": "50", "license": "Premium", "date": "2020-01-01"}
    read = Order.model_validate({**raw, "currency": "usd", "status": "completed", "user": {"id": 9}})
    assert (read.order_id, read.amount, read.currency, read.purchaser_id) == ("77", Decimal(50), "USD", 9)
    assert read.items == (OrderItem(beat_id=5, title="T", license_type="Premium"),)
    assert read.created_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_an_order_of_several_beats() -> None:
    items = [{"beat_id": 5, "license_type": "Basic", "price": 10}, {"beat": {"id": 6, "title": "B"}}]
    read = Order.model_validate({"id": "ord_1-a", "items": items, "price": 20, "title": "Two beats"})
    assert read.items == (
        OrderItem(beat_id=5, license_type="Basic", price=Decimal(10)),
        OrderItem(beat_id=6, title="B"),
    )


@pytest.mark.parametrize("items", [None, [], {}, "", [None], [{}], [5, "x"], [{"beat_id": None, "price": 5}]])
@pytest.mark.parametrize("about", [{"beat": {"id": 5, "title": "T"}}, {"beat_id": 5, "title": "T", "beat": None}])
def test_items_that_hold_nothing_hide_no_beat(items: object, about: dict[str, object]) -> None:
    read = Order.model_validate({"id": "x", "items": items, "license_type": None, "license": "Premium", **about})
    assert read.items == (OrderItem(beat_id=5, title="T", license_type="Premium"),)


@pytest.mark.parametrize("items", [None, [], {}, "", 5, True, [None], [{}], ["x", 5, []]])
def test_an_order_without_beats_is_still_an_order(items: object) -> None:
    read = Order.model_validate({"id": "x", "items": items, "total": 5})
    assert (read.order_id, read.amount, read.items) == ("x", Decimal(5), ())


def test_one_bad_item_costs_no_order() -> None:
    items = [
        {"beat_id": "abc", "title": "A", "license": "Basic", "price": 10},
        None,
        {"beat": {"id": [], "title": 5}, "price": "1,50", "license_type": {}},
        {"beat_id": 6, "title": "B"},
    ]
    read = Order.model_validate({"id": "x", "items": items})
    assert read.items == (
        OrderItem(beat_id=None, title="A", license_type="Basic", price=Decimal(10)),
        OrderItem(),
        OrderItem(beat_id=6, title="B"),
    )
    alone = Order.model_validate({"id": "x", "beat_id": "abc", "title": "A"})
    assert alone.items == (OrderItem(beat_id=None, title="A"),)
