"""Deliveries under way: threads of their own send them, again and again until they are accepted or given up."""

import heapq
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from . import hooks
from .hooks import Delivery, Outcome

_KEPT = 200
_WORKERS = 4  # a receiver that hangs on one subject must not hold up all others


@dataclass(slots=True)
class _Entry:
    delivery: Delivery
    attempts: int = 0
    status: int | None = None
    done: bool = False
    at: float = field(default_factory=time.time)


class Outbox:
    """Sends at once or in the background; of each subject only the first waiting delivery is ever under way."""

    def __init__(self, retries: tuple[float, ...]) -> None:
        self._changed = threading.Condition()
        self._retries = retries
        self._log: deque[_Entry] = deque(maxlen=_KEPT)
        self._waiting: dict[str, deque[_Entry]] = {}
        self._due: list[tuple[float, int, str]] = []  # a heap: when, a tie-breaker, the subject whose turn it is
        self._ties = count()
        self._started = False

    def post(self, delivery: Delivery) -> None:
        """Have a delivery sent in the background, after those of its subject that wait already."""
        with self._changed:
            entry = _Entry(delivery)
            self._log.append(entry)
            self._queue(entry, 0)

    def send(self, delivery: Delivery, *, retry: bool) -> Outcome:
        """Send at once and return the answer; with `retry` one that fails goes on in the background."""
        with self._changed:
            entry = _Entry(delivery)
            self._log.append(entry)
        outcome = hooks.send(delivery)
        with self._changed:
            self._note(entry, outcome, last=not retry)
            if not entry.done:
                self._queue(entry, self._retries[0])
        return outcome

    def clear(self, retries: tuple[float, ...]) -> None:
        """Give up everything that waits, forget the log, and keep to other pauses from now on."""
        with self._changed:
            self._retries = retries
            self._log.clear()
            self._waiting, self._due = {}, []

    def report(self) -> list[dict[str, Any]]:
        """Return the last 200 deliveries; status is None before the first attempt, 0 for no answer."""
        with self._changed:
            return [
                {
                    "id": entry.delivery.event,
                    "type": entry.delivery.type,
                    "subject": entry.delivery.subject,
                    "attempts": entry.attempts,
                    "status": entry.status,
                    "done": entry.done,
                    "at": entry.at,
                }
                for entry in self._log
            ]

    def _queue(self, entry: _Entry, pause: float) -> None:
        subject = entry.delivery.subject
        line = self._waiting.setdefault(subject, deque())
        line.append(entry)
        if len(line) == 1:
            self._turn(subject, pause)
        if not self._started:
            self._started = True
            for _ in range(_WORKERS):
                threading.Thread(target=self._work, daemon=True).start()

    def _turn(self, subject: str, pause: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + pause, next(self._ties), subject))
        self._changed.notify()

    def _note(self, entry: _Entry, outcome: Outcome, *, last: bool = False) -> None:
        entry.attempts += 1
        entry.status, entry.at = outcome.status, time.time()
        entry.done = outcome.accepted or last or entry.attempts > len(self._retries)

    def _work(self) -> None:
        while True:
            entry = self._next()
            outcome = hooks.send(entry.delivery)
            with self._changed:
                self._note(entry, outcome)
                self._go_on(entry)

    def _next(self) -> _Entry:
        with self._changed:
            while True:
                pause = self._due[0][0] - time.monotonic() if self._due else None
                if pause is not None and pause <= 0:
                    return self._waiting[heapq.heappop(self._due)[2]][0]
                self._changed.wait(pause)

    def _go_on(self, entry: _Entry) -> None:
        subject = entry.delivery.subject
        line = self._waiting.get(subject)
        if not line or line[0] is not entry:
            return  # cleared meanwhile
        if not entry.done:
            self._turn(subject, self._retries[entry.attempts - 1])
            return
        line.popleft()
        if line:
            self._turn(subject, 0)
        else:
            del self._waiting[subject]
