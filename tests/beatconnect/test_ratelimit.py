"""Rate-limit headers and Retry-After: what makes sense is read, the rest is as good as absent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.beatconnect.ratelimit import RateLimit, read_http_date, read_rate_limit, read_retry_after

NOW = datetime(2021, 11, 3, 18, 0, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


def headers(limit: str = "100", remaining: str = "98", reset: str = "40") -> dict[str, str]:
    return {"x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}


@pytest.mark.parametrize("reset", ["40", str(EPOCH + 40)])
def test_seconds_and_epochs_are_told_apart(reset: str) -> None:
    assert read_rate_limit(headers(reset=reset), NOW) == RateLimit(100, 98, NOW + timedelta(seconds=40), 40.0)


@pytest.mark.parametrize(
    "reset", ["", "abc", "-1", "٣", str(EPOCH - 1), "4070908800", str(EPOCH * 1000), "9" * 5000, "1e3", "nan"]
)
def test_an_absurd_reset_is_no_reset(reset: str) -> None:
    assert read_rate_limit(headers(reset=reset), NOW) == RateLimit(100, 98, None, None)


@pytest.mark.parametrize("count", ["", "abc", "-5", "1.5", "٣", "²", "10, 10", "9" * 5000])
def test_an_absurd_count_is_no_count(count: str) -> None:
    assert read_rate_limit(headers(limit=count, remaining=count), NOW) == RateLimit(
        None, None, NOW + timedelta(seconds=40), 40.0
    )


def test_no_headers_are_no_rate_limit() -> None:
    assert read_rate_limit({}, NOW) is None
    assert read_rate_limit(headers("x", "y", "z"), NOW) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 30 ", 30.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("86400", 86400.0),
        ("999999999999", 999999999999.0),
        ("Wed, 03 Nov 2021 18:00:30 GMT", 30.0),
        ("Wednesday, 03-Nov-21 18:00:30 GMT", 30.0),
        ("Wed Nov  3 18:00:30 2021", 30.0),
        ("Wed, 03 Nov 2021 17:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2099 00:00:00 GMT", (datetime(2099, 1, 1, tzinfo=UTC) - NOW).total_seconds()),
        (None, None),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("٣", None),
        ("1e3", None),
        ("nan", None),
        ("inf", None),
        ("9" * 5000, None),
        ("Wed, 99 Nov 2021 18:00:30 GMT", None),
        ("Wed, 03 Nov 99999 18:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, NOW) == seconds


@given(st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, [0-9]+ [A-Z][a-z]+ [0-9]+ [0-9:]+ [A-Z+0-9-]*\Z"))
def test_no_header_raises(value: str) -> None:
    read_rate_limit(headers(value, value, value), NOW)
    read_retry_after(value, NOW)
    moment = read_http_date(value)
    assert moment is None or moment.utcoffset() == timedelta(0)
