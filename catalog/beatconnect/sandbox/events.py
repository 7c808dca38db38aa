"""Events: what each type says of the catalogue, and the two documented envelopes around it."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from . import hooks, shapes
from .catalogue import Beat, stamp
from .hooks import Delivery, Hook
from .state import State
from .store import Store, number

_PURCHASER = 9012  # the reference page's
_LICENCE, _CURRENCY, _PRICE = "Basic", "USD", 29.99


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a subject; `created` is a UTC moment, or anything else to be passed on as it is."""

    type: str
    subject: str
    data: Any
    id: Any
    created: Any


def new(kind: str, subject: str, data: Any) -> Event:
    """Return an event of this moment."""
    return Event(kind, subject, data, f"evt_{secrets.token_hex(12)}", datetime.now(UTC))


def written(event: Event, shape: hooks.Shape) -> bytes:
    """Write an event in the envelope of the reference page or of the webhook page."""
    moment = event.created if isinstance(event.created, datetime) else None
    if shape == "reference":
        created = int(moment.timestamp()) if moment else event.created
        content = {"id": event.id, "created": created, "type": event.type, "data": event.data}
    else:
        content = {"event": event.type, "created_at": stamp(moment) if moment else event.created, "data": event.data}
    return json.dumps(content).encode()


def announce(state: State, event: Event) -> None:
    """Have an event delivered in the background, if anybody wants to know."""
    hook = state.hook
    if hook is not None:
        state.outbox.post(signed(event, hook))


def signed(event: Event, hook: Hook) -> Delivery:
    """Return the delivery of an event to a webhook."""
    body = written(event, hook.shape)
    headers = hooks.headers(hooks.sign(body, hook.secret), hook.shape)
    return Delivery(str(event.id), event.type, event.subject, hook.url, headers, body)


def of_beat(kind: str, beat: Beat, origin: str) -> Event:
    """Return an event that carries a whole beat, in the reference shape."""
    return new(kind, f"beat {beat.id}", shapes.whole(shapes.beat(beat, "reference"), origin))


def of_user(kind: str, store: Store, user_id: int, origin: str) -> Event:
    """Return an event that carries a user's profile: a listener's, who has little of one, for an unknown id."""
    producer = store.producer(user_id)
    if producer is None:
        data = {"id": user_id, "name": f"Listener {user_id}", "created_at": stamp(datetime.now(UTC))}
    else:
        data = shapes.whole(shapes.profile(producer, store.figures(user_id)), origin)
    return new(kind, f"user {user_id}", data)


def build(store: Store, kind: str, *, beat_id: int | None, user_id: int | None, origin: str) -> Event:
    """Return an event about a beat and a user, by default the newest and the first; raises LookupError, ValueError."""
    maker = _MAKERS.get(kind)
    if maker is None:
        msg = f"type must be one of {', '.join(_MAKERS)}, or come with data of its own"
        raise ValueError(msg)
    return maker(store, kind, beat_id, user_id, origin)


def _found(store: Store, beat_id: int | None) -> Beat:
    newest = store.beats()[:1]
    beat = (newest[0] if newest else None) if beat_id is None else store.beat(beat_id)
    if beat is None:
        msg = "there is no such beat"
        raise LookupError(msg)
    return beat


def _paid(beat: Beat) -> float:
    price = number(beat.fields.get("price"))
    return _PRICE if price is None else price


def _beat(store: Store, kind: str, beat_id: int | None, user_id: int | None, origin: str) -> Event:
    return of_beat(kind, _found(store, beat_id), origin)


def _user(store: Store, kind: str, beat_id: int | None, user_id: int | None, origin: str) -> Event:
    ids = [producer.id for producer in store.producers()]
    if user_id is None:
        # Who registers is new; who changes is known.
        user_id = max(ids, default=0) + 1 if kind == "user.registered" else min(ids, default=1)
    return of_user(kind, store, user_id, origin)


def _purchased(store: Store, kind: str, beat_id: int | None, user_id: int | None, origin: str) -> Event:
    beat = _found(store, beat_id)
    data = {
        "beat_id": beat.id,
        "title": beat.fields.get("title"),
        "producer_id": beat.fields.get("user_id"),
        "producer_name": beat.fields.get("producer_name"),
        "license_type": _LICENCE,
        "amount": _paid(beat),
        "currency": _CURRENCY,
        "purchaser_id": _PURCHASER if user_id is None else user_id,
    }
    return new(kind, f"beat {beat.id}", data)


def _completed(store: Store, kind: str, beat_id: int | None, user_id: int | None, origin: str) -> Event:
    beat = _found(store, beat_id)
    data = {
        "purchase_id": f"pur_{secrets.token_hex(8)}",
        "user_id": _PURCHASER if user_id is None else user_id,
        "amount": _paid(beat),
        "items": [{"beat_id": beat.id, "license_type": _LICENCE}],
    }
    return new(kind, f"beat {beat.id}", data)


_MAKERS: dict[str, Callable[[Store, str, int | None, int | None, str], Event]] = {
    "beat.created": _beat,
    "beat.updated": _beat,
    "beat.purchased": _purchased,
    "user.registered": _user,
    "user.updated": _user,
    "purchase.completed": _completed,
}
