"""Redis, and this process's own memory while Redis does not answer.

Sign-ins stay limited then, by each worker for itself, and no page breaks for want of a count. A Redis that fails once
is left alone for a while: a count that is read there and written here would never grow, and one that is frozen would
hold up each of the many steps of a sign-in.
"""

import pickle
import time
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from storefront.people import COUNTS_KEPT

log = structlog.get_logger("storefront")

# Seconds for which a Redis that failed is left alone: longer than a lock of allauth's lasts that was left in it.
APART = 30.0
# Seconds between two lines on a dead Redis: it is one failure, however many visitors meet it.
TELL_AGAIN = 60.0
# What unpickling raises over bytes that somebody else wrote, or another version of this code.
UNREADABLE = (pickle.UnpicklingError, ValueError, EOFError, AttributeError, ImportError, LookupError)


def _steadily(name: str) -> Callable[..., Any]:
    def method(self: "SteadyRedisCache", *args: Any, **kwargs: Any) -> Any:
        if not self.is_apart():
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                self.go_apart(error)
            except UNREADABLE as error:
                # As if nothing stood there: whoever asked makes it anew.
                log.error("redis holds what nobody can read", error=type(error).__name__)
        return getattr(self.meanwhile, name)(*args, **kwargs)

    return method


class SteadyRedisCache(RedisCache):
    """Django's, but for what happens when Redis is down, frozen, full or only to be read."""

    _told_at = -TELL_AGAIN
    # By server, for the whole process: each thread has a cache of its own.
    _apart_until: ClassVar[dict[str, float]] = {}

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.server = str(server)
        self.meanwhile = LocMemCache("meanwhile", {"max_entries": COUNTS_KEPT})

    def is_apart(self) -> bool:
        return time.monotonic() < self._apart_until.get(self.server, 0.0)

    def go_apart(self, error: RedisError) -> None:
        now = time.monotonic()
        self._apart_until[self.server] = now + APART
        if now - SteadyRedisCache._told_at >= TELL_AGAIN:
            SteadyRedisCache._told_at = now
            log.error("redis fails, each process counts for itself", error=type(error).__name__)

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
