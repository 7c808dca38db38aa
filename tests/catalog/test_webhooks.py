"""The webhook's address: every delivery gets the reply that the table promises, and is kept exactly once."""

import itertools
import time
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import fixtures

from catalog import webhooks
from catalog.models.events import Dirty, Purchase, WebhookEvent
from catalog.status import read_status
from tests.sandbox import Sandbox
from tests.webhooks import ADDRESS, HEADERS, NEW, OLD, RECEIVED, a_beat, body_of, deliver, signed, tell

pytestmark = pytest.mark.django_db

DAY = 86_400
State = WebhookEvent.State


@pytest.fixture
def client() -> Client:
    """A client that minds CSRF, as browsers' do."""
    return Client(enforce_csrf_checks=True)


def events() -> list[tuple[str, str, str]]:
    return list(WebhookEvent.objects.order_by("pk").values_list("key", "type", "state"))


@pytest.mark.parametrize(
    ("header", "shape", "prefix"), list(itertools.product(HEADERS, ("reference", "explorer"), ("", "sha256=")))
)
def test_both_headers_both_envelopes_and_the_prefix_have_one_effect(
    client: Client, header: str, shape: Any, prefix: str
) -> None:
    body = body_of("beat.updated", {"id": 7}, shape=shape)
    response = deliver(client, body, signed(body, header=header, prefix=prefix))
    assert (response.status_code, response.content) == (200, RECEIVED)
    assert response["Content-Type"] == "application/json"
    assert Dirty.objects.values_list("kind", "ref").get() == ("beat", 7)
    assert WebhookEvent.objects.get().state == State.DONE


def test_every_reply_is_private_plain_and_without_cookies(client: Client) -> None:
    good = body_of("beat.updated", {"id": 7})
    bad = b"not json"
    client.cookies["sessionid"] = "somebody"
    replies = [
        deliver(client, good),
        deliver(client, good, {}),
        deliver(client, bad),
        client.get(ADDRESS),
        deliver(client, b"x" * 262_145),
    ]
    assert [reply.status_code for reply in replies] == [200, 401, 400, 405, 413]
    for reply in replies:
        assert reply["Cache-Control"] == "no-store"
        assert reply["Content-Security-Policy"] == "default-src 'none'"
        assert not reply.cookies
        assert "Location" not in reply
    assert [reply.content for reply in replies[1:3]] == [b"", b""]


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.rstrip("/")])
def test_other_methods_are_told_which_one_works(client: Client, method: str, address: str) -> None:
    response = getattr(client, method)(address)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert b"<html" not in response.content


def test_no_spelling_of_the_address_redirects(client: Client, settings: fixtures.Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    body = body_of("beat.updated", {"id": 7})
    for address in (ADDRESS, ADDRESS.rstrip("/")):
        response = client.post(address, body, content_type="application/json", headers=signed(body))
        assert response.status_code == 200
    assert client.post("/webhooks/other", b"", content_type="text/plain").status_code == 404
    assert deliver(client, body, HTTP_HOST="www.elsewhere.example").status_code == 400


def test_the_same_event_again_is_accepted_and_does_nothing(client: Client) -> None:
    body = body_of("beat.updated", {"id": 7})
    for _ in range(3):
        assert deliver(client, body).status_code == 200
    assert events() == [("evt:evt_1", "beat.updated", "done")]
    assert Dirty.objects.get().version == 1


def test_an_event_without_an_id_is_known_by_its_body(client: Client) -> None:
    body = body_of("beat.updated", {"id": 7}, shape="explorer")
    deliver(client, body)
    deliver(client, body)
    deliver(client, body.replace(b"7", b"8"))
    assert [key[:7] for key, *_ in events()] == ["sha256:"] * 2


def test_a_second_body_under_one_id_loses_and_is_reported(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    tell(client, "beat.updated", {"id": 7})
    tell(client, "beat.updated", {"id": 8})
    assert Dirty.objects.get().ref == 7
    assert [record.levelname for record in caplog.records if "id_conflict" in record.getMessage()] == ["WARNING"]
    event = WebhookEvent.objects.get()
    assert (event.state, event.problem) == (State.DONE, "another body came under this id")
    assert read_status().events.conflicts == 1
    webhooks.replay(event.pk, timezone.now())
    assert read_status().events.conflicts == 0


def test_a_type_that_nobody_knows_is_kept_for_later(client: Client) -> None:
    tell(client, "beat.deleted", {"id": 7})
    event = WebhookEvent.objects.get()
    assert (event.state, event.type) == (State.IGNORED, "beat.deleted")
    assert '"id": 7' in event.payload
    assert not Dirty.objects.exists()


def test_unknown_types_cannot_fill_the_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MOST_IGNORED", 20)
    monkeypatch.setattr(webhooks, "TRIM_EVERY", 5)
    tell(client, "beat.updated", {"id": 7}, id="evt_known")
    for number in range(60):
        tell(client, "beat.sung", {}, id=f"evt_{number}")
        assert WebhookEvent.objects.filter(state=State.IGNORED, payload__gt="").count() <= 20
    assert WebhookEvent.objects.exclude(payload="").filter(key="evt:evt_59").exists()
    assert WebhookEvent.objects.exclude(payload="").filter(key="evt:evt_known").exists()
    # What takes room is let go of, ids never: however late it comes again, each is known.
    tell(client, "beat.sung", {}, id="evt_0")
    assert WebhookEvent.objects.count() == 61
    tell(client, "beat.sung", {"song": "la" * 50_000}, id="evt_long")
    event = WebhookEvent.objects.get(key="evt:evt_long")
    assert (len(event.payload), event.problem) == (65_536, "payload cut")


@pytest.mark.parametrize("age", [7 * DAY + 60, -700, 400 * DAY])
def test_a_stale_event_only_makes_us_look_around(client: Client, age: int) -> None:
    tell(client, "beat.updated", a_beat(7), created=int(time.time()) - age)
    assert WebhookEvent.objects.get().state == State.STALE
    assert Dirty.objects.values_list("kind", "ref").get() == ("newest", 0)


@pytest.mark.parametrize("age", [7 * DAY - 60, -500, 0])
def test_an_event_within_the_window_counts(client: Client, age: int) -> None:
    tell(client, "beat.updated", {"id": 7}, created=int(time.time()) - age)
    assert WebhookEvent.objects.get().state == State.DONE


def test_either_secret_is_believed_until_it_is_taken_out(client: Client, settings: fixtures.Settings) -> None:
    first, second = (body_of("beat.updated", {"id": 7}, id=name) for name in ("evt_1", "evt_2"))
    assert deliver(client, first, signed(first, NEW)).status_code == 200
    assert deliver(client, second, signed(second, OLD)).status_code == 200
    assert list(WebhookEvent.objects.order_by("key").values_list("secret_index", flat=True)) == [0, 1]
    settings.BEATCONNECT_WEBHOOK_SECRETS = [NEW]
    assert deliver(client, second, signed(second, OLD)).status_code == 401
    settings.BEATCONNECT_WEBHOOK_SECRETS = []
    assert deliver(client, first).status_code == 401


def test_the_content_type_does_not_matter(client: Client) -> None:
    body = body_of("beat.updated", {"id": 7})
    response = client.post(ADDRESS, body, content_type="application/x-www-form-urlencoded", headers=signed(body))
    assert response.status_code == 200


def test_what_cannot_be_stored_is_asked_for_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of("beat.purchased", {"beat_id": 7, "purchaser_id": 1})

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT"):
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        response = deliver(client, body)
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "no-store"
    assert not WebhookEvent.objects.exists()
    assert "webhook not kept" in caplog.text
    assert deliver(client, body).status_code == 200
    assert deliver(client, body).status_code == 200
    assert Purchase.objects.count() == 1


def test_a_delivery_calls_nobody(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    for number, kind in enumerate(
        ("beat.created", "beat.updated", "beat.purchased", "purchase.completed", "user.registered", "user.updated")
    ):
        tell(client, kind, a_beat(9001 + number, beat_id=9001), id=f"evt_{number}")
    tell(client, "beat.updated", a_beat(9001), id="evt_old", created=1_600_000_000)
    assert shop.asked == asked


def test_payloads_are_forgotten_and_ids_are_not(client: Client) -> None:
    tell(client, "beat.updated", {"id": 7})
    event = WebhookEvent.objects.get()
    webhooks.prune(event.received + webhooks.KEEP_PAYLOADS)
    assert WebhookEvent.objects.get().payload == event.payload
    webhooks.prune(event.received + webhooks.KEEP_PAYLOADS * 1.01)
    Dirty.objects.all().delete()
    tell(client, "beat.updated", {"id": 7})
    assert events() == [("evt:evt_1", "beat.updated", "done")]
    assert not Dirty.objects.exists()
    assert WebhookEvent.objects.get().payload == ""
