"""Redis, and this process's own memory while Redis does not answer.

Sign-ins stay limited then, by each worker for itself, and no page breaks for want of a count.
"""

import pickle
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from storefront.people import COUNTS_KEPT

log = structlog.get_logger("storefront")

# Seconds between two lines on a dead Redis: it is one failure, however many visitors meet it.
TELL_AGAIN = 60.0
# What unpickling raises over bytes that somebody else wrote, or another version of this code.
UNREADABLE = (pickle.UnpicklingError, ValueError, EOFError, AttributeError, ImportError, LookupError)


def _steadily(name: str) -> Callable[..., Any]:
    def method(self: "SteadyRedisCache", *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except RedisError as error:
            self.tell(error)
        except UNREADABLE as error:
            # As if nothing stood there: whoever asked makes it anew.
            log.error("redis holds what nobody can read", error=type(error).__name__)
        return getattr(self.meanwhile, name)(*args, **kwargs)

    return method


class SteadyRedisCache(RedisCache):
    """Django's, but for what happens when Redis is down, frozen or full."""

    _told_at = -TELL_AGAIN

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.meanwhile = LocMemCache("meanwhile", {"max_entries": COUNTS_KEPT})

    def tell(self, error: RedisError) -> None:
        now = time.monotonic()
        if now - SteadyRedisCache._told_at >= TELL_AGAIN:
            SteadyRedisCache._told_at = now
            log.error("redis does not answer, each process counts for itself", error=type(error).__name__)

    add = _steadily("add")
    get = _steadily("get")
    set = _steadily("set")
    touch = _steadily("touch")
    delete = _steadily("delete")
    get_many = _steadily("get_many")
    set_many = _steadily("set_many")
    delete_many = _steadily("delete_many")
    has_key = _steadily("has_key")
    incr = _steadily("incr")
