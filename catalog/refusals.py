"""Counts deliveries without a valid signature. Anybody can send those, so counting them must cost next to nothing."""

import threading
import time
from datetime import datetime, timedelta

import structlog
from django.db import Error
from django.db.models import F

from catalog.models.events import RefusedDeliveries
from catalog.quota.clock import Clock

log = structlog.get_logger("catalog.webhooks")

# Each process writes, and logs, so often at most, in seconds; what comes between is written along with the next.
WRITE_EVERY = 10.0
KEEP = timedelta(days=90)


class Refusals:
    """One process's count."""

    def __init__(self, write_every: float = WRITE_EVERY) -> None:
        self._every = write_every
        self._lock = threading.Lock()
        self._unwritten = 0
        self._written_at = -write_every

    def note(self, clock: Clock) -> None:
        """Count one more; a database that can't keep the count is passed by, the answer is a no in any case."""
        with self._lock:
            self._unwritten += 1
            if time.monotonic() - self._written_at < self._every:
                return
            number, self._unwritten, self._written_at = self._unwritten, 0, time.monotonic()
        log.warning("webhooks refused", reason="bad_signature", number=number)
        try:
            _add(number, clock())
        except Error as error:
            log.error("refusals not counted", number=number, error=type(error).__name__)


def _add(number: int, now: datetime) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    RefusedDeliveries.objects.get_or_create(hour=hour, defaults={"last": now})
    RefusedDeliveries.objects.filter(hour=hour).update(number=F("number") + number, last=now)


def prune(now: datetime) -> None:
    """Forget what is old."""
    RefusedDeliveries.objects.filter(hour__lt=now - KEEP).delete()


refusals = Refusals()
