"""The limits of an API key, as the setting writes them: `10/minute,100/hour,1000/day`."""

import re
from dataclasses import dataclass
from math import ceil

WINDOWS = {"minute": 60, "hour": 3_600, "day": 86_400}
# A standard key's; what purposes reserve is said in its calls, and scaled to those of the key at hand.
STANDARD = {"minute": 10, "hour": 100, "day": 1_000}
# Left unused at the end of each window, for a clock or a count that differs from ours: that part of the calls.
MARGINS = {"minute": 0.1, "hour": 0.02, "day": 0.01}


@dataclass(frozen=True)
class Limit:
    """At most `calls` in any `seconds`; `margin` of them stay unused."""

    window: str
    calls: int
    seconds: float
    margin: int = 0

    def share(self, of_standard: int) -> int:
        """Return how many calls of this window so many of a standard key's come to."""
        return of_standard * self.calls // STANDARD[self.window]


def parse_limits(text: str) -> tuple[Limit, ...]:
    """Read one limit each for minute, hour and day; ValueError says what is wrong."""
    limits: dict[str, Limit] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*([1-9][0-9]{0,8})\s*/\s*(minute|hour|day)\s*", part)
        if not match or match[2] in limits:
            break
        window, calls = match[2], int(match[1])
        limits[window] = Limit(window, calls, WINDOWS[window], ceil(calls * MARGINS[window]))
    if set(limits) != set(WINDOWS):
        raise ValueError(f"limits must read like 10/minute,100/hour,1000/day, not {text!r}")
    return tuple(limits[window] for window in WINDOWS)
