"""Tests share a Redis with others and touch none of their keys."""

from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from tests import own_cache
from tests.storefront.own_redis import own_redis


def test_the_tests_cache_has_a_prefix_of_this_runs_own() -> None:
    assert settings.CACHES["default"]["KEY_PREFIX"] == own_cache.PREFIX
    assert cache.make_key("x").startswith(f"{own_cache.PREFIX}:")
    assert settings.CACHES["default"]["BACKEND"] in {
        "django.core.cache.backends.locmem.LocMemCache",
        "tests.own_cache.OwnRedisCache",
    }


def test_emptying_the_cache_leaves_others_keys(tmp_path: Path) -> None:
    with own_redis(tmp_path) as redis:
        mine, theirs, shop = (
            own_cache.OwnRedisCache(redis.url, {"KEY_PREFIX": prefix})
            for prefix in (own_cache.PREFIX, "test-other-1", "")
        )
        for one in (mine, theirs, shop):
            one.set("sitemaps", 1)
        mine.clear()
        assert [one.get("sitemaps") for one in (mine, theirs, shop)] == [None, 1, 1]
