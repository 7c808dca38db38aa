"""How many wrong passwords are looked at: by address and by mailbox, which allauth counts, and in the whole shop."""

import time
from datetime import UTC, datetime

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

APP = "allauth.account"
BY_ONE, BY_ALL = "login_failed", "login_failed_by_all"
# The whole shop is one thing that is counted.
SHOP = "shop"


def count_for_all(request: HttpRequest) -> ratelimit.RateLimitUsage | None:
    """Count a try among everybody's, to be taken back if the password is right; None if no more are looked at."""
    return ratelimit.consume(request, app=APP, action=BY_ALL, key=SHOP)


def free_again(request: HttpRequest, key: str) -> datetime | None:
    """Return from when on a password is looked at again; None if it can't be told, or is already."""
    ends = [
        tries[-1] + rate.duration
        for action, counted in ((BY_ONE, key), (BY_ALL, SHOP))
        for rate in ratelimit.get_rates(app=APP, action=action)
        if (tries := cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=counted)) or [])
        and len(tries) >= rate.amount
    ]
    return datetime.fromtimestamp(max(ends), UTC) if ends and max(ends) > time.time() else None
