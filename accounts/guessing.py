"""When a password may be tried again after too many wrong ones: allauth counts them, and says only "later"."""

import time
from datetime import UTC, datetime

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

COUNTED = {"app": "allauth.account", "action": "login_failed"}


def free_again(request: HttpRequest, key: str) -> datetime | None:
    """Return from when on a password is looked at again; None if it can't be told, or is already."""
    ends = [
        tries[-1] + rate.duration
        for rate in ratelimit.get_rates(**COUNTED)
        if (tries := cache.get(ratelimit.get_cache_key(request, rate=rate, key=key, **COUNTED)) or [])
        and len(tries) >= rate.amount
    ]
    return datetime.fromtimestamp(max(ends), UTC) if ends and max(ends) > time.time() else None
