"""A turn at the wheel: who makes a call, and under which lease its answer may be written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from catalog.beatconnect.client import Client
from catalog.beatconnect.models import Reply
from catalog.gateway import Fetched, Gateway
from catalog.quota.clock import Clock
from catalog.quota.purposes import Purpose
from catalog.sync.leases import Held

T = TypeVar("T")


@dataclass(frozen=True)
class Turn:
    """The gateway to call through and the lease held meanwhile."""

    gateway: Gateway
    lease: Held

    @property
    def clock(self) -> Clock:
        return self.gateway.ledger.clock

    def call(self, purpose: Purpose, path: str, ask: Callable[[Client], Reply[T]]) -> Fetched[T]:
        """Make one counted call in the background, with its one counted retry."""
        return self.gateway.call(purpose, path, ask, may_retry=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, refused (Fenced) if the lease has passed to another while the call was under way."""
        with transaction.atomic():
            self.lease.guard()
            yield
