"""The quota ledger: no call to BeatConnect without a row that was committed before it was sent.

A sliding log rather than a token bucket: it is exact, and safe against a fixed and against a sliding window upstream.
`acquire` before sending, `settle` after; a crash in between leaves the call counted.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.models import Reply
from catalog.models.ledger import ApiCall, Budget
from catalog.quota.clock import Clock, database_clock
from catalog.quota.lessons import LEARNED, endpoint, foreign_use, learn, learn_foreign, pull_back
from catalog.quota.limits import Limit
from catalog.quota.purposes import Purpose

# The windows upstream may begin a moment later than ours.
WINDOW_SLACK = timedelta(seconds=1)
# A call whose process died would stay open, and counted, for ever.
REAP_AFTER = timedelta(seconds=60)
KEEP_CALLS = timedelta(days=8)
# How long a probe may take before another is sent; longer than any call's deadline.
PROBE_WAIT = 5.0


class OverBudget(Exception):
    """The call may not be made now; `retry_after` seconds from now it may."""

    def __init__(self, retry_after: float, why: str) -> None:
        super().__init__(f"no call for {retry_after:.0f} s: {why}")
        self.retry_after = retry_after
        self.why = why


def fingerprint(key: str) -> str:
    """Return a name for an API key that tells nothing of it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Usage:
    """Calls by window, of all purposes and of one.

    `under_way` of them have no end yet, of which `lost` should have; `ahead` lie in the future.
    """

    all: Mapping[str, int]
    own: Mapping[str, int]
    under_way: int
    lost: int
    ahead: int


@dataclass(frozen=True)
class Ledger:
    """The account of one API key; `key` is its fingerprint."""

    key: str
    limits: tuple[Limit, ...]
    clock: Clock = database_clock

    def acquire(self, purpose: Purpose, path: str) -> ApiCall:
        """Count a call and return its row, committed; OverBudget says when to come again."""
        with transaction.atomic(durable=True):
            budget, now = self._lock()
            usage = self._usage_now(budget, purpose, now)
            denied = self._denied(budget, purpose, path, usage, now)
            if not denied:
                return ApiCall.objects.create(budget_id=self.key, purpose=purpose.name, path=path[:200], sent_at=now)
        # Raised only now, so that what the reaper did is kept.
        raise denied

    def note(self, purpose: Purpose, path: str) -> None:
        """Count something that is no call, but may not be done too often either; OverBudget when it may not now."""
        call = self.acquire(purpose, path)
        ApiCall.objects.filter(pk=call.pk).update(done_at=call.sent_at, outcome="ok")

    def settle(self, call: ApiCall, answer: Reply[Any] | BeatConnectError) -> str:
        """Close a call and learn from its answer; return the trouble this key was in before ("" for none)."""
        failure = answer if isinstance(answer, BeatConnectError) else None
        with transaction.atomic(durable=True):
            budget, now = self._lock()
            mine = ApiCall.objects.filter(pk=call.pk)
            if failure and not failure.sent:
                # A call that never left this machine reached nobody's count.
                mine.delete()
            else:
                mine.update(done_at=now, status=answer.status, outcome=failure.reason if failure else "ok")
            before = budget.trouble
            learn(budget, call, failure, now)
            if answer.rate:
                learn_foreign(budget, answer.rate, self.limits, self._usage(None, now).all, now)
            budget.save(update_fields=LEARNED)
        return before

    def used(self, now: datetime | None = None) -> Mapping[str, int]:
        """Return how many calls each window holds."""
        return self._usage(None, now or self.clock()).all

    def log(self, now: datetime) -> list[tuple[str, datetime | None]]:
        """Return the calls of the longest window: the purpose of each, and its end."""
        start = now - timedelta(seconds=self.limits[-1].seconds) - WINDOW_SLACK
        inside = Q(done_at=None) | Q(done_at__gt=start)
        return list(ApiCall.objects.filter(inside, budget_id=self.key).values_list("purpose", "done_at"))

    def budget(self) -> Budget:
        """Return the key's row, an unsaved one before its first call."""
        return Budget.objects.filter(pk=self.key).first() or Budget(pk=self.key)

    def _lock(self) -> tuple[Budget, datetime]:
        """Lock the key's row, and return it with the time since which it is locked."""
        # The UPDATE comes first: a row lock on PostgreSQL, the write lock on SQLite. It brings the row along, and the
        # database's time, since every query more is one that all who wait for the lock wait for. What is returned is
        # worked out after the wait, so the time is no earlier than the last holder's.
        timed = self.clock is database_clock and connection.vendor == "postgresql"
        told = "*, clock_timestamp() AS locked_at" if timed else "*"
        sql = f"UPDATE catalog_budget SET seq = seq + 1 WHERE key = %s RETURNING {told}"  # noqa: S608
        for budget in Budget.objects.raw(sql, [self.key]):
            return budget, getattr(budget, "locked_at", None) or self.clock()
        Budget.objects.get_or_create(pk=self.key)
        return self._lock()

    def _usage_now(self, budget: Budget, purpose: Purpose, now: datetime) -> Usage:
        usage = self._usage(purpose, now)
        if usage.ahead or (budget.failed_at and budget.failed_at > now):
            # The clock was set back. What was sent ahead of it counts as sent now: no window reopens, and a clock that
            # was days ahead for a moment doesn't stop the shop for days.
            self._pull_back(budget, now)
            usage = self._usage(purpose, now)
        if usage.lost:
            self._reap(now)
            usage = self._usage(purpose, now)
        return usage

    def _pull_back(self, budget: Budget, now: datetime) -> None:
        calls = ApiCall.objects.filter(budget_id=self.key)
        calls.filter(sent_at__gt=now).update(sent_at=now)
        calls.filter(done_at__gt=now).update(done_at=now)
        pull_back(budget, self.limits, now)
        budget.save(update_fields=LEARNED)

    def _reap(self, now: datetime) -> None:
        calls = ApiCall.objects.filter(budget_id=self.key)
        lost = calls.filter(done_at=None, sent_at__lt=now - REAP_AFTER)
        lost.update(done_at=F("sent_at") + REAP_AFTER, outcome="lost")

    def _usage(self, purpose: Purpose | None, now: datetime) -> Usage:
        # Written out, since this is the one query that every call waits for: the ORM would need longer to word it
        # than the database to answer it.
        moment: Callable[[datetime], Any] = connection.ops.adapt_datetimefield_value
        since = [moment(now - timedelta(seconds=limit.seconds) - WINDOW_SLACK) for limit in self.limits]
        inside = "done_at IS NULL OR done_at > %s"
        sql = [
            "COUNT(*) FILTER (WHERE done_at IS NULL)",
            "COUNT(*) FILTER (WHERE done_at IS NULL AND sent_at < %s)",
            "COUNT(*) FILTER (WHERE sent_at > %s OR done_at > %s)",
        ]
        values = [moment(now - REAP_AFTER), moment(now), moment(now)]
        for start in since:
            sql += [f"COUNT(*) FILTER (WHERE {inside})", f"COUNT(*) FILTER (WHERE purpose = %s AND ({inside}))"]
            values += [start, purpose.name if purpose else "", start]
        longest = min(since)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(sql)} FROM catalog_apicall WHERE budget_id = %s AND ({inside})",  # noqa: S608
                [*values, self.key, longest],
            )
            under_way, lost, ahead, *counts = cursor.fetchone()
        windows = [limit.window for limit in self.limits]
        return Usage(
            dict(zip(windows, counts[::2], strict=True)),
            dict(zip(windows, counts[1::2], strict=True)),
            under_way,
            lost,
            ahead,
        )

    def _denied(self, budget: Budget, purpose: Purpose, path: str, usage: Usage, now: datetime) -> OverBudget | None:
        if budget.blocked_until and budget.blocked_until > now:
            return OverBudget((budget.blocked_until - now).total_seconds(), budget.trouble or "blocked")
        paused = budget.paused.get(endpoint(path))
        if paused and datetime.fromisoformat(paused) > now:
            return OverBudget((datetime.fromisoformat(paused) - now).total_seconds(), "forbidden")
        if budget.blocked_until and usage.under_way:
            # The block is over, but only an answer lifts it: until then one call at a time finds out.
            return OverBudget(PROBE_WAIT, f"{budget.trouble}: a probe is under way")
        # All windows are tested before anything is written.
        for limit in self.limits:
            reserve = limit.share(purpose.reserve.get(limit.window, 0))
            room = limit.calls - limit.margin - reserve - foreign_use(budget, limit, now)
            if usage.all[limit.window] >= room:
                return OverBudget(self._until_room(limit, now, room, Q()), f"the {limit.window}'s calls are spent")
            cap = limit.share(purpose.cap.get(limit.window, 0))
            if limit.window in purpose.cap and usage.own[limit.window] >= cap:
                whose = Q(purpose=purpose.name)
                return OverBudget(
                    self._until_room(limit, now, cap, whose), f"the {limit.window}'s calls for {purpose.name} are spent"
                )
        return None

    def _until_room(self, limit: Limit, now: datetime, room: int, whose: Q) -> float:
        """Return the seconds until fewer than `room` calls are left in the window."""
        if room < 1:
            return limit.seconds
        window = timedelta(seconds=limit.seconds) + WINDOW_SLACK
        under_way_or_inside = Q(done_at=None) | Q(done_at__gt=now - window)
        done = (
            ApiCall.objects.filter(under_way_or_inside & whose, budget_id=self.key)
            .order_by(F("done_at").desc(nulls_first=True))
            .values_list("done_at", flat=True)
        )
        # Once the room-th newest call has left the window, there is room for one more.
        return ((done[room - 1] or now) + window - now).total_seconds()


def prune_calls(now: datetime) -> None:
    """Forget calls that no window and no chart looks back to."""
    ApiCall.objects.filter(done_at__lt=now - KEEP_CALLS).delete()
