"""What a truly signed body may hold: nonsense is refused and kept, odd values harm nothing."""

from typing import Any

import pytest
from django.test import Client

from catalog.models.events import Dirty, WebhookEvent
from tests.webhooks import a_beat, body_of, deliver, tell

pytestmark = pytest.mark.django_db

State = WebhookEvent.State


@pytest.mark.parametrize(
    "created", ["2024", -1, 1e20, 1_700_000_000_000, None, 1_700_000_000.5, True, "soon", [], {}, "", 0]
)
def test_an_odd_time_is_no_time_and_harms_nothing(client: Client, created: Any) -> None:
    body = body_of("beat.updated", a_beat(7), created=created)
    if created is None:
        body = body_of("beat.updated", a_beat(7), created="gone").replace(b'"created": "gone", ', b"")
    assert deliver(client, body).status_code == 200
    event = WebhookEvent.objects.get()
    assert (event.state, event.created) == (State.DONE, None)
    assert Dirty.objects.get().ref == 7


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "5", "{}", "{", "", '{"type": "beat.updated", "id": NaN}'])
def test_signed_nonsense_is_refused_and_kept(client: Client, body: str) -> None:
    for _ in range(2):
        assert deliver(client, body.encode()).status_code == 400
    event = WebhookEvent.objects.get()
    assert (event.state, event.payload, event.type) == (State.IGNORED, body, "")
    assert event.problem
    assert not Dirty.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"a\x00b",
        b'{"id": "evt_1", "id": "evt_2", "type": "beat.updated"}',
        b'{"a":' * 50_000,
        b'{"type": "beat.updated", "n": ' + b"9" * 5_000 + b"}",
        b'{"type": 5, "id": "evt_1"}',
    ],
    ids=["not utf-8", "nul", "doubled key", "deep", "digits", "type"],
)
def test_hostile_nonsense_too(client: Client, body: bytes) -> None:
    for _ in range(2):
        assert deliver(client, body).status_code == 400
    event = WebhookEvent.objects.get()
    assert event.state == State.IGNORED
    assert len(event.payload) <= 65_536


@pytest.mark.parametrize("told", [1, True, 1.5, [], {}, "", "e" * 10_000, "evt\0", "evt\n1", "evt\ud800", "\u202eevt"])
def test_an_absurd_id_is_refused(client: Client, told: Any) -> None:
    body = body_of("beat.updated", {"id": 7}, id=told)
    if told == "":
        body = body.replace(b"{", b'{"id": "", ', 1)
    assert deliver(client, body).status_code == 400
    assert WebhookEvent.objects.get().key.startswith("sha256:")
    assert not Dirty.objects.exists()


def test_ids_keep_their_letters_and_long_ones_are_hashed(client: Client) -> None:
    for told in ("evt_1", "EVT_1", "e" * 76, "e" * 77, "e" * 900, "ё" * 300):
        tell(client, "beat.updated", {"id": 7}, id=told)
    keys = list(WebhookEvent.objects.order_by("pk").values_list("key", flat=True))
    assert keys[:3] == ["evt:evt_1", "evt:EVT_1", "evt:" + "e" * 76]
    assert len(set(keys)) == 6
    assert all(len(key) <= 80 for key in keys)


def test_an_id_of_null_is_none(client: Client) -> None:
    tell(client, "beat.updated", {"id": 7}, id=None)
    assert WebhookEvent.objects.get().key.startswith("sha256:")


@pytest.mark.parametrize(
    ("size", "status"), [(262_144, 200), (262_145, 413), (3_000_000, 413)], ids=["most", "one more", "3 MB"]
)
def test_bodies_have_a_limit(client: Client, size: int, status: int) -> None:
    body = body_of("beat.updated", {"id": 7, "more": ""})
    body = body.replace(b'"more": "', b'"more": "' + b"x" * (size - len(body)))
    assert len(body) == size
    assert deliver(client, body).status_code == status
    assert WebhookEvent.objects.count() == (status == 200)
