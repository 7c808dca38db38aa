"""What only one process may do at a time, over all processes and nodes.

A lease runs out by itself, so a dead holder blocks nobody for long; its epoch grows with each taking, so a holder that
merely stalled, and was replaced, can be kept from writing.
"""

import os
import platform
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q, QuerySet

from catalog.models.sync import Lease
from catalog.quota.clock import Clock, database_clock

# The scheduler's, and a first fill's: whoever holds it makes the calls that move the mirror on.
SYNC = "sync"
# A visitor waits: one such call in flight at a time, or two hanging calls would freeze a shop with two workers.
VISITOR = "visitor"
# Longer than the longest call with its retry: it is renewed before each. A shorter one would need a second thread that
# renews it during a call, and that would go on renewing for a call that hangs. The next holder comes within a minute.
SECONDS = 45


class Fenced(Exception):
    """The lease has passed to another process meanwhile: nothing may be written under it."""


@dataclass(frozen=True)
class Held:
    """A lease in hand."""

    name: str
    holder: str
    epoch: int

    def renew(self, clock: Clock = database_clock) -> bool:
        """Hold on for longer; False if the lease is no longer ours."""
        return bool(self._ours().update(expires_at=clock() + timedelta(seconds=SECONDS)))

    def release(self) -> None:
        """Give the lease back; nothing happens if it has passed to another."""
        self._ours().update(expires_at=None, holder="")

    def guard(self) -> None:
        """Lock the lease until the transaction ends, or raise Fenced: first thing in every transaction that writes."""
        if not self._ours().select_for_update().exists():
            raise Fenced(self.name)

    def _ours(self) -> QuerySet[Lease]:
        return Lease.objects.filter(pk=self.name, holder=self.holder, epoch=self.epoch)


def take(name: str, clock: Clock = database_clock) -> Held | None:
    """Take a lease if nobody holds it."""
    Lease.objects.get_or_create(pk=name)
    now = clock()
    holder = f"{platform.node()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    # One conditional UPDATE: of two who try, one changes the row.
    until = now + timedelta(seconds=SECONDS)
    # One that lasts far longer than any is given was taken by a clock that was ahead. Not one that lasts a little
    # longer: somebody took it between our look at the clock and our UPDATE.
    unreal = until + timedelta(seconds=SECONDS)
    over = Q(expires_at=None) | Q(expires_at__lte=now) | Q(expires_at__gt=unreal)
    taken = Lease.objects.filter(over, pk=name).update(
        holder=holder, epoch=F("epoch") + 1, taken_at=now, expires_at=until
    )
    return Held(name, holder, Lease.objects.get(pk=name).epoch) if taken else None
