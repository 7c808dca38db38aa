"""What a buyer sees of their orders: read from the rows, each beat joined with what the mirror knows of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.keys import Unsealable, unseal
from accounts.models import User
from accounts.records import BeatConnectKey, Order, OrderBook, OrderLine
from catalog.paging import PER_PAGE, Paging, page_count, paging
from catalog.quota.clock import database_clock
from catalog.service import beats

ALL = "all"
TABS: dict[str, Promise] = {
    ALL: pgettext_lazy("orders", "All"),
    Order.Kind.COMPLETED: _("Completed"),
    Order.Kind.PENDING: _("Pending"),
    Order.Kind.FAILED: _("Failed"),
}


@dataclass(frozen=True)
class Tab:
    """One kind of order; `count` is None while the history has a gap."""

    label: Promise
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True)
class State:
    """How a buyer stands with BeatConnect: their key, how far their orders are fetched, and what is wrong."""

    key: BeatConnectKey | None
    book: OrderBook | None
    held: int
    now: datetime

    @property
    def complete(self) -> bool:
        return bool(self.book and self.book.swept_at)

    @property
    def total(self) -> int:
        """How many orders there are, as far as anybody knows."""
        return max(self.held, self.book.total or 0) if self.book else self.held

    @property
    def as_of(self) -> datetime | None:
        return self.book.fetched_at if self.book else None

    @property
    def trouble(self) -> str:
        """Why the last try brought nothing: busy, unreachable or "" (a key that stopped is another matter)."""
        return self.book.trouble if self.book and not (self.key and self.key.stopped_at) else ""

    @property
    def retry_at(self) -> datetime | None:
        later = self.book.retry_at if self.book else None
        return later if later and later > self.now else None

    @property
    def under_way(self) -> bool:
        """Whether the first answer is still on its way, to another tab."""
        return bool(self.book and self.book.fetched_at is None and not self.trouble)


@dataclass(frozen=True)
class OrdersPage:
    state: State
    tabs: list[Tab]
    status: str
    orders: list[Order]
    pages: Paging


def state_of(user: User) -> State:
    """Return how a buyer stands with BeatConnect; never asks it."""
    return State(
        key=BeatConnectKey.objects.filter(user=user).first(),
        book=OrderBook.objects.filter(user=user).first(),
        held=Order.objects.filter(user=user).count(),
        now=database_clock(),
    )


def orders_page(user: User, status: str, page: int) -> OrdersPage:
    """Return one page of a buyer's orders, newest first."""
    state = state_of(user)
    counts = dict(Order.objects.filter(user=user).values_list("kind").annotate(Count("pk")).order_by())
    total = counts.get(status, 0) if status != ALL else state.held
    wanted = newest_first(user) if status == ALL else newest_first(user).filter(kind=status)
    # Nothing stands beyond the last page, and a database wants no number it can't hold.
    start = (page - 1) * PER_PAGE if page <= page_count(total) else total
    found = list(wanted.prefetch_related("lines")[start : start + PER_PAGE])
    _join_beats(found)
    return OrdersPage(
        state=state,
        tabs=[_tab(name, status, counts, state) for name in TABS],
        status=status,
        orders=found,
        pages=paging(total, page, lambda number: address(status, number)),
    )


def one_order(user: User, order_id: str) -> Order | None:
    """Return an order of this buyer's with its links, None if they have none of that name."""
    found = Order.objects.filter(user=user, order_id=order_id).prefetch_related("lines").first()
    if found is None:
        return None
    _join_beats([found])
    return found


def links_of(order: Order) -> dict[str, str]:
    """Return an order's links by kind: download, license, receipt."""
    try:
        found = json.loads(unseal(order.user_id, "links", order.links)) if order.links else {}
    except (Unsealable, ValueError):
        return {}
    return {str(kind): str(url) for kind, url in found.items()} if isinstance(found, dict) else {}


def owned(user: User, beat_ids: Iterable[int]) -> dict[int, str]:
    """Return those of these beats that a buyer owns, each with the id of the newest order that brought it."""
    bought = OrderLine.objects.filter(
        order__user=user, order__kind=Order.Kind.COMPLETED, beat_id__in=list(beat_ids)
    ).select_related("order")
    lines = bought.order_by(F("order__placed_at").asc(nulls_first=True), "-order_id")
    return {line.beat_id: line.order.order_id for line in lines if line.beat_id}


def newest_first(user: User) -> QuerySet[Order]:
    """Return all of a buyer's orders, those without a date last."""
    return Order.objects.filter(user=user).order_by(F("placed_at").desc(nulls_last=True), "id")


def address(status: str, page: int = 1) -> str:
    """Return the address of a page of the list."""
    query: dict[str, Any] = {} if status == ALL else {"status": status}
    if page > 1:
        query["page"] = page
    return reverse("order-list") + (f"?{urlencode(query)}" if query else "")


def _tab(name: str, current: str, counts: dict[str, int], state: State) -> Tab:
    count = state.total if name == ALL else counts.get(name, 0)
    known = state.complete or (name == ALL and bool(state.book and state.book.total is not None))
    return Tab(TABS[name], address(name), count if known else None, name == current)


def _join_beats(orders: Sequence[Order]) -> None:
    lines = [line for order in orders for line in order.lines.all()]
    known = beats.known({line.beat_id for line in lines if line.beat_id})
    for line in lines:
        line.beat = known.get(line.beat_id) if line.beat_id else None
