"""The quota ledger: no call to BeatConnect without a row that was committed before it was sent.

A sliding log rather than a token bucket: it is exact, and safe against a fixed and against a sliding window
upstream. `acquire` before sending, `settle` after; a crash in between leaves the call counted.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from catalog.beatconnect.errors import BadRequest, BeatConnectError, NotFound, QuotaUsedUp, Refused
from catalog.beatconnect.models import Reply
from catalog.limits import Limit
from catalog.models.ledger import ApiCall, Budget

Clock = Callable[[], datetime]

# The windows upstream may begin a moment later than ours.
WINDOW_SLACK = timedelta(seconds=1)
# A call whose process died would stay open, and counted, for ever.
REAP_AFTER = timedelta(seconds=60)
KEEP_CALLS = timedelta(days=8)
# Three failures in a row are no accident: pause, doubling, so that a dead API isn't asked for nothing.
FAILURES_BEFORE_PAUSE = 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
# What a 429 may ask for: at least a second; a day's block would outlive the quota's own windows.
SHORTEST_BLOCK, LONGEST_BLOCK = timedelta(seconds=1), timedelta(hours=1)
UNKNOWN_BLOCK, LONGEST_UNKNOWN_BLOCK = timedelta(seconds=60), timedelta(minutes=15)
# A refused key is a configuration fault: asking more often doesn't cure it.
REFUSED_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Purpose:
    """Why a call is made: what it must leave for others in each window, and its own cap (calls a window)."""

    name: str
    reserve: dict[str, int] = field(default_factory=dict)
    cap: dict[str, int] = field(default_factory=dict)


VISITOR_WAITS = Purpose("visitor", cap={"minute": 5, "hour": 20, "day": 60})
SWEEP = Purpose("sweep", reserve={"minute": 4, "hour": 15, "day": 60})
FIRST_FILL = Purpose("first", reserve={"minute": 1, "hour": 8, "day": 150})


class OverBudget(Exception):
    """The call may not be made now; `retry_after` seconds from now it may."""

    def __init__(self, retry_after: float, why: str) -> None:
        super().__init__(f"no call for {retry_after:.0f} s: {why}")
        self.retry_after = retry_after
        self.why = why


def fingerprint(key: str) -> str:
    """Return a name for an API key that tells nothing of it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def database_clock() -> datetime:
    """Return the time by the database's clock, so that all nodes agree; on SQLite there is one host, and its clock."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


@dataclass(frozen=True)
class Ledger:
    """The account of one API key; `key` is its fingerprint."""

    key: str
    limits: tuple[Limit, ...]
    clock: Clock = database_clock

    def acquire(self, purpose: Purpose, path: str) -> ApiCall:
        """Count a call and return its row, committed; OverBudget says when to come again."""
        with transaction.atomic(durable=True):
            now = self._lock()
            self._reap(now)
            denied = self._blocked(now) or self._over_limit(purpose, now)
            if not denied:
                return ApiCall.objects.create(budget_id=self.key, purpose=purpose.name, path=path[:200], sent_at=now)
        # Raised only now, so that what the reaper did is kept.
        raise denied

    def settle(self, call: ApiCall, answer: Reply[Any] | BeatConnectError) -> str:
        """Close a call and learn from its answer; return the trouble this key was in before ("" for none)."""
        failure = answer if isinstance(answer, BeatConnectError) else None
        with transaction.atomic(durable=True):
            now = self._lock()
            if failure and not failure.sent:
                # A call that never left this machine reached nobody's count.
                ApiCall.objects.filter(pk=call.pk).delete()
            else:
                ApiCall.objects.filter(pk=call.pk).update(
                    done_at=now, status=answer.status, outcome=failure.reason if failure else "ok"
                )
            budget = Budget.objects.get(pk=self.key)
            before = budget.trouble
            _learn(budget, failure, now)
            budget.save(update_fields=["blocked_until", "failures", "trouble"])
        return before

    def _lock(self) -> datetime:
        # The UPDATE comes first: a row lock on PostgreSQL, the write lock on SQLite. Only then is the clock read,
        # and never below the last call's, so that a clock set back can't reopen a window.
        Budget.objects.get_or_create(pk=self.key)
        Budget.objects.filter(pk=self.key).update(seq=F("seq") + 1)
        last = ApiCall.objects.filter(budget_id=self.key).aggregate(sent=Max("sent_at"))["sent"]
        now = self.clock()
        return max(now, last) if last else now

    def _blocked(self, now: datetime) -> OverBudget | None:
        budget = Budget.objects.get(pk=self.key)
        if budget.blocked_until and budget.blocked_until > now:
            return OverBudget((budget.blocked_until - now).total_seconds(), budget.trouble or "blocked")
        return None

    def _reap(self, now: datetime) -> None:
        calls = ApiCall.objects.filter(budget_id=self.key)
        calls.filter(done_at=None, sent_at__lt=now - REAP_AFTER).update(
            done_at=F("sent_at") + REAP_AFTER, outcome="lost"
        )
        calls.filter(done_at__lt=now - KEEP_CALLS).delete()

    def _over_limit(self, purpose: Purpose, now: datetime) -> OverBudget | None:
        counts = ApiCall.objects.filter(budget_id=self.key).aggregate(
            **{
                f"{who}_{limit.window}": Count("pk", filter=_within(limit, now) & whose)
                for limit in self.limits
                for who, whose in {"all": Q(), "own": Q(purpose=purpose.name)}.items()
            }
        )
        for limit in self.limits:
            room = limit.calls - limit.margin - purpose.reserve.get(limit.window, 0)
            if counts[f"all_{limit.window}"] >= room:
                return OverBudget(self._until_room(limit, now, room, Q()), f"the {limit.window}'s calls are spent")
            cap = purpose.cap.get(limit.window)
            if cap is not None and counts[f"own_{limit.window}"] >= cap:
                return OverBudget(
                    self._until_room(limit, now, cap, Q(purpose=purpose.name)),
                    f"the {limit.window}'s calls for {purpose.name} are spent",
                )
        return None

    def _until_room(self, limit: Limit, now: datetime, room: int, whose: Q) -> float:
        """Return the seconds until fewer than `room` calls are left in the window."""
        window = timedelta(seconds=limit.seconds) + WINDOW_SLACK
        done = (
            ApiCall.objects.filter(_within(limit, now) & whose, budget_id=self.key)
            .order_by(F("done_at").desc(nulls_first=True))
            .values_list("done_at", flat=True)
        )
        # Once the room-th newest call has left the window, there is room for one more.
        if room < 1:
            return limit.seconds
        last_in_the_way = done[room - 1]
        return ((last_in_the_way or now) + window - now).total_seconds()


def _within(limit: Limit, now: datetime) -> Q:
    # A call under way may be counted upstream at any moment until it is done.
    return Q(done_at=None) | Q(done_at__gt=now - timedelta(seconds=limit.seconds) - WINDOW_SLACK)


def _learn(budget: Budget, failure: BeatConnectError | None, now: datetime) -> None:
    if failure is None or isinstance(failure, NotFound | BadRequest):
        # An API that says "no" is well.
        budget.failures, budget.trouble, budget.blocked_until = 0, "", None
        return
    budget.trouble = failure.reason
    budget.failures += 1
    pause = _pause(budget.failures, failure)
    if pause:
        budget.blocked_until = max(budget.blocked_until or now, now + pause)


def _pause(failures: int, failure: BeatConnectError) -> timedelta | None:
    if isinstance(failure, Refused):
        return REFUSED_PAUSE
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
