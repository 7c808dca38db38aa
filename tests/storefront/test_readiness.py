"""Probes: a node is taken out for what it can't do itself, never for BeatConnect's troubles."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.beatconnect.errors import BeatConnectError
from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.quota import purposes
from catalog.quota.clock import database_clock
from catalog.quota.ledger import fingerprint
from storefront import views
from tests.sandbox import SHOP, Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_found_migrated", False)


def fail_to_call() -> None:
    with pytest.raises(BeatConnectError):
        site_gateway().call(purposes.BUYER, "/genres", lambda client: client.list_genres())


def test_a_filled_shop_is_ready(client: Client, shop: Sandbox) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "state": "normal"}
    assert response["Cache-Control"] == "no-store"


def test_an_empty_store_is_not_ready(client: Client, api: Sandbox) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "the store is empty"}
    assert api.asked == 0


def test_a_missing_migration_is_not_ready(client: Client, shop: Sandbox) -> None:
    MigrationRecorder.Migration.objects.filter(app="catalog").order_by("-pk")[0].delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "migrations are missing"}


@pytest.fixture
def dead_database() -> Iterator[None]:
    def refuse(*args: object) -> None:
        raise DatabaseError("dead")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("known", [True, False])
def test_a_dead_database_is_not_ready(
    client: Client, dead_database: None, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    monkeypatch.setattr(views, "_found_migrated", known)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "the database does not answer"}
    assert client.get("/livez").status_code == 200


def test_a_429_is_amber_and_takes_no_node_out(client: Client, api: Sandbox) -> None:
    client.get("/")
    api.fault("status", status=429, retry_after="600")
    fail_to_call()
    response = client.get("/readyz")
    assert response.status_code == 200
    told = response.json()
    assert (told["status"], told["state"], told["why"]) == ("amber", "frozen", "rate_limited")
    assert told["until"]
    assert client.get("/beats/").status_code == 200


def test_a_dead_api_is_amber(client: Client, api: Sandbox) -> None:
    client.get("/")
    api.fault("status", status=500)
    for _ in range(3):
        fail_to_call()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "amber"


def test_a_lean_day_is_no_trouble(client: Client, shop: Sandbox) -> None:
    at = database_clock()
    ApiCall.objects.bulk_create(
        ApiCall(budget_id=fingerprint(SHOP), purpose="sweep", path="/beats", sent_at=at, done_at=at, outcome="ok")
        for _ in range(900)
    )
    assert client.get("/readyz").json()["status"] == "ok"
    assert client.get("/readyz").json()["state"] == "lean"


def test_a_probe_is_cheap_once_the_migrations_were_seen(client: Client, shop: Sandbox) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        client.get("/readyz")
    assert len(queries) <= 6  # one of them only on PostgreSQL: what time it is
    assert not any("django_migrations" in query["sql"] for query in queries)


def test_a_probe_needs_no_known_host_and_sets_no_cookie(client: Client, shop: Sandbox) -> None:
    for path in ("/livez", "/readyz"):
        response = client.get(path, headers={"Host": "10.0.0.3"})
        assert response.status_code == 200
        assert not response.cookies
