"""The shop as a whole: the real code, a real database, and the sandbox API in a process of its own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings
from pytest_django import fixtures

from catalog.covers.maker import maker
from catalog.facets.index import index
from catalog.gateway import site_gateway
from catalog.kept_rows import KeptRows
from catalog.models.ledger import ApiCall
from catalog.sync import runner
from tests.sandbox import SHOP, STANDARD_LIMITS, Sandbox

# A busy machine is no reason to fail, and fixtures that hold for all examples are meant to. What is invented differs
# from run to run, but not in CI: a rare find is for who works on it, not for whoever lands next.
settings.register_profile(
    "shop",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("shop")


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Nothing that one test cached is seen by the next."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test lists what was on sale in another: tests write rows that the mirror's version doesn't know of."""
    monkeypatch.setattr(index, "_held", None)
    monkeypatch.setattr("catalog.listing.kept_rows", KeptRows())


@pytest.fixture
def api(sandbox: Sandbox, settings: fixtures.Settings) -> Sandbox:
    """The sandbox as the API that the storefront is configured for; the mirror is still empty."""
    settings.BEATCONNECT_API_URL = sandbox.api_url
    settings.BEATCONNECT_API_KEY = SHOP
    settings.BEATCONNECT_MEDIA_HOSTS = [sandbox.origin]
    return sandbox


@pytest.fixture
def media_root(tmp_path: Path, settings: fixtures.Settings) -> Path:
    """A shelf of pictures of the test's own, empty, and nothing wanted."""
    maker.__init__()
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def sweep() -> None:
    """Bring the whole catalogue into the mirror, as `sync_catalog --once` does."""
    runner.sweep_to_end(site_gateway(), report=lambda line: None, wait=refuse_to_wait)


def sweep_later(api: Sandbox) -> None:
    """Sweep once more, as if a day had passed since the calls so far."""
    ApiCall.objects.all().delete()
    api.limits(STANDARD_LIMITS)
    sweep()


def refuse_to_wait(seconds: float) -> bool:
    raise AssertionError(f"the quota made the sweep wait {seconds:.0f} s")


@pytest.fixture
def shop(api: Sandbox, db: None) -> Sandbox:
    """A shop whose mirror holds the sandbox's whole catalogue; the sandbox's counters stand at what that cost."""
    sweep()
    return api


@pytest.fixture
def htmx() -> Callable[..., dict[str, Any]]:
    """Headers of a request by htmx for a fragment, for the test client's `headers`."""

    def headers(target: str, **more: str) -> dict[str, Any]:
        return {"HX-Request": "true", "HX-Target": target, **more}

    return headers
