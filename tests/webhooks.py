"""Signed events, as BeatConnect would send them, for tests that receive them."""

import json
import time
from typing import Any, Literal

from django.http import HttpResponse
from django.test import Client

from catalog.beatconnect.signatures import sign

NEW, OLD = "whsec_new", "whsec_old"  # as in tests.settings
ADDRESS = "/webhooks/beatconnect/"
HEADERS = ("X-Webhook-Signature", "BeatConnect-Signature")
RECEIVED = b'{"success":true,"received":true}'

Shape = Literal["reference", "explorer"]


def stamp(epoch: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


def body_of(
    kind: str,
    data: Any,
    *,
    id: Any = "evt_1",  # noqa: A002 - the envelope's own word
    created: Any = None,
    shape: Shape = "reference",
) -> bytes:
    """Write an event of now, or of `created`, in one of the two documented envelopes; id "" leaves it out."""
    if shape == "explorer":
        moment = created if isinstance(created, str) else stamp(created or time.time())
        return json.dumps({"event": kind, "created_at": moment, "data": data}).encode()
    event = {"id": id, "created": int(time.time()) if created is None else created, "type": kind, "data": data}
    return json.dumps({name: value for name, value in event.items() if (name, value) != ("id", "")}).encode()


def signed(body: bytes, secret: str = NEW, header: str = HEADERS[0], prefix: str = "") -> dict[str, str]:
    """Return the header that signs a body."""
    return {header: prefix + sign(body, secret)}


def deliver(client: Client, body: bytes, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    """Post a body, signed unless other headers are given."""
    headers = signed(body) if headers is None else headers
    response: HttpResponse = client.post(ADDRESS, body, content_type="application/json", headers=headers, **more)
    return response


def tell(client: Client, kind: str, data: Any, **event: Any) -> HttpResponse:
    """Deliver an event that must be accepted."""
    response = deliver(client, body_of(kind, data, **event))
    assert (response.status_code, response.content) == (200, RECEIVED)
    return response


def a_beat(pk: int = 9001, **fields: Any) -> dict[str, Any]:
    """Return a whole beat in the reference shape."""
    return {
        "id": pk,
        "title": "Summer Vibes",
        "user_id": 5678,
        "producer_name": "DJ Maphorisa",
        "genre": {"id": 3, "name": "Amapiano"},
        "price": 49.99,
        "created_at": "2026-01-02T03:04:05Z",
        **fields,
    }
