"""Events sent on request: every type, duplicates, wrong order, bursts and nonsense."""

from typing import Any

import pytest
import requests

from tests.beatconnect.receiver import REFERENCE, Receiver, hexdigest, settled
from tests.sandbox import Sandbox


@pytest.mark.parametrize("shape", ["reference", "page"])
def test_every_documented_type_can_be_sent(hooked: Sandbox, receiver: Receiver, shape: str) -> None:
    newest = hooked.beats()[0]
    kinds = ("beat.created", "beat.purchased", "purchase.completed", "user.registered", "user.updated")
    for kind in kinds:
        [delivery] = hooked.event(kind, shape=shape)
        assert [delivery["type"], delivery["status"], delivery["body"]] == [kind, 200, "ok"]
        assert delivery["ms"] < 5000
    assert [event["type" if shape == "reference" else "event"] for event in receiver.events] == list(kinds)
    created, purchased, completed, registered, updated = (event["data"] for event in receiver.events)
    assert created == newest
    assert set(purchased) == {
        "beat_id", "title", "producer_id", "producer_name", "license_type", "amount", "currency", "purchaser_id",
    }  # fmt: skip
    assert purchased["beat_id"] == newest["id"]
    assert set(completed) == {"purchase_id", "user_id", "amount", "items"}
    assert completed["items"] == [{"beat_id": newest["id"], "license_type": "Basic"}]
    assert hooked.get(f"/v1/users/{registered['id']}").status_code == 404
    assert updated == hooked.get("/v1/users/5001").json()["data"]["user"]


def test_duplicates_are_the_very_same_delivery(hooked: Sandbox, receiver: Receiver) -> None:
    deliveries = hooked.event("beat.purchased", beat_id=3, id="evt_1", times=3)
    assert [delivery["id"] for delivery in deliveries] == ["evt_1"] * 3
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1
    assert len({headers[REFERENCE] for headers in receiver.headers}) == 1


def test_data_is_laid_over_the_catalogues_or_stands_alone(hooked: Sandbox, receiver: Receiver) -> None:
    hooked.event("beat.updated", beat_id=3, data={"title": "Other", "price": "1,50"})
    hooked.event("beat.vanished", data={"id": 3}, id=7, created="yesterday")
    hooked.event("beat.updated", data=[None])
    over, alone, listed = receiver.events
    assert over["data"] == hooked.get("/v1/beats/3").json()["data"]["beat"] | {"title": "Other", "price": "1,50"}
    assert alone == {"id": 7, "created": "yesterday", "type": "beat.vanished", "data": {"id": 3}}
    assert listed["data"] == [None]


def test_bodies_and_signatures_can_be_anything(hooked: Sandbox, receiver: Receiver) -> None:
    for options in (
        {"body": '{"id": "é\ud800", "id": 1'},
        {"body": ""},
        {"signature": "sha256=é"},
        {"signature": None},
        {"secret": "whsec_other"},
        {"prefix": "sha256="},
    ):
        assert hooked.event("beat.updated", **options)[0]["status"] == 200
    signatures = [headers[REFERENCE] for headers in receiver.headers]
    assert receiver.bodies[:2] == ['{"id": "é\ud800", "id": 1'.encode("utf-8", "surrogatepass"), b""]
    assert signatures[:4] == [hexdigest(receiver.bodies[0]), hexdigest(b""), "sha256=é", None]
    assert signatures[4:] == [
        hexdigest(receiver.bodies[4], "whsec_other"),
        "sha256=" + hexdigest(receiver.bodies[5]),
    ]


def test_asked_for_events_are_sent_once_unless_retries_are_wanted(hooked: Sandbox, receiver: Receiver) -> None:
    receiver.statuses = [401, 503, 503]
    assert hooked.event("beat.updated", beat_id=3)[0]["status"] == 401
    assert hooked.event("beat.updated", beat_id=3, retry=True)[0]["status"] == 503
    once, often = settled(hooked, 2)
    assert [once["attempts"], once["status"], often["attempts"], often["status"]] == [1, 401, 3, 200]


def test_events_come_in_the_wrong_order_on_request(hooked: Sandbox, receiver: Receiver) -> None:
    ids = [f"evt_{index}" for index in range(20)]
    batch = [{"type": "beat.updated", "beat_id": 3, "id": name} for name in ids]
    for order in ("as_given", "reversed", "shuffled"):
        assert {delivery["status"] for delivery in hooked.events(batch, order)} == {200}
    received = [event["id"] for event in receiver.events]
    assert received[:40] == ids + ids[::-1]
    assert received[40:] != ids
    assert sorted(received[40:]) == sorted(ids)


def test_bursts_come_in_parallel(hooked: Sandbox, receiver: Receiver) -> None:
    batch = [{"type": "beat.updated", "beat_id": index, "times": 8} for index in range(1, 31)]
    deliveries = hooked.events(batch, "shuffled", parallel=8)
    assert len(deliveries) == len(receiver.bodies) == 240
    assert len({event["id"] for event in receiver.events}) == len(set(receiver.bodies)) == 30
    assert len(hooked.deliveries()) == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "webhook", {"url": "http://127.0.0.1/", "secret": ""}, 400),
        ("PUT", "webhook", {"url": "http://127.0.0.1/", "secret": "x", "shape": "round"}, 400),
        ("PUT", "webhook", {"url": "http://127.0.0.1/", "secret": "x", "retries": "soon"}, 400),
        ("POST", "events", {"type": "beat.removed"}, 400),
        ("POST", "events", {"type": "beat.updated", "beat_id": 999}, 404),
        ("POST", "events", {"type": "beat.updated", "beat_id": "1"}, 400),
        ("POST", "events", {"type": "beat.updated", "times": 0}, 400),
        ("POST", "events", {"type": "beat.updated", "signature": "a\nb"}, 400),
        ("POST", "events", {"type": "beat.updated", "signatur": "a"}, 400),
        ("POST", "events/batch", {"events": [1]}, 400),
        ("POST", "events/batch", {"events": [], "order": "random"}, 400),
        ("POST", "events/batch", {"events": [], "parallel": 65}, 400),
        ("PATCH", "users/1", {"name": "x"}, 404),
        ("GET", "events", None, 405),
    ],
)
def test_mistakes_about_events_are_explained(
    hooked: Sandbox, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    with pytest.raises(requests.HTTPError) as caught:
        hooked.control(method, path, body)
    assert caught.value.response.status_code == status
    assert caught.value.response.json()["error"]["details"] is not None or status == 404
