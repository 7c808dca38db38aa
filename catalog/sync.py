"""Keeps the mirror filled: decides which call comes next, and that only one process makes it."""

import os
import platform
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

from catalog import leases, sweep
from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.transport import VISITOR_DEADLINE
from catalog.gateway import Gateway
from catalog.models.mirror import Beat
from catalog.quota import FIRST_FILL, SWEEP, VISITOR_WAITS, OverBudget, database_clock
from catalog.state import check_source, read_state

GENRES_FRESH_FOR = timedelta(days=1)
LEASE = "sync"
# Longer than the longest call with its retry; taken anew before each call.
LEASE_SECONDS = 60
# How often one who waits for another's fill looks whether it is there, in seconds.
LOOK_AGAIN = 0.1


class Busy(Exception):
    """Another process holds the sync lease."""


def holder_name() -> str:
    """Return a name that no other run has, on no node."""
    return f"{platform.node()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def sweep_to_end(
    gateway: Gateway, *, report: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Go on with the sweep under way, or begin one, until its end; waits where the quota says so.

    Raises Busy, WrongSource, or BeatConnectError when BeatConnect can't be reached; what was fetched is kept.
    """
    holder = holder_name()
    swept = False
    try:
        while not swept or _genres_due():
            if leases.take(LEASE, holder, LEASE_SECONDS) is None:
                raise Busy
            try:
                swept = step(gateway) or swept
            except OverBudget as denied:
                report(f"{denied.why}: waiting {denied.retry_after:.0f} s")
                leases.release(LEASE, holder)
                sleep(denied.retry_after)
            else:
                report(f"{Beat.objects.filter(gone_at=None).count()} of {read_state().upstream_total or '?'} beats")
    finally:
        leases.release(LEASE, holder)


def step(gateway: Gateway) -> bool:
    """Make the next call and keep its answer; return whether it was the last page of a sweep."""
    now = read_state()
    check_source(now)
    purpose = SWEEP if now.complete else FIRST_FILL
    # Beats first: they serve an empty shop best.
    if now.as_of and _genres_due():
        sweep.fetch_genres(gateway, purpose)
        return False
    return sweep.fetch_page(gateway, purpose)


def _genres_due() -> bool:
    fetched = read_state().genres_fetched_at
    return fetched is None or fetched < database_clock() - GENRES_FRESH_FOR


def fill_for_visitor(gateway: Gateway) -> float | None:
    """Fill an empty mirror with one call while a visitor waits, at most VISITOR_DEADLINE seconds.

    Single flight: who finds the lease taken waits for the other's answer. Return None once there is something to
    show, else the seconds after which another try makes sense.
    """
    holder = holder_name()
    give_up = time.monotonic() + VISITOR_DEADLINE
    while read_state().as_of is None:
        if leases.take(LEASE, holder, LEASE_SECONDS) is not None:
            return _fill(gateway, holder)
        if time.monotonic() > give_up:
            return VISITOR_DEADLINE
        time.sleep(LOOK_AGAIN)
    return None


def _fill(gateway: Gateway, holder: str) -> float | None:
    try:
        check_source(read_state())
        sweep.fetch_page(gateway, VISITOR_WAITS, deadline=VISITOR_DEADLINE, may_retry=False)
    except OverBudget as denied:
        return denied.retry_after
    except BeatConnectError as error:
        return error.retry_after or VISITOR_DEADLINE
    finally:
        leases.release(LEASE, holder)
    return None
