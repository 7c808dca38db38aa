"""What the headers say about time and quota; the absurd is as good as absent, and nothing here raises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A number above this is an epoch, one below it is seconds from now (it is the year 2001, or 31 years).
_FIRST_EPOCH = 10**9
# The longest documented window is a day; a reset further away than two is a mistake.
_LONGEST_RESET = 2 * 86400.0
_MOST_CALLS = 10**9

_COUNT = re.compile(r"[0-9]{1,18}")
_SECONDS = re.compile(r"[0-9]{1,18}(\.[0-9]{1,9})?")
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2,8},? [\x20-\x7e]{10,40}")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The X-RateLimit headers; None where absent or absurd.

    `reset_in` is seconds from the answer's own Date, so it survives a skewed clock: prefer it.
    `reset_at` is the same moment on the server's clock, aware UTC.
    """

    limit: int | None
    remaining: int | None
    reset_at: datetime | None
    reset_in: float | None


def read_rate_limit(headers: Mapping[str, str], now: datetime) -> RateLimit | None:
    """The rate limit in `headers` (names in lower case), None where they tell nothing.

    `now` is the answer's own Date, or our time where it has none.
    """
    limit = _count(headers.get("x-ratelimit-limit"))
    remaining = _count(headers.get("x-ratelimit-remaining"))
    reset_in = _reset_in(headers.get("x-ratelimit-reset"), now)
    if limit is None and remaining is None and reset_in is None:
        return None
    reset_at = None if reset_in is None else now + timedelta(seconds=reset_in)
    return RateLimit(limit, remaining, reset_at, reset_in)


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to stay away, 0.0 for a date gone by, None for nonsense; the caller clamps."""
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    until = read_http_date(text)
    return None if until is None else max(0.0, (until - now).total_seconds())


def read_http_date(value: str | None) -> datetime | None:
    """An HTTP date in any of its three forms as aware UTC, None for anything else."""
    text = (value or "").strip()
    if not _HTTP_DATE.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
        # HTTP dates are always GMT; the asctime form does not say so.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, LookupError):
        return None


def _count(value: str | None) -> int | None:
    text = (value or "").strip()
    if not _COUNT.fullmatch(text):
        return None
    number = int(text)
    return number if number <= _MOST_CALLS else None


def _reset_in(value: str | None, now: datetime) -> float | None:
    text = (value or "").strip()
    if not _SECONDS.fullmatch(text):
        return None
    seconds = float(text)
    if seconds > _FIRST_EPOCH:
        seconds -= now.timestamp()
    return seconds if 0 <= seconds <= _LONGEST_RESET else None
