"""Who looks at what is their own, and when they have asked too often for what is not there."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User
from catalog.quota.ledger import Ledger, OverBudget
from catalog.quota.limits import Limit
from catalog.quota.purposes import BUYER

# What is asked for and isn't there: more of it is no buyer looking for an order, but somebody trying ids.
MISSES = (Limit("minute", 50, 300),)


class TooMany(Exception):
    """This visitor must wait `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"too many, again in {retry_after:.0f} s")
        self.retry_after = retry_after


def count_miss(request: HttpRequest) -> None:
    """Count that something wasn't there; TooMany after 50 within five minutes, whichever process met them."""
    try:
        Ledger(f"misses-{visitor(request).pk}", MISSES).note(BUYER, "/orders/{id}/")
    except OverBudget as error:
        raise TooMany(error.retry_after) from None


def visitor(request: HttpRequest) -> User:
    """Return who has signed in, in a view that requires it."""
    return cast("User", request.user)
