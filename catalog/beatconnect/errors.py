"""What can go wrong between us and BeatConnect, split by what the caller would do differently."""

from datetime import datetime

from catalog.beatconnect.ratelimit import RateLimit


class BeatConnectError(Exception):
    """Any failed call. `message` and `str()` are our own words: never the key, never text from the answer.

    `reason` is a short class word for counters and logs; `status` the HTTP status that decided (None when no
    answer came); `code` the API's own error code; `retry_after` seconds the API asked us to stay away; `rate`
    and `date` what the headers said. `sent` is False only when the request certainly never left this machine,
    so that it may be given back to the quota.
    """

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        status: int | None = None,
        rate: RateLimit | None = None,
        date: datetime | None = None,
        code: str | None = None,
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.status = status
        self.rate = rate
        self.date = date
        self.code = code
        self.retry_after = retry_after
        self.sent = sent

    def __repr__(self) -> str:
        return f"{type(self).__name__}(reason={self.reason!r}, status={self.status}, code={self.code!r})"

    @property
    def retryable(self) -> bool:
        """Whether the very same call may be tried once more now (as a new call against the quota)."""
        return False


class NotFound(BeatConnectError):
    """404 or 410. `code` is "not_found" when the API itself said so, None when a proxy before it may have."""


class Refused(BeatConnectError):
    """401 (the key is missing, wrong or revoked) or 403 (it may not do this): `status` tells which."""


class QuotaUsedUp(BeatConnectError):
    """429. `retry_after` in seconds, None when the answer named no usable time."""


class BadRequest(BeatConnectError):
    """400 or 422: the API did not understand a parameter; the same call will fail again."""


class Unavailable(BeatConnectError):
    """No usable answer came.

    Reason: connect, tls, deadline, reset, truncated, bad_http, server_error or unexpected_status.
    """

    @property
    def retryable(self) -> bool:
        """True for a connection that was never made and for 502, 503 and 504."""
        return self.reason == "connect" or self.status in {502, 503, 504}


class Unreadable(BeatConnectError):
    """An answer came and is no use.

    Reason: not_json, bad_shape, too_large, bad_encoding, redirect or error_body.
    """
