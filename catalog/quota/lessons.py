"""What an answer teaches about a key: when to pause, and what others spend of it. Pure but for the row it changes."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from catalog.beatconnect.errors import BadRequest, BeatConnectError, NotFound, QuotaUsedUp, Refused, Unreadable
from catalog.beatconnect.ratelimit import RateLimit
from catalog.models.ledger import ApiCall, Budget
from catalog.quota.limits import Limit
from catalog.quota.purposes import VISITOR

# Three failures in a row are no accident: pause, doubling, then one probe, so that a dead API isn't asked for nothing.
FAILURES_BEFORE_PAUSE = 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
# What a 429 may ask for: at least a second; beyond an hour one probe costs less than a shop that stands still.
SHORTEST_BLOCK, LONGEST_BLOCK = timedelta(seconds=1), timedelta(hours=1)
UNKNOWN_BLOCK, LONGEST_UNKNOWN_BLOCK = timedelta(seconds=60), timedelta(minutes=15)
# A refused key is a configuration fault: asking more often doesn't cure it.
REFUSED_PAUSE = timedelta(minutes=15)
UNAUTHORIZED = 401
# The columns that lessons are kept in.
LEARNED = ("blocked_until", "failures", "failed_at", "trouble", "unreadable", "paused", "foreign")


def endpoint(path: str) -> str:
    """Return the endpoint of a path: /beats/12?x=1 is /beats/{id}."""
    return re.sub(r"/[0-9]+", "/{id}", path.partition("?")[0])


def learn(budget: Budget, call: ApiCall, failure: BeatConnectError | None, now: datetime) -> None:
    """Let a call's end pause the key, one endpoint of it, or nothing."""
    path = call.path
    if failure is None or isinstance(failure, NotFound | BadRequest):
        if budget.failed_at and call.sent_at < budget.failed_at:
            # Older news than the trouble: another call was refused while this one was under way.
            return
        # An API that says "no" is well; one that doesn't understand us is worth a word.
        budget.trouble = failure.reason if isinstance(failure, BadRequest) else ""
        budget.failures, budget.unreadable, budget.blocked_until = 0, [], None
        budget.paused.pop(endpoint(path), None)
        return
    budget.trouble, budget.failed_at = failure.reason, now
    if isinstance(failure, Refused):
        _refused(budget, path, failure, now)
        return
    if (call.purpose, failure.reason) == (VISITOR.name, "deadline"):
        return  # a visitor's patience is short: that doesn't say that BeatConnect is down
    if isinstance(failure, Unreadable) and budget.failures < FAILURES_BEFORE_PAUSE:
        if not _says_more(budget, path, failure):
            return
        budget.unreadable.append(path)
    budget.failures += 1
    pause = _pause(budget.failures, failure)
    if pause:
        budget.blocked_until = max(budget.blocked_until or now, now + pause)


def _says_more(budget: Budget, path: str, failure: Unreadable) -> bool:
    """Tell whether an answer that is no use says more than that one item, or one page, is odd.

    One who answers in BeatConnect's place, such as a captive portal, does so wherever one asks.
    """
    odd_item = failure.reason == "bad_shape" and "{id}" in endpoint(path)
    return not odd_item and path not in budget.unreadable


def _refused(budget: Budget, path: str, failure: Refused, now: datetime) -> None:
    # 401 says that the key is no good, 403 that it may not do this one thing.
    if failure.status == UNAUTHORIZED:
        budget.blocked_until = now + REFUSED_PAUSE
    else:
        budget.paused[endpoint(path)] = (now + REFUSED_PAUSE).isoformat()


def _pause(failures: int, failure: BeatConnectError) -> timedelta | None:
    if isinstance(failure, QuotaUsedUp):
        if failure.retry_after is None:
            return _doubling(UNKNOWN_BLOCK, failures - 1, LONGEST_UNKNOWN_BLOCK)
        asked = timedelta(seconds=min(failure.retry_after, LONGEST_BLOCK.total_seconds()))
        return max(asked, SHORTEST_BLOCK)
    if failures >= FAILURES_BEFORE_PAUSE:
        return _doubling(FIRST_PAUSE, failures - FAILURES_BEFORE_PAUSE, LONGEST_PAUSE)
    return None


def _doubling(first: timedelta, times: int, longest: timedelta) -> timedelta:
    # The exponent is bounded too: after a week of failures 2**n would be no number for a timedelta.
    return min(first * 2.0 ** min(times, 10), longest)


def pull_back(budget: Budget, limits: tuple[Limit, ...], now: datetime) -> None:
    """Let nothing that was learned hold longer from `now` on than it may: the clock was ahead when it was."""
    if budget.blocked_until:
        ahead = max((budget.failed_at or now) - now, timedelta(0))
        budget.blocked_until = min(budget.blocked_until - ahead, now + LONGEST_BLOCK)
    if budget.failed_at:
        budget.failed_at = min(budget.failed_at, now)
    for path, until in budget.paused.items():
        budget.paused[path] = min(datetime.fromisoformat(until), now + REFUSED_PAUSE).isoformat()
    for limit in limits:
        if known := budget.foreign.get(limit.window):
            end = now + timedelta(seconds=limit.seconds)
            known["until"] = min(datetime.fromisoformat(known["until"]), end).isoformat()


def learn_foreign(
    budget: Budget, rate: RateLimit | None, limits: tuple[Limit, ...], used: Mapping[str, int], now: datetime
) -> None:
    """Count what others spend of the key, where the server says that fewer calls are left than ours leave.

    Corrects downwards only: a server that says more are left may only be slower to count.
    """
    if rate is None or rate.remaining is None:
        return
    limit = _window_of(rate, limits)
    foreign = limit.calls - used[limit.window] - rate.remaining
    if foreign <= 0:
        return
    seconds = limit.seconds if rate.reset_in is None else min(rate.reset_in, limit.seconds)
    budget.foreign[limit.window] = {"calls": foreign, "until": (now + timedelta(seconds=seconds)).isoformat()}


def _window_of(rate: RateLimit, limits: tuple[Limit, ...]) -> Limit:
    # Which window the headers describe isn't documented: the one with their limit, else the shortest.
    return next((limit for limit in limits if limit.calls == rate.limit), limits[0])


def foreign_use(budget: Budget, limit: Limit, now: datetime) -> int:
    """Return how many calls of a window others are known to have spent."""
    known: dict[str, Any] = budget.foreign.get(limit.window) or {}
    return int(known["calls"]) if known and datetime.fromisoformat(known["until"]) > now else 0
