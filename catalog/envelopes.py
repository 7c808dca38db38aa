"""Reads a webhook's body: either of the two documented envelopes, and what stands in them. Pure.

A body is the sender's word once its signature fits, and may still be anything: what can't be read is None, or
BadEnvelope where nothing can be done with the whole of it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from catalog.beatconnect import strict_json
from catalog.beatconnect.errors import Unreadable
from catalog.beatconnect.fields import Id, Moment, Reference
from catalog.beatconnect.models import Beat, OrderItem, Problem
from catalog.beatconnect.shapes import read_item

# The reference page's name, and the webhook page's.
SIGNATURE_HEADERS = ("X-Webhook-Signature", "BeatConnect-Signature")
LONGEST_BODY = 262_144  # bytes; documented payloads stay under 1 kB
KEY_LENGTH = 80
TYPE_LENGTH = 60
# No sender makes ids like this; a shorter one that doesn't fit into the key is hashed.
_LONGEST_ID = 1_000
MOST_ITEMS = 100

Value = TypeVar("Value")

_ID: TypeAdapter[int] = TypeAdapter(Id)
_REFERENCE: TypeAdapter[str] = TypeAdapter(Reference)
_MOMENT: TypeAdapter[datetime | None] = TypeAdapter(Moment)


class BadEnvelope(Exception):
    """A body that is no event; the text says why, without quoting it."""


@dataclass(frozen=True)
class Envelope:
    """One event. `key` names it for ever; `created` is None where the sender told no usable time."""

    key: str
    digest: str
    type: str
    created: datetime | None
    data: Mapping[str, object]


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def body_key(body: bytes) -> str:
    """Return the key of an event without an id: the same body is the same event."""
    return f"sha256:{digest(body)}"


def read_envelope(body: bytes) -> Envelope:
    """Return the event in a body: `{id, created, type, data}` or `{event, created_at, data}`."""
    try:
        document = strict_json.loads(body)
    except Unreadable:
        raise BadEnvelope("not JSON") from None
    if not isinstance(document, dict):
        raise BadEnvelope("not an object")
    kind = _told(document, "type", "event")
    if not isinstance(kind, str) or not kind:
        raise BadEnvelope("no type")
    data = document.get("data")
    return Envelope(
        key=_key(document.get("id"), body),
        digest=digest(body),
        type=kind[:TYPE_LENGTH],
        created=_read(_MOMENT, _told(document, "created", "created_at")),
        data=data if isinstance(data, dict) else {},
    )


def beat_id(data: Mapping[str, object]) -> int | None:
    """Return the id of the beat that an event is about."""
    return _read(_ID, _beat(data).get("id"))


def whole_beat(data: Mapping[str, object]) -> Beat | None:
    """Return the beat that an event carries, if it tells enough to be shown: at least a title and a price."""
    beat = read_item(Beat, _beat(data), "data")
    return beat if isinstance(beat, Beat) and {"title", "price"} <= beat.model_fields_set else None


def bought_beats(data: Mapping[str, object]) -> list[int]:
    """Return the ids of the beats that a purchase is about, each once, in ascending order."""
    items = data.get("items")
    found = [read_item(OrderItem, raw, "data") for raw in (items[:MOST_ITEMS] if isinstance(items, list) else [data])]
    return sorted({item.beat_id for item in found if not isinstance(item, Problem) and item.beat_id})


def buyer_id(data: Mapping[str, object]) -> int | None:
    """Return who bought; the two envelopes name them differently."""
    return _read(_ID, _told(data, "purchaser_id", "buyer_id", "user_id"))


def purchase_id(data: Mapping[str, object]) -> str | None:
    """Return the purchase's own id, which only one of the two envelopes tells."""
    return _read(_REFERENCE, _told(data, "purchase_id", "order_id"))


def user_id(data: Mapping[str, object]) -> int | None:
    """Return the id of the user that an event is about."""
    user = data.get("user")
    about = user if isinstance(user, Mapping) else data
    return _read(_ID, _told(about, "id", "user_id"))


def _beat(data: Mapping[str, object]) -> dict[str, object]:
    beat = data.get("beat")
    about = dict(beat if isinstance(beat, Mapping) else data)
    return about | {"id": _told(about, "id", "beat_id")}


def _told(data: Mapping[str, object], *names: str) -> object:
    """Return what the first of these names says; null says nothing."""
    return next((data[name] for name in names if data.get(name) is not None), None)


def _key(told: object, body: bytes) -> str:
    if told is None:
        return body_key(body)
    if not isinstance(told, str) or not told or len(told) > _LONGEST_ID or not _is_plain(told, body):
        raise BadEnvelope("an id that is none")
    key = f"evt:{told}"
    # No id can be mistaken for a hashed one: theirs begin otherwise.
    return key if len(key) <= KEY_LENGTH else f"evt#{hashlib.sha256(told.encode()).hexdigest()}"


def _is_plain(told: str, body: bytes) -> bool:
    # The strict reader has taken NULs out, which would make two ids one.
    if b"\\u0000" in body and "\0" in json.loads(body)["id"]:
        return False
    return told.isprintable() and "\ufffd" not in told


def _read(adapter: TypeAdapter[Value], raw: Any) -> Value | None:
    try:
        return adapter.validate_python(raw)
    except ValidationError:
        return None
