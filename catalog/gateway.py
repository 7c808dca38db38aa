"""The one way out: acquire, send, settle. Nothing else in the storefront calls BeatConnect."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

import structlog
from django.conf import settings

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import BeatConnectError, NotFound
from catalog.beatconnect.models import Reply
from catalog.beatconnect.transport import Transport
from catalog.quota.ledger import Ledger, OverBudget, fingerprint
from catalog.quota.purposes import Purpose

log = structlog.get_logger("catalog.gateway")

T = TypeVar("T")

# The pause before the one retry, in seconds: long enough for a hiccup, and never the same twice.
RETRY_PAUSE = (0.2, 2.0)


class NoKey(Exception):
    """BEATCONNECT_API_KEY is not set, so nothing can be asked."""


@dataclass(frozen=True)
class Fetched(Generic[T]):
    """What a call brought, and when it was sent by the database's clock."""

    value: T
    sent_at: datetime


@dataclass(frozen=True)
class Gateway:
    """A client and the ledger its calls are counted in."""

    client: Client
    ledger: Ledger

    def call(
        self, purpose: Purpose, path: str, ask: Callable[[Client], Reply[T]], *, may_retry: bool = False
    ) -> Fetched[T]:
        """Make one counted call; raises OverBudget before sending, BeatConnectError after.

        With `may_retry` a call that met a passing trouble is made once more, as a second counted call, if it may be.
        """
        try:
            return self._call(purpose, path, ask)
        except BeatConnectError as error:
            if not (may_retry and error.retryable):
                raise
            failed = error
        time.sleep(random.uniform(*RETRY_PAUSE))
        try:
            return self._call(purpose, path, ask)
        except OverBudget:
            # Refused before it was sent: what the one call came to stands.
            raise failed from None

    def _call(self, purpose: Purpose, path: str, ask: Callable[[Client], Reply[T]]) -> Fetched[T]:
        call = self.ledger.acquire(purpose, path)
        begun = time.monotonic()
        try:
            reply = ask(self.client)
        except BeatConnectError as error:
            before = self.ledger.settle(call, error)
            # One warning for each class of trouble, not one for each call that meets it; and a "no" is no trouble.
            told = before == error.reason or isinstance(error, NotFound)
            level = log.info if told else log.warning
            level("call failed", **_facts(purpose, path, begun, error), reason=error.reason)
            raise
        before = self.ledger.settle(call, reply)
        if before:
            log.warning("calls succeed again", after=before)
        log.info("call", **_facts(purpose, path, begun, reply))
        return Fetched(reply.value, call.sent_at)


def _facts(purpose: Purpose, path: str, begun: float, end: Reply[Any] | BeatConnectError) -> dict[str, Any]:
    return {
        "purpose": purpose.name,
        "path": path,
        "ms": round((time.monotonic() - begun) * 1000),
        "status": end.status,
        "remaining": end.rate.remaining if end.rate else None,
    }


def site_gateway() -> Gateway:
    """Return the gateway for the shop's own key; NoKey if there is none."""
    key = settings.BEATCONNECT_API_KEY
    if not key:
        raise NoKey("BEATCONNECT_API_KEY is not set")
    return Gateway(_client(settings.BEATCONNECT_API_URL, key), Ledger(fingerprint(key), settings.BEATCONNECT_LIMITS))


def buyer_gateway(key: str) -> Gateway:
    """Return the gateway for a buyer's own key, counted by itself; ValueError if it can be no key."""
    client = Client(settings.BEATCONNECT_API_URL, key, transport=_shared_transport())
    return Gateway(client, Ledger(fingerprint(key), settings.BEATCONNECT_LIMITS))


@lru_cache(maxsize=1)
def _shared_transport() -> Transport:
    # Connections are kept, keys aren't: no client of a buyer's outlives their request.
    return Transport()


@lru_cache(maxsize=4)
def _client(api_url: str, key: str) -> Client:
    # One client, and so one connection pool, a process.
    return Client(api_url, key)
