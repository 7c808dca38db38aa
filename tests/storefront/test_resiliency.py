"""The resiliency matrix: each thing the shop depends on, out of order, against each thing that people do here.

Orders and keys join as columns when they have pages. What a browser shows when covers or previews fail is
in tests/browser/test_player_trouble.py.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import pytest
import requests

from tests.html import Elements
from tests.sandbox import Sandbox
from tests.storefront.own_redis import OwnRedis, own_redis
from tests.storefront.real_server import Shop, real_server, serve
from tests.webhooks import ADDRESS, NEW, body_of, signed

NOWHERE = "127.0.0.1:9"
# Far above what any of this takes; far below what a frozen part would cost if it were waited for.
PATIENCE = 5


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
        yield Parts(shop, sandbox_server, cache, without_database)


def browse(origin: str) -> requests.Response:
    return get(f"{origin}/beats/?sort=popular&genre=2")


def search(origin: str) -> requests.Response:
    return get(f"{origin}/search/?q=nights")


def producer(origin: str) -> requests.Response:
    return get(f"{origin}/producers/")


def player(origin: str) -> requests.Response:
    answer = get(f"{origin}/beats/1/")
    if answer.ok:
        assert Elements(answer.text).all("button", data_play="")
    return answer


def sign_in(origin: str) -> requests.Response:
    """Try a wrong password: that reads the user, and a session if there is one."""
    with requests.Session() as session:
        form = session.get(f"{origin}/admin/login/", timeout=PATIENCE)
        if form.status_code != 200:
            return form
        token = Elements(form.text).all("input", name="csrfmiddlewaretoken")[0]["value"]
        fields = {"csrfmiddlewaretoken": token, "username": "alice@shop.example", "password": "wrong"}
        return session.post(f"{origin}/admin/login/", data=fields, timeout=PATIENCE)


def webhook(origin: str) -> requests.Response:
    body = body_of("beat.updated", {"id": 1})
    return requests.post(origin + ADDRESS, data=body, headers=signed(body), timeout=PATIENCE)


def health(origin: str) -> requests.Response:
    assert get(f"{origin}/livez").status_code == 200
    return get(f"{origin}/readyz")


def get(url: str) -> requests.Response:
    return requests.get(url, timeout=PATIENCE)


ACTIONS = [browse, search, producer, player, sign_in, webhook, health]


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
        assert action(parts.shop.origin).status_code == 200


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_database_everybody_is_told_when_to_come_again(
    parts: Parts, action: Callable[[str], requests.Response]
) -> None:
    answer = action(parts.without_database.origin)
    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
    if action is not health:
        assert int(answer.headers["Retry-After"]) >= 5


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_notices_that_redis_is_dead(parts: Parts, action: Callable[[str], requests.Response]) -> None:
    parts.cache.kill()
    assert action(parts.shop.origin).status_code == 200
