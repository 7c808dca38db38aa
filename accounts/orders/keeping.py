"""Writes a page of orders into the tables, and how far the history is fetched. Runs in its caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.keys import seal
from accounts.orders.cleaning import LINKS, MOST_LINES, line_columns, links, order_columns
from accounts.records import Order, OrderBook, OrderLine
from catalog.beatconnect import models as wire

# Old orders hardly change (a pending one completes): once a day is often enough.
SWEEP_AGAIN = timedelta(days=1)
# An API whose pages never end is believed no longer.
LAST_PAGE = 500


def keep_page(book: OrderBook, number: int, page: wire.OrderPage, limit: int, sent_at: datetime) -> None:
    """Keep one page of a buyer's orders; `limit` is the page size that was asked for."""
    known = _upsert(book.user_id, page.orders, sent_at)
    buyers = [order.purchaser_id for order in page.orders if order.purchaser_id]
    book.buyer_id = buyers[0] if buyers else book.buyer_id
    book.total = book.total if page.total is None else page.total
    book.trouble, book.retry_at, book.tried_at = "", None, sent_at
    # Without page numbers, a page of which all is known may be an API that gives the same one for all.
    nothing_new = number > 1 and page.last_page is None and page.total is None and known == len(page.orders)
    ends = nothing_new or _ends(number, page, limit)
    if number == 1:
        book.fetched_at, book.unreadable = sent_at, len(page.problems)
        if book.swept_at and (not known or book.swept_at < sent_at - SWEEP_AGAIN):
            # Nothing of it was known, so more may be missing behind it; or it is time to look at old ones again.
            book.swept_at, book.next_page = None, 2
    elif not ends:
        book.next_page = number + 1
    if ends:
        book.swept_at, book.next_page = sent_at, 2
    book.save()


def _ends(number: int, page: wire.OrderPage, limit: int) -> bool:
    """Tell whether no page follows this one."""
    came = len(page.orders) + len(page.problems)
    if came == 0 or number >= LAST_PAGE:
        return True
    if page.last_page is not None:
        return number >= page.last_page
    if page.total is not None:
        return number * (page.per_page or min(came, limit)) >= page.total
    return False


def _upsert(owner: int, told: Sequence[wire.Order], sent_at: datetime) -> int:
    """Insert and update; return how many of the orders were known before."""
    orders = {order.order_id: order for order in told}
    known = {row.order_id: row for row in Order.objects.filter(user_id=owner, order_id__in=orders)}
    # A late answer never puts old news back.
    current = {name: order for name, order in orders.items() if name not in known or known[name].seen_at < sent_at}
    rows = {name: known.get(name) or Order(user_id=owner, order_id=name, kind="other") for name in current}
    for name, order in current.items():
        for column, value in {**order_columns(order), **_sealed_links(owner, order)}.items():
            setattr(rows[name], column, value)
        rows[name].seen_at = sent_at
    changed = ["kind", "status", "placed_at", "amount", "currency", "licence", "links", "seen_at"]
    Order.objects.bulk_update([row for name, row in rows.items() if name in known], changed, batch_size=50)
    Order.objects.bulk_create([row for name, row in rows.items() if name not in known])
    _replace_lines(rows, current)
    return len(known)


def _sealed_links(owner: int, order: wire.Order) -> dict[str, Any]:
    if not order.model_fields_set.intersection(LINKS.values()):
        return {}
    found = links(order, settings.BEATCONNECT_MEDIA_HOSTS)
    return {"links": seal(owner, "links", json.dumps(found)) if found else ""}


def _replace_lines(rows: Mapping[str, Order], told: Mapping[str, wire.Order]) -> None:
    itemised = [name for name, order in told.items() if "items" in order.model_fields_set]
    OrderLine.objects.filter(order__in=[rows[name] for name in itemised]).delete()
    OrderLine.objects.bulk_create(
        OrderLine(order=rows[name], number=number, **line_columns(item))
        for name in itemised
        for number, item in enumerate(told[name].items[:MOST_LINES], start=1)
    )
