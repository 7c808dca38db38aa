"""Counts deliveries without a valid signature. Anybody can send those, so counting them must cost next to nothing."""

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import Error, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from catalog.models.events import RefusedDeliveries, RefusedSender
from catalog.quota.clock import Clock

log = structlog.get_logger("catalog.webhooks")

# Each process writes, and logs, so often on average, in seconds; what comes between is written along with the next.
WRITE_EVERY = 10.0
KEEP = timedelta(days=90)
# More than so many from one address, in so short a time, are no stray program.
MANY, SHORT = 5, timedelta(minutes=10)
KEEP_SENDERS, MOST_SENDERS = timedelta(days=1), 1_000
# A write knows so many senders at most; of more only the number is kept.
SENDERS_A_WRITE = 10


class Refusals:
    """One process's count; after a pause so many may be written `at_once`, each in a write of its own."""

    def __init__(self, write_every: float = WRITE_EVERY, at_once: int = 1) -> None:
        self._pause = write_every * at_once
        self._lock = threading.Lock()
        self._unwritten = 0
        self._moments: dict[str, deque[float]] = {}
        self._writes: deque[float] = deque([-self._pause] * at_once, maxlen=at_once)

    def note(self, clock: Clock, sender: str = "") -> None:
        """Count one more; a database that can't keep the count is passed by, the answer is a no in any case."""
        moment = time.monotonic()
        with self._lock:
            self._unwritten += 1
            if sender in self._moments or len(self._moments) < SENDERS_A_WRITE:
                self._moments.setdefault(sender, deque(maxlen=MANY + 1)).append(moment)
            if moment - self._writes[0] < self._pause:
                return
            number, self._unwritten = self._unwritten, 0
            moments, self._moments = self._moments, {}
            self._writes.append(moment)
        log.warning("webhooks refused", reason="bad_signature", number=number)
        try:
            now = clock()
            _add(number, now)
            _note_senders(
                {who: [now.timestamp() - moment + then for then in seen] for who, seen in moments.items()}, now
            )
        except Error as error:
            log.error("refusals not counted", number=number, error=type(error).__name__)


def _add(number: int, now: datetime) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    RefusedDeliveries.objects.get_or_create(hour=hour, defaults={"last": now})
    RefusedDeliveries.objects.filter(hour=hour).update(number=F("number") + number, last=now)


def _note_senders(senders: Mapping[str, Sequence[float]], now: datetime) -> None:
    for sender, moments in senders.items():
        name = salted_hmac("catalog.refusals", sender).hexdigest()[:16]
        with transaction.atomic():
            row, new = RefusedSender.objects.select_for_update().get_or_create(pk=name, defaults={"last": now})
            row.moments = sorted([*row.moments, *moments])[-MANY - 1 :]
            if len(row.moments) > MANY and row.moments[-1] - row.moments[0] <= SHORT.total_seconds():
                row.burst_at = now
            row.last = now
            row.save()
        if new:
            surplus = RefusedSender.objects.order_by("-last").values_list("pk", flat=True)[MOST_SENDERS:]
            RefusedSender.objects.filter(pk__in=list(surplus)).delete()


def prune(now: datetime) -> None:
    """Forget what is old."""
    RefusedDeliveries.objects.filter(hour__lt=now - KEEP).delete()
    RefusedSender.objects.filter(last__lt=now - KEEP_SENDERS).delete()


refusals = Refusals(at_once=MANY + 1)
