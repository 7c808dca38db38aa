"""A buyer's orders as a table for their own books: one line a beat, and nothing a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator

from django.conf import settings

from accounts.models import User
from accounts.orders.reading import State, newest_first
from accounts.records import Order, OrderLine
from accounts.tables import BYTE_ORDER_MARK, safe

# For programs as well as for people, so not translated.
COLUMNS = (
    "order", "date", "status", "beat_id", "beat", "license", "price", "order_total", "currency", "page",
)  # fmt: skip


def csv_of(user: User) -> str:
    """Return all orders that are kept of a buyer, newest first; an order's total stands on its first line only."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for order in newest_first(user).prefetch_related("lines"):
        writer.writerows([safe(cell) for cell in row] for row in _rows(order))
    return text.getvalue()


def file_name(state: State) -> str:
    """Return what the file is called: from when it is, and how much of all it holds if not all."""
    day = f"{state.as_of:%Y-%m-%d}" if state.as_of else "none"
    return f"orders-{day}.csv" if state.complete else f"orders-{day}-{state.held}-of-{state.total}.csv"


def _rows(order: Order) -> Iterator[list[str]]:
    # The links aren't here: whoever holds one may hold the file, and tables are passed around.
    page = f"{settings.SITE_URL}/orders/{order.order_id}/"
    date = order.placed_at.isoformat(timespec="seconds") if order.placed_at else ""
    lines = list(order.lines.all()) or [OrderLine()]
    for line in lines:
        price = line.price if line.price is not None or len(lines) > 1 else order.amount
        yield [
            order.order_id,
            date,
            order.status,
            _text(line.beat_id),
            line.title,
            line.licence or order.licence,
            _text(price),
            _text(order.amount) if line is lines[0] else "",
            order.currency,
            page,
        ]


def _text(value: object) -> str:
    return "" if value is None else str(value)
