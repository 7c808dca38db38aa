"""Asks BeatConnect for a buyer's orders with their own key, and says in a buyer's terms why that failed."""

from datetime import datetime, timedelta
from typing import Literal

from django.views.decorators.debug import sensitive_variables

from catalog.beatconnect.errors import BeatConnectError, QuotaUsedUp, Refused
from catalog.beatconnect.models import OrderPage
from catalog.gateway import Fetched, Gateway, buyer_gateway
from catalog.quota.ledger import OverBudget
from catalog.quota.purposes import BUYER

Why = Literal["unauthorized", "forbidden", "busy", "unreachable"]
UNAUTHORIZED = 401


class Trouble(Exception):
    """Why nothing came; from `retry_at` on it is worth another try, None where it is at any time."""

    def __init__(self, why: Why, retry_at: datetime | None = None) -> None:
        super().__init__(why)
        self.why: Why = why
        self.retry_at = retry_at


@sensitive_variables()
def ask(key: str, *, page: int, limit: int, deadline: float) -> Fetched[OrderPage]:
    """Return one page of the orders of whose key this is, at the cost of one call of theirs; else Trouble."""
    gateway = buyer_gateway(key)
    try:
        return gateway.call(
            BUYER, "/orders", lambda client: client.list_orders(page=page, limit=limit, deadline=deadline)
        )
    except OverBudget as error:
        raise _denied(error, gateway) from None
    except BeatConnectError as error:
        raise _failed(error, gateway) from None


def _denied(error: OverBudget, gateway: Gateway) -> Trouble:
    retry_at = gateway.ledger.clock() + timedelta(seconds=error.retry_after)
    if error.why == "unauthorized" or error.why == "forbidden":
        return Trouble("unauthorized" if error.why == "unauthorized" else "forbidden", retry_at)
    # Else the calls are spent, or BeatConnect itself said so; after other trouble it is left alone for a while.
    spent = error.why == "rate_limited" or "calls" in error.why
    return Trouble("busy" if spent else "unreachable", retry_at)


def _failed(error: BeatConnectError, gateway: Gateway) -> Trouble:
    if isinstance(error, Refused):
        return Trouble("unauthorized" if error.status == UNAUTHORIZED else "forbidden")
    if isinstance(error, QuotaUsedUp):
        return Trouble("busy", gateway.ledger.budget().blocked_until)
    return Trouble("unreachable")
