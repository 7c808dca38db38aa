"""The resiliency matrix: each thing the shop depends on, out of order, against each thing that people do here.

What a browser shows when covers or previews fail is in tests/browser/test_player_trouble.py.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from socket import create_server

import pytest
import requests

from tests.sandbox import Sandbox
from tests.storefront.actions import (
    PATIENCE,
    browse,
    connect,
    health,
    make_people,
    orders,
    player,
    producer,
    search,
    sign_in,
    sign_up,
    webhook,
)
from tests.storefront.own_redis import OwnRedis, own_redis
from tests.storefront.real_server import Shop, real_server, serve, serve_beside
from tests.webhooks import ADDRESS, NEW, body_of, signed

NOWHERE = "127.0.0.1:9"
ACTIONS = [browse, search, producer, player, sign_in, sign_up, orders, connect, webhook, health]


@dataclass(frozen=True)
class Parts:
    """A filled shop on the real server, and the parts of it that can be put out of order."""

    shop: Shop
    api: Sandbox
    cache: OwnRedis
    without_database: Shop


@pytest.fixture(scope="module")
def parts(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    sandbox_server.reset()
    folder = tmp_path_factory.mktemp("parts")
    settings = {"BEATCONNECT_WEBHOOK_SECRETS": NEW, "EMAIL_URL": f"smtp://{NOWHERE}"}
    dead = f"postgres://nobody@{NOWHERE}/nothing"
    with (
        own_redis(folder) as cache,
        real_server(sandbox_server, folder, CACHE_URL=cache.url, **settings) as shop,
        serve(tmp_path_factory.mktemp("dead"), 1, **settings, DATABASE_URL=dead) as without_database,
    ):
        shop.run("sync_catalog", "--once")
        make_people(shop)
        yield Parts(shop, sandbox_server, cache, without_database)


@contextmanager
def api_fault(parts: Parts, name: str, **options: object) -> Iterator[None]:
    parts.api.fault(name, **options)
    try:
        yield
    finally:
        parts.api.clear_faults()


@contextmanager
def flushed(parts: Parts) -> Iterator[None]:
    parts.cache.client().flushall()
    yield


# What nobody notices: the pages come from the mirror, and nobody waits for what is out of order.
UNNOTICED: dict[str, Callable[[Parts], AbstractContextManager[None]]] = {
    "the API is silent": lambda parts: api_fault(parts, "latency", seconds=30, path="/v1"),
    "the API breaks off": lambda parts: api_fault(parts, "reset", path="/v1"),
    "the API refuses": lambda parts: api_fault(parts, "status", status=429, path="/v1"),
    "Redis is frozen": lambda parts: parts.cache.frozen(),
    "Redis was flushed": flushed,
    "the audio host is gone": lambda parts: api_fault(parts, "status", status=404, path="/audio"),
    "the image host is gone": lambda parts: api_fault(parts, "status", status=503, path="/images"),
    "the mail server is gone": lambda parts: nullcontext(),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("trouble", UNNOTICED)
def test_nobody_notices_that(parts: Parts, trouble: str, action: Callable[[str], requests.Response]) -> None:
    with UNNOTICED[trouble](parts):
        assert done(action, parts.shop, trouble).status_code == 200


def done(action: Callable[..., requests.Response], shop: Shop, trouble: str) -> requests.Response:
    """Let somebody do something; a key alone can't be tried without the API."""
    return connect(shop.origin, works=False) if action is connect and "the API" in trouble else action(shop.origin)


# As if time had passed since the trouble before, and since the scheduler before was ended.
FORGET = """
from catalog.models.ledger import Budget
from catalog.models.sync import Lease
Budget.objects.update(blocked_until=None, failures=0, trouble="")
Lease.objects.update(expires_at=None, holder="")
"""


@pytest.mark.parametrize("trouble", [name for name in UNNOTICED if name.startswith("the API")])
def test_nobody_notices_while_the_scheduler_in_the_same_worker_meets_it_that(parts: Parts, trouble: str) -> None:
    parts.shop.run("shell", "--no-imports", "-c", FORGET)
    on = serve_beside(parts.shop, "storefront.wsgi:application", BACKGROUND_SYNC="on")
    with UNNOTICED[trouble](parts), on as shop:
        asked = parts.api.asked
        body = body_of("beat.updated", {"id": 1}, id=f"evt_{trouble}")
        assert requests.post(shop.origin + ADDRESS, data=body, headers=signed(body), timeout=PATIENCE).ok
        wait_until(lambda: parts.api.asked > asked)
        for action in ACTIONS:
            assert done(action, shop, trouble).status_code == 200
        if trouble == "the API refuses":
            # Amber, and yet ready: a node taken out for it would serve nobody.
            wait_until(lambda: health(shop.origin).json()["status"] == "amber")
            assert health(shop.origin).json()["why"] == "rate_limited"
            assert health(shop.origin).status_code == 200


def wait_until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_a_mail_server_that_says_nothing_fails_nobody(parts: Parts) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with serve_beside(parts.shop, "storefront.wsgi:application", EMAIL_URL=url) as shop:
            assert sign_up(shop.origin, told=False).status_code == 200


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_database_everybody_is_told_when_to_come_again(
    parts: Parts, action: Callable[[str], requests.Response]
) -> None:
    answer = action(parts.without_database.origin)
    assert answer.status_code == 503
    assert answer.headers["Cache-Control"].endswith("no-store")
    if action is not health:
        assert int(answer.headers["Retry-After"]) >= 5


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_notices_that_redis_is_dead(parts: Parts, action: Callable[[str], requests.Response]) -> None:
    parts.cache.kill()
    assert action(parts.shop.origin).status_code == 200
