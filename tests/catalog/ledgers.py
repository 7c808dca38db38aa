"""A key's ledger on a clock that moves when told, and calls that spend it."""

from datetime import UTC, datetime, timedelta

from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.models import Reply
from catalog.quota.ledger import Ledger, OverBudget
from catalog.quota.limits import parse_limits
from catalog.quota.purposes import Purpose

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OK: Reply[None] = Reply(value=None, status=200, rate=None, date=None)
LIMITS = parse_limits("10/minute,100/hour,1000/day")
ANY = Purpose("any")


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def spend(
    ledger: Ledger, purpose: Purpose = ANY, answer: Reply[None] | BeatConnectError = OK, path: str = "/beats"
) -> None:
    ledger.settle(ledger.acquire(purpose, path), answer)


def spend_all(ledger: Ledger, purpose: Purpose = ANY) -> int:
    count = 0
    while True:
        try:
            spend(ledger, purpose)
        except OverBudget:
            return count
        count += 1
