"""A part of the cache of this run's own, whoever else uses the same Redis: another run, or a developer's shop."""

import os

from storefront.steady_cache import SteadyRedisCache

# Two runs at once are two processes, and two machines on one Redis have names of their own.
PREFIX = f"test-{os.uname().nodename}-{os.getpid()}"


class OwnRedisCache(SteadyRedisCache):
    """The shop's, but that emptying it takes out what stands under its prefix, not the whole database."""

    def clear(self) -> None:
        client = self._cache.get_client(write=True)
        keys = list(client.scan_iter(match=f"{self.key_prefix}:*", count=1_000))
        if keys:
            client.delete(*keys)
