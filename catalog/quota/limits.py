"""The limits of an API key, as the setting writes them: `10/minute,100/hour,1000/day`."""

import re
from dataclasses import dataclass

WINDOWS = {"minute": 60, "hour": 3_600, "day": 86_400}
# Left unused at the end of each window, for a clock or a count that differs from ours.
MARGINS = {"minute": 1, "hour": 2, "day": 10}


@dataclass(frozen=True)
class Limit:
    """At most `calls` in any `seconds`; `margin` of them stay unused."""

    window: str
    calls: int
    seconds: float
    margin: int = 0


def parse_limits(text: str) -> tuple[Limit, ...]:
    """Read one limit each for minute, hour and day; ValueError says what is wrong."""
    limits: dict[str, Limit] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*([1-9][0-9]{0,8})\s*/\s*(minute|hour|day)\s*", part)
        if not match or match[2] in limits:
            break
        limits[match[2]] = Limit(match[2], int(match[1]), WINDOWS[match[2]], MARGINS[match[2]])
    if set(limits) != set(WINDOWS):
        raise ValueError(f"limits must read like 10/minute,100/hour,1000/day, not {text!r}")
    return tuple(limits[window] for window in WINDOWS)
