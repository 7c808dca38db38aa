"""An empty store is filled by its first visitor: one call, then content."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from pytest_django import fixtures

from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.models.sync import Lease
from catalog.quota.clock import database_clock
from catalog.sync import leases
from tests.html import Elements
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

PERSON = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36"}


def test_the_first_visitor_gets_content_for_one_call(client: Client, api: Sandbox) -> None:
    response = client.get("/beats/")
    assert response.status_code == 200
    assert Beat.objects.count() == 100
    assert len(Elements(response.content.decode()).all("li", class_="card")) == 24
    assert api.asked == 1


def test_the_second_visitor_costs_no_call(client: Client, api: Sandbox) -> None:
    client.get("/")
    client.get("/beats/")
    client.get("/genres/")
    assert api.asked == 1


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 401}),
        ("status", {"status": 403}),
        ("status", {"status": 404}),
        ("status", {"status": 429, "retry_after": "7"}),
        ("status", {"status": 502, "html": True}),
        ("malformed", {}),
        ("truncated", {}),
        ("empty", {}),
        ("oversized", {}),
        ("reset", {}),
        ("redirect", {"location": "http://127.0.0.1:9/"}),
        ("latency", {"seconds": 6}),
        ("raw", {"body": "null", "content_type": "application/json", "status": 200}),
    ],
)
def test_an_empty_store_is_honest_when_beatconnect_fails(
    client: Client, api: Sandbox, fault: str, options: dict[str, object]
) -> None:
    api.fault(fault, **options)
    response = client.get("/beats/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) >= 1
    assert response["Cache-Control"] == "no-store"
    assert '<main id="main"' in response.content.decode()


def test_a_429_is_obeyed_for_as_long_as_it_asks(client: Client, api: Sandbox) -> None:
    api.fault("status", status=429, retry_after="30")
    assert 20 < int(client.get("/")["Retry-After"]) <= 30
    api.clear_faults()
    assert client.get("/").status_code == 503
    assert api.asked == 1


def test_visitors_of_a_dead_api_stop_costing_calls(
    client: Client, api: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("status", status=500)
    for _ in range(10):
        assert client.get("/").status_code == 503
    assert api.asked == 3  # then the ledger pauses
    warnings = [
        record for record in caplog.records if record.name.startswith("catalog") and record.levelname == "WARNING"
    ]
    assert len(warnings) == 1, "one line a class of failure, not one a visitor"


def test_a_shop_recovers_by_itself_and_says_so_once(
    client: Client, api: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("status", status=500, times=1)
    assert client.get("/").status_code == 503
    assert client.get("/").status_code == 200
    assert "calls succeed again" in caplog.text


def test_who_finds_another_filling_waits_and_then_gets_the_page_that_reloads_itself(
    client: Client, api: Sandbox
) -> None:
    leases.take(leases.SYNC)
    response = client.get("/")
    assert response.status_code == 503
    assert 'http-equiv="refresh"' in response.content.decode()
    assert api.asked == 0


def test_a_visitor_of_an_empty_store_waits_for_one_call_and_not_for_two(client: Client, api: Sandbox) -> None:
    api.fault("latency", seconds=2.2)
    assert client.get("/beats/99999/", headers=PERSON).status_code == 503
    assert api.asked == 1


def test_who_waited_for_another_has_no_second_wait_left(client: Client, api: Sandbox) -> None:
    leases.take(leases.SYNC)
    Lease.objects.update(expires_at=database_clock() + timedelta(seconds=2.2))
    assert client.get("/").status_code == 503
    assert api.asked == 0


class Meanwhile:
    """Does something once, just before the first query that holds these words: what another process would do then."""

    def __init__(self, words: str, do: Callable[[], object]) -> None:
        self._words, self._do = words, do
        self.done = False

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if self._words in sql and not self.done:
            self.done = True
            self._do()
        return execute(sql, *more)


def test_who_takes_the_lease_after_another_has_filled_the_shop_makes_no_call(client: Client, api: Sandbox) -> None:
    other = Meanwhile('UPDATE "catalog_lease"', lambda: Client().get("/"))
    with connection.execute_wrapper(other):
        assert client.get("/beats/").status_code == 200
    assert other.done
    assert api.asked == 1
    assert Beat.objects.count() == 100


def test_a_visitor_whose_lease_has_passed_to_another_meanwhile_writes_nothing(client: Client, api: Sandbox) -> None:
    thief = Meanwhile('UPDATE "catalog_apicall"', lambda: Lease.objects.update(holder="thief", epoch=F("epoch") + 1))
    with connection.execute_wrapper(thief):
        response = client.get("/")
    assert thief.done
    assert response.status_code == 503
    assert response["Retry-After"]
    assert not Beat.objects.exists()
    assert Lease.objects.get(pk=leases.SYNC).holder == "thief"


def test_a_mirror_of_another_api_is_added_to_by_nobody(
    client: Client, shop: Sandbox, settings: fixtures.Settings
) -> None:
    settings.BEATCONNECT_API_KEY = "bca_live_real"
    assert client.get("/beats/").status_code == 200
    assert client.get("/beats/99999/", headers=PERSON).status_code == 404
    assert shop.asked == 4


def test_a_shop_without_a_key_says_503_and_asks_nobody(
    client: Client, api: Sandbox, settings: fixtures.Settings
) -> None:
    settings.BEATCONNECT_API_KEY = ""
    assert client.get("/").status_code == 503
    assert api.asked == 0
    assert not ApiCall.objects.exists()


def test_a_partly_filled_store_says_503_for_a_beat_it_has_not_reached(client: Client, api: Sandbox) -> None:
    client.get("/")
    unknown = min(beat["id"] for beat in api.beats())
    response = client.get(f"/beats/{unknown}/")
    assert response.status_code == 503
    assert "Retry-After" in response
