"""Wrong passwords: from when on the next one counts, who is locked out by them, and by which address one is known."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client
from pytest_django import fixtures

from tests.accounts.people import ALICE, BOB, buyer, prove, sign_in
from tests.pages import read
from tests.storefront.own_redis import OwnRedis, own_redis

pytestmark = pytest.mark.django_db

REFUSED = "Too many failed login attempts"


def guess(times: int, email: str = ALICE) -> None:
    """Try wrong passwords, each from another network address and a browser of its own."""
    for number in range(times):
        assert sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), email, "wrong").status_code == 200


def test_who_is_refused_reads_when_to_come_again_and_so_does_a_program(client: Client) -> None:
    buyer()
    started = time.time()
    guess(10)
    response = sign_in(client)
    assert response.status_code == 429
    wait = int(response["Retry-After"])
    assert 300 - (time.time() - started) <= wait <= 300
    page = read(response)
    assert page.the("h1").text == "Sign in", "the form stays, with the way to a new password"
    told = re.search(rf"{REFUSED}\. Try again at (\d\d:\d\d) UTC", page.text)
    assert told
    ends = datetime.fromtimestamp(started, UTC) + timedelta(seconds=300)
    near = {f"{ends + timedelta(seconds=after):%H:%M}" for after in range(0, 120, 20)}
    assert told[1] in near


def test_the_same_where_one_is_asked_for_the_password_once_more(client: Client) -> None:
    buyer()
    sign_in(client)
    for _ in range(10):
        assert client.post("/account/reauthenticate/", {"password": "wrong"}).status_code == 200
    response = client.post("/account/reauthenticate/", {"password": "wrong"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_the_owner_gets_in_where_she_signed_in_before_however_often_others_guess(client: Client) -> None:
    buyer()
    sign_in(client)
    client.post("/account/logout/")
    guess(10)
    assert sign_in(Client()).status_code == 429, "a browser that nobody knows"
    assert sign_in(client)["Location"] == "/account/"
    prove(client)


def test_a_known_browser_guesses_no_more_than_another(client: Client) -> None:
    buyer()
    sign_in(client)
    client.post("/account/logout/")
    for number in range(10):
        assert sign_in(Client(), "nobody@example.com", "x").status_code in {200, 429}
        client.post("/account/login/", {"login": ALICE, "password": "wrong"}, REMOTE_ADDR=f"198.51.100.{number}")
    response = client.post("/account/login/", {"login": ALICE, "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 429


def test_after_a_thousand_guesses_by_many_only_known_browsers_are_heard(client: Client) -> None:
    buyer()
    sign_in(client)
    client.post("/account/logout/")
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    guess(10, BOB)
    for number in range(989):
        address = f"2001:db8:{number // 9:x}::1"
        assert sign_in(Client(REMOTE_ADDR=address), f"nobody{number}@example.com", "x").status_code == 200
    assert sign_in(Client(), BOB).status_code == 429, "so many others don't make the count of one be forgotten"
    assert sign_in(stranger)["Location"] == "/account/", "a right one takes no place"
    stranger.post("/account/logout/")
    assert sign_in(Client(REMOTE_ADDR="203.0.113.10"), "nobody@example.com", "x").status_code == 200
    response = sign_in(Client(REMOTE_ADDR="203.0.113.11"))
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 300
    assert REFUSED in read(response).text
    assert sign_in(client)["Location"] == "/account/"


def test_what_makes_a_browser_known_is_good_for_its_owner_alone(client: Client) -> None:
    buyer()
    buyer(BOB)
    sign_in(client, BOB)
    cookie = client.cookies["known_device"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/")
    assert "bob" not in cookie.value
    guess(10)
    for value in (cookie.value, cookie.value[:-1], "", "x:y:z", "\u00e9"):
        mallory = Client(REMOTE_ADDR="203.0.113.9")
        mallory.cookies["known_device"] = value
        assert sign_in(mallory).status_code == 429
    sign_in(client, BOB)
    assert client.cookies["known_device"].value == cookie.value, "a new one each time would be new tries each time"


def test_only_the_proxy_that_is_trusted_says_where_one_comes_from(settings: fixtures.Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.7"]
    buyer(BOB)

    def seen_at(address: str, made_up: str) -> Client:
        return Client(REMOTE_ADDR="10.0.0.7", headers={"X-Forwarded-For": f"{made_up}, {address}"})

    for number in range(10):
        sign_in(seen_at("203.0.113.9", f"198.51.100.{number}"), f"nobody{number}@example.com", "wrong")
    assert sign_in(seen_at("203.0.113.9", "198.51.100.77"), BOB).status_code == 429
    assert sign_in(seen_at("203.0.113.10", "203.0.113.9"), BOB)["Location"] == "/account/"


@pytest.fixture
def redis(tmp_path: Path, settings: fixtures.Settings) -> Iterator[OwnRedis]:
    with own_redis(tmp_path) as own:
        backend = "storefront.steady_cache.SteadyRedisCache"
        options = {"socket_timeout": 0.05, "socket_connect_timeout": 0.05}
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": own.url, "OPTIONS": options}}
        # What a process counts for itself outlives a test.
        LocMemCache("meanwhile", {}).clear()
        yield own
        LocMemCache("meanwhile", {}).clear()


@pytest.mark.parametrize("how", ["dies", "freezes", "refuses"])
def test_guesses_are_counted_while_redis_is_gone(redis: OwnRedis, client: Client, how: str) -> None:
    buyer()
    guess(1)
    assert redis.client().dbsize() > 0, "counted there as long as it lives"
    if how == "dies":
        redis.kill()
        _guess_on()
    elif how == "refuses":
        redis.client().config_set("min-replicas-to-write", 1)  # it is read, and takes no write
        _guess_on()
    else:
        with redis.frozen():
            _guess_on()


def test_where_redis_is_full_one_try_does_not_lock_out_the_next(redis: OwnRedis) -> None:
    redis.client().config_set("maxmemory", 1)
    for number in range(3):
        assert sign_in(Client(), f"nobody{number}@example.com", "wrong").status_code == 200


def test_a_frozen_redis_is_waited_for_once_and_not_at_each_step(redis: OwnRedis) -> None:
    guess(1)
    watch = redis.client()
    before = watch.info("stats")["total_connections_received"]
    with redis.frozen():
        guess(3)
    # Who waited in vain hung up: each further wait is a connection of its own.
    assert watch.info("stats")["total_connections_received"] - before <= 1


@pytest.mark.parametrize("garbage", [b"", b"\x80garbage", b"cnowhere\nnothing\n.", b"\xff"])
def test_guesses_are_counted_where_redis_holds_garbage(redis: OwnRedis, client: Client, garbage: bytes) -> None:
    buyer()
    guess(1)
    for name in redis.client().scan_iter():
        redis.client().set(name, garbage)
    _guess_on()


def _guess_on() -> None:
    assert sign_in(Client())["Location"] == "/account/"
    guess(10)
    assert sign_in(Client()).status_code == 429
