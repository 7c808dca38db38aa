"""Runs the agenda: one holder of the lease at a time, one call at a time, for ever or to the end of a sweep."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import close_old_connections

from catalog.beatconnect.errors import BeatConnectError
from catalog.gateway import Gateway
from catalog.models.mirror import Beat
from catalog.quota import purposes
from catalog.quota.ledger import OverBudget
from catalog.state import check_source, read_state
from catalog.sync import leases, plan, sweep
from catalog.sync.turn import DATABASE_AWAY, Turn

log = structlog.get_logger("catalog.sync")

# Seconds: how long the holder sleeps at most (it renews the lease, and looks for events where there may be some), how
# long it leaves a failed job alone, and how often another process looks whether the lease has come free.
LONGEST_NAP, NAP_BETWEEN_EVENTS, AFTER_FAILURE, STAND_BY = 10.0, 1.0, 2.0, 10.0

# Sleeps for so many seconds; returns True when it is time to stop.
Wait = Callable[[float], bool]


class Busy(Exception):
    """Another process holds the sync lease."""


def run(gateway: Gateway, wait: Wait) -> None:
    """Keep the mirror fresh until told to stop. Nothing in memory matters: it may be killed at any point."""
    lease: leases.Held | None = None
    try:
        stop = False
        while not stop:
            try:
                if lease is None or not lease.renew(gateway.ledger.clock):
                    lease = leases.take(leases.SYNC, gateway.ledger.clock)
                    # Who held it meanwhile may have begun the mirror anew.
                    check_source(read_state())
                nap = once(Turn(gateway, lease)) if lease else STAND_BY
            except DATABASE_AWAY as error:
                # The lease is kept: whether it is still ours, renewing it will tell.
                log.error("the database does not answer", error=type(error).__name__)
                nap = STAND_BY
            close_old_connections()
            stop = wait(nap)
    finally:
        if lease:
            lease.release()


def once(turn: Turn) -> float:
    """Do the most urgent job that is due and may be done; return the seconds until there is another."""
    now = turn.clock()
    nap = NAP_BETWEEN_EVENTS if settings.BEATCONNECT_WEBHOOK_SECRETS else LONGEST_NAP
    for job in plan.agenda(turn.gateway.ledger, now):
        if job.due > now:
            nap = min(nap, (job.due - now).total_seconds())
            continue
        try:
            job.run(turn)
        except OverBudget as denied:
            # A lesser job may still be allowed, or this one soon.
            nap = min(nap, denied.retry_after)
        except BeatConnectError:
            return AFTER_FAILURE  # told where it arose, and paused by the ledger if it goes on
        except leases.Fenced:
            log.warning("the lease passed to another process during a call", job=job.name)
            return STAND_BY
        else:
            return 0.0
    return nap


def sweep_to_end(gateway: Gateway, *, report: Callable[[str], None], wait: Wait) -> bool:
    """Go on with the sweep under way, or begin one, until its end, unpaced; waits where the quota says so, or stops.

    Return whether it came to its end. Raises Busy, WrongSource, or BeatConnectError when BeatConnect can't be reached;
    what was fetched is kept.
    """
    check_source(read_state())
    lease = leases.take(leases.SYNC, gateway.ledger.clock)
    if lease is None:
        raise Busy
    try:
        swept = False
        while not swept or plan.genres_due(read_state(), gateway.ledger.clock()):
            if not lease.renew(gateway.ledger.clock):
                raise Busy
            try:
                swept = _next_of_sweep(Turn(gateway, lease)) or swept
            except OverBudget as denied:
                report(f"{denied.why}: room again in {denied.retry_after:.0f} s")
                if _wait_out(denied.retry_after, lease, gateway, wait):
                    return swept
            else:
                report(f"{Beat.objects.filter(gone_at=None).count()} of {read_state().upstream_total or '?'} beats")
        return swept
    finally:
        lease.release()


def _wait_out(seconds: float, lease: leases.Held, gateway: Gateway, wait: Wait) -> bool:
    """Wait so long, holding on to the lease; return True if it is time to stop."""
    while seconds > 0:
        if wait(min(seconds, STAND_BY)):
            return True
        lease.renew(gateway.ledger.clock)
        seconds -= STAND_BY
    return False


def _next_of_sweep(turn: Turn) -> bool:
    state = read_state()
    purpose = purposes.SWEEP if state.complete else purposes.FIRST
    # Beats first: they serve an empty shop best.
    if state.as_of and plan.genres_due(state, turn.clock()):
        plan.fetch_genres(turn, purpose)
        return False
    return sweep.fetch_page(turn, purpose)
