"""The API's rate limits: several sliding windows for each key, counted exactly."""

import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

STANDARD = "10/minute,100/hour,1000/day"
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0}
_LONGEST = 366 * 86_400.0  # seconds; far beyond any documented window
_WINDOW = re.compile(r"\s*([0-9]+)\s*/\s*(?:(second|minute|hour|day)|([0-9]+(?:\.[0-9]+)?)s)\s*")


@dataclass(frozen=True, slots=True)
class Window:
    """So many calls in any span of so many seconds."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a key stands in its tightest window: seconds from now, and whether this call was let in."""

    admitted: bool
    limit: int
    remaining: int
    resets_in: float
    retry_after: int


def parse(text: str) -> tuple[Window, ...]:
    """Read `10/minute,60/10s` or `off`; raises ValueError."""
    if text.strip() == "off":
        return ()
    windows = []
    for part in text.split(","):
        match = _WINDOW.fullmatch(part)
        if match is None or int(match[1]) < 1:
            msg = f"not a limit: {part!r} (write 10/minute, 60/10s or off)"
            raise ValueError(msg)
        seconds = _SECONDS[match[2]] if match[2] else float(match[3])
        if not 0 < seconds <= _LONGEST:
            msg = f"not a span: {part!r} (more than 0 seconds, {_LONGEST:.0f} at most)"
            raise ValueError(msg)
        windows.append(Window(int(match[1]), seconds))
    return tuple(windows)


class Limits:
    """Counts the calls of each key; refused calls leave no trace."""

    def __init__(self, windows: tuple[Window, ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._windows = windows
        self._clock = clock
        self._calls: dict[str, list[deque[float]]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> Standing | None:
        """Count a call if every window has room for it; None without limits."""
        return self._stand(key, count=True)

    def look(self, key: str) -> Standing | None:
        """Tell how the key stands without counting anything."""
        return self._stand(key, count=False)

    def _stand(self, key: str, *, count: bool) -> Standing | None:
        if not self._windows:
            return None
        with self._lock:
            now = self._clock()
            spent = self._calls.setdefault(key, [deque() for _ in self._windows])
            waits = []
            for window, calls in zip(self._windows, spent, strict=True):
                while calls and now - calls[0] >= window.seconds:
                    calls.popleft()
                if len(calls) >= window.calls:
                    waits.append(calls[len(calls) - window.calls] + window.seconds - now)
            if count and not waits:
                for calls in spent:
                    calls.append(now)
            return self._describe(spent, now, waits)

    def _describe(self, spent: list[deque[float]], now: float, waits: list[float]) -> Standing:
        # Among equally tight windows the longer one binds for longer.
        window, calls = min(
            zip(self._windows, spent, strict=True),
            key=lambda pair: (pair[0].calls - len(pair[1]), -pair[0].seconds),
        )
        return Standing(
            admitted=not waits,
            limit=window.calls,
            remaining=window.calls - len(calls),
            # The window is whole again only when its newest call has left it.
            resets_in=calls[-1] + window.seconds - now if calls else 0.0,
            retry_after=max(1, math.ceil(max(waits, default=0.0))),
        )
