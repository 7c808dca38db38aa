"""A turn at the wheel, for tests of the scheduler."""

from dataclasses import replace
from datetime import datetime, timedelta

import time_machine
from django.utils import timezone

from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.sync import leases, runner
from catalog.sync.turn import Turn


def turn() -> Turn:
    """Take the lease, on this process's clock: a database's own can't be set by a test."""
    lease = leases.take(leases.SYNC, timezone.now)
    assert lease
    gateway = site_gateway()
    return Turn(replace(gateway, ledger=replace(gateway.ledger, clock=timezone.now)), lease)


def live(hours: float, *, start: datetime | None = None, step: float = 10) -> datetime:
    """Let the scheduler work for so long, on a fake clock that moves by `step` seconds at least; return its end."""
    start = start or timezone.now()
    end = start + timedelta(hours=hours)
    with time_machine.travel(start, tick=False) as clock:
        mine = turn()
        while timezone.now() < end:
            clock.shift(max(runner.once(mine), step))
            mine.lease.renew(mine.clock)
        mine.lease.release()
    return end


def swept() -> int:
    """Return how many pages the sweep asked for."""
    return sum("sort=newest" in path for path in paths())


def paths() -> list[str]:
    return list(ApiCall.objects.order_by("pk").values_list("path", flat=True))
