"""Health probes: answered before anything that a load balancer can't satisfy, and at nobody's cost."""

import pytest
from django.db import connection
from django.test import Client

from catalog import state
from catalog.models.mirror import Beat
from tests.clean_process import ASK_FOR_PAGES, run
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_a_filled_shop_is_alive_and_ready(client: Client, shop: Sandbox) -> None:
    for path in ("/livez", "/readyz"):
        response = client.get(path)
        assert response.status_code == 200
        assert response.json()["status"] == "ok"


def test_an_empty_shop_is_alive_and_not_ready_and_is_not_filled_by_asking(client: Client, api: Sandbox) -> None:
    assert client.get("/livez").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "the store is empty"})
    assert api.asked == 0
    assert not Beat.objects.exists()


def test_a_shop_emptied_by_hand_is_not_ready(client: Client, shop: Sandbox) -> None:
    state.reset()
    assert client.get("/readyz").status_code == 503


def test_a_shop_whose_api_is_down_stays_ready_and_asks_nobody(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    shop.fault("status", status=500)
    assert client.get("/readyz").status_code == 200
    assert shop.asked == asked


def test_a_table_that_is_not_there_yet_is_told_apart(
    client: Client, shop: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.views._found_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'catalog'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "migrations are missing"})


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_probe_is_answered_whatever_host_and_method_it_names(client: Client, shop: Sandbox, path: str) -> None:
    for host in ("10.1.2.3:8080", "evil.example", "[::1"):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 200
        assert "evil" not in response.content.decode()
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_probe_is_kept_by_nobody_and_may_load_nothing(client: Client, shop: Sandbox, path: str) -> None:
    response = client.get(path)
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_probes_are_not_sent_to_https_and_tell_a_dead_database() -> None:
    program = (
        ASK_FOR_PAGES + "for path in ('/livez', '/readyz'):\n"
        "    response = Client().get(path, headers={'Host': '10.0.0.1'})\n"
        "    print(response.status_code, response.json()['status'])\n"
    )
    dead = "postgres://nobody:secret@127.0.0.1:9/nothing"
    process = run("-c", program, SITE_URL="https://beats.example", DATABASE_URL=dead)
    assert process.stdout.splitlines() == ["200 ok", "503 the database does not answer"]
    assert "secret" not in process.stdout
