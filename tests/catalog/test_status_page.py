"""The operators' page: only staff see it, it gives nothing away, and it is cheap."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models.events import Dirty, WebhookEvent
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Quarantined
from catalog.quota.clock import database_clock
from catalog.quota.ledger import fingerprint
from tests.accounts import people
from tests.html import Elements
from tests.sandbox import SHOP, Sandbox

pytestmark = pytest.mark.django_db

CANARY = "canary-in-a-payload"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(people.operator())
    return client


@pytest.fixture
def buyer() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("bob@example.com"))
    return client


# Who may see it


def test_a_stranger_is_sent_to_the_sign_in_and_comes_back(client: Client) -> None:
    response = client.get("/status/?refresh=off")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/status/%3Frefresh%3Doff"
    assert response["Cache-Control"] == "private, no-store"


def test_a_page_that_looks_again_after_its_session_has_ended_is_loaded_anew(
    client: Client, htmx: Callable[..., dict[str, Any]]
) -> None:
    assert client.get("/status/", headers=htmx("main"))["HX-Refresh"] == "true"


def test_a_buyer_is_refused(buyer: Client) -> None:
    response = buyer.get("/status/")
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert b"Calls to BeatConnect" not in response.content


def test_programs_without_a_right_get_403_and_no_redirect(client: Client, buyer: Client) -> None:
    for visitor in (client, buyer):
        response = visitor.get("/status.json")
        assert response.status_code == 403
        assert response.json() == {"error": "for staff only"}
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/status/", "/status.json"])
def test_what_staff_see_is_kept_by_no_cache_and_no_search_engine(operator: Client, shop: Sandbox, path: str) -> None:
    response = operator.get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert "ETag" not in response


@pytest.mark.parametrize("path", ["/status/", "/status.json"])
def test_it_can_only_be_read(operator: Client, path: str) -> None:
    assert operator.post(path).status_code == 405


# How it says it


def test_no_key_fingerprint_or_payload_is_on_it(operator: Client, shop: Sandbox) -> None:
    now = database_clock()
    WebhookEvent.objects.create(
        key="evt:1", state="done", digest="0" * 64, type="beat.updated", received=now, payload=CANARY
    )
    for path in ("/status/", "/status.json"):
        body = operator.get(path).content.decode()
        for secret in (SHOP, fingerprint(SHOP), CANARY, "whsec_"):
            assert secret not in body


def test_it_asks_the_database_as_often_however_much_there_is_to_tell(operator: Client, shop: Sandbox) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert operator.get(path).status_code == 200
        return len(queries)

    before = asked("/status/"), asked("/status.json")
    now = database_clock()
    for number in range(30):
        WebhookEvent.objects.create(key=f"evt:{number}", state="failed", digest="0" * 64, received=now, next_try=now)
        Dirty.objects.create(kind="beat", ref=number, due_at=now)
        Quarantined.objects.create(kind="beat", item_id=number, reason="why", first_seen=now, last_seen=now)
        at = now - timedelta(hours=number)
        ApiCall.objects.create(budget_id=fingerprint(SHOP), purpose="hot", path="/", sent_at=at, outcome="reset")
    assert (asked("/status/"), asked("/status.json")) == before
    # What time it is, PostgreSQL is asked; SQLite's time is this machine's.
    assert max(before) <= 27 + (connection.vendor == "postgresql")


def test_it_costs_no_call(operator: Client, shop: Sandbox) -> None:
    asked = shop.asked
    operator.get("/status/")
    operator.get("/status.json")
    assert shop.asked == asked


def test_it_draws_without_inline_style_or_script(operator: Client, shop: Sandbox) -> None:
    page = Elements(operator.get("/status/").content.decode())
    assert not [attributes for _, attributes in page.found if "style" in attributes]
    assert all("src" in script for script in page.all("script"))
    assert page.all("rect", class_="series-first")
    assert page.all("table")
    assert page.all("div", data_hx_history="false")


def test_it_looks_again_every_minute_unless_held(operator: Client, shop: Sandbox) -> None:
    page = Elements(operator.get("/status/").content.decode())
    assert page.all("div", data_retry_after="60")
    assert page.all("meta", http_equiv="refresh", content="60")
    held = Elements(operator.get("/status/?refresh=off").content.decode())
    assert not held.all("div", data_retry_after="60")
    assert not held.all("meta", http_equiv="refresh")


def test_the_page_is_all_json_can_tell(operator: Client, shop: Sandbox) -> None:
    assert set(json.loads(operator.get("/status.json").content)) == {
        "now", "service", "calls", "mirror", "events", "quarantine", "leases", "pages", "notices",
    }  # fmt: skip
