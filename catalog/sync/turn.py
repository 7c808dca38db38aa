"""A turn at the wheel: who makes a call, and under which lease its answer may be written.

An answer that can't be kept is as little use as one that can't be read, and is treated as such: whatever asked for it
counts a failure, and nothing else waits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.models import Reply
from catalog.gateway import Fetched, Gateway
from catalog.models.sync import SyncState
from catalog.quota.clock import Clock
from catalog.quota.purposes import Purpose
from catalog.state import STATE_ID, WrongSource, check_source, lock_state
from catalog.sync.leases import Fenced, Held

log = structlog.get_logger("catalog.sync")

T = TypeVar("T")

# What says that the database is away or busy, rather than that it refuses what it was given.
DATABASE_AWAY = (OperationalError, InterfaceError)
# What was told by this process: the whole story once, lest a page that is asked for all day fill the log with it.
_told: set[tuple[str, str]] = set()
MOST_TOLD = 100


class NotKept(BeatConnectError):
    """An answer came that can't be kept: the database refuses it, or our own code stumbles over it."""

    def __init__(self) -> None:
        super().__init__("not_kept", "an answer could not be kept; the log says why")


@contextmanager
def keeping() -> Iterator[None]:
    """Apply an answer within this; raises NotKept where that can't be done, and tells the log."""
    try:
        yield
    except (*DATABASE_AWAY, Fenced, WrongSource, BeatConnectError):
        raise
    except Exception as error:
        story = (type(error).__name__, str(error).partition("\n")[0])
        if len(_told) >= MOST_TOLD:
            _told.clear()
        tell = log.info if story in _told else log.exception
        _told.add(story)
        tell("an answer could not be kept", error=story[0])
        raise NotKept from error


@dataclass(frozen=True)
class Turn:
    """The gateway to call through and the lease held meanwhile."""

    gateway: Gateway
    lease: Held

    @property
    def clock(self) -> Clock:
        return self.gateway.ledger.clock

    def call(self, purpose: Purpose, path: str, ask: Callable[[Client], Reply[T]]) -> Fetched[T]:
        """Make one counted call in the background, with its one counted retry; Fenced if the lease has passed on.

        Each has the whole lease before it: of two slow ones, the second would else outlast it.
        """
        if not self.lease.renew(self.clock):
            raise Fenced(self.lease.name)
        return self.gateway.call(purpose, path, ask, may_retry=True)

    @contextmanager
    def using_up(self, counter: str) -> Iterator[None]:
        """Count on a column of the mirror's state once the call within was made, whatever came of it.

        What fails each time must not keep its turn for ever; what the quota refused has not had it.
        """
        try:
            yield
        except BeatConnectError:
            self._count(counter)
            raise
        self._count(counter)

    def _count(self, counter: str) -> None:
        SyncState.objects.filter(pk=STATE_ID).update(**{counter: F(counter) + 1})

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; Fenced if the lease has passed to another during the call, NotKept as `keeping` says.

        WrongSource if somebody has begun the mirror anew from another API meanwhile.
        """
        with keeping(), transaction.atomic():
            self.lease.guard()
            check_source(lock_state())
            yield
