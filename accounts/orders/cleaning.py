"""The border: what an answer says of an order becomes what our tables may hold. Pure."""

from collections.abc import Callable, Collection
from typing import Any

from accounts.records import CURRENCY_LENGTH, LICENCE_LENGTH, STATUS_LENGTH, TITLE_LENGTH, Order
from catalog.beatconnect import models as wire
from catalog.clean import clean_link, clean_text, clean_url

MOST_LINES = 100
# The kinds of link an order may carry, and the fields that hold them.
LINKS = {"download": "download_url", "license": "license_url", "receipt": "receipt_url"}
_DOCUMENTED = {Order.Kind.COMPLETED, Order.Kind.PENDING, Order.Kind.FAILED}


def order_columns(order: wire.Order) -> dict[str, Any]:
    """Return the columns of an order that the answer speaks of: what a shape lacks wipes nothing."""
    columns: dict[str, tuple[str, Callable[[], Any]]] = {
        "status": ("status", lambda: clean_text(order.status, STATUS_LENGTH)),
        "created_at": ("placed_at", lambda: order.created_at),
        "amount": ("amount", lambda: order.amount),
        "currency": ("currency", lambda: clean_text(order.currency, CURRENCY_LENGTH)),
        "license_type": ("licence", lambda: clean_text(order.license_type, LICENCE_LENGTH)),
    }
    row = {columns[field][0]: columns[field][1]() for field in order.model_fields_set & columns.keys()}
    if "status" in row:
        row["kind"] = kind_of(row["status"])
    return row


def kind_of(status: str) -> str:
    """Return which of the documented states a status is, "other" for any other word and for none."""
    word = status.casefold()
    return word if word in _DOCUMENTED else Order.Kind.OTHER


def line_columns(item: wire.OrderItem) -> dict[str, Any]:
    """Return the columns of one beat of an order."""
    return {
        "beat_id": item.beat_id,
        "title": clean_text(item.title, TITLE_LENGTH),
        "licence": clean_text(item.license_type, LICENCE_LENGTH),
        "price": item.price,
    }


def links(order: wire.Order, known_origins: Collection[str]) -> dict[str, str]:
    """Return an order's links by kind: https alone, or an origin that the operator has named."""
    told = {kind: getattr(order, field) for kind, field in LINKS.items()}
    found = {kind: clean_link(url) or clean_url(url, known_origins) for kind, url in told.items()}
    return {kind: url for kind, url in found.items() if url}
