"""The control side of events: where they go, and sending any of them in any number, order and state of repair."""

import dataclasses
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from . import events, hooks
from .envelope import ApiError, answer, json_body, only, origin_of
from .events import Event
from .hooks import Delivery, Outcome
from .state import current

_MOST_TIMES, _MOST_PARALLEL = 1000, 64
_ORDERS = ("as_given", "reversed", "shuffled")
_EVENT_OPTIONS = frozenset(
    {"type", "data", "beat_id", "user_id", "shape", "id", "created", "times"}
    | {"signature", "secret", "prefix", "body", "retry"}
)


def set_webhook(request: HttpRequest) -> HttpResponse:
    """Say where events go from now on, or (null) nowhere; what still waits is given up."""
    only(request, "PUT")
    body, state = json_body(request), current()
    try:
        retries = hooks.read_retries(body["retries"]) if "retries" in body else state.options.retries
        url = body.get("url")
        hook = None if url is None else hooks.read_hook(url, body.get("secret"), body.get("shape", "reference"))
    except ValueError as trouble:
        raise ApiError(400, str(trouble)) from trouble
    state.hook = hook
    state.outbox.clear(retries)
    return answer({"url": url})


def list_deliveries(request: HttpRequest) -> HttpResponse:
    """Tell of the last deliveries, the oldest first."""
    only(request, "GET")
    return answer({"deliveries": current().outbox.report()})


def send_event(request: HttpRequest) -> HttpResponse:
    """Send one event, as often as asked, and tell how each delivery went."""
    only(request, "POST")
    body = json_body(request)
    deliveries = _deliveries(request, body)
    return answer({"deliveries": [_send(delivery, body) for delivery in deliveries]})


def send_batch(request: HttpRequest) -> HttpResponse:
    """Send several events in an order and so many at once, and tell how each delivery went, in that order."""
    only(request, "POST")
    body = json_body(request)
    parallel = _whole(body, "parallel", 1, _MOST_PARALLEL)
    given = body.get("events")
    if not isinstance(given, list) or not all(isinstance(event, dict) for event in given):
        raise ApiError(400, "events must be a list of objects")
    order = body.get("order", "as_given")
    if order not in _ORDERS:
        raise ApiError(400, f"order must be one of {', '.join(_ORDERS)}")
    made = [(delivery, event) for event in given for delivery in _deliveries(request, event)]
    if order == "reversed":
        made.reverse()
    elif order == "shuffled":
        Random(json.dumps(body.get("seed"))).shuffle(made)
    with ThreadPoolExecutor(parallel) as pool:
        return answer({"deliveries": list(pool.map(lambda pair: _send(*pair), made))})


def _send(delivery: Delivery, options: dict[str, Any]) -> dict[str, Any]:
    outcome: Outcome = current().outbox.send(delivery, retry=bool(options.get("retry")))
    return {"id": delivery.event, "type": delivery.type} | dataclasses.asdict(outcome)


def _deliveries(request: HttpRequest, body: dict[str, Any]) -> Iterable[Delivery]:
    hook = current().hook
    if hook is None:
        raise ApiError(400, "There is no webhook; PUT /_control/webhook sets one")
    unknown = sorted(set(body) - _EVENT_OPTIONS)
    if unknown:
        raise ApiError(400, f"Unknown: {', '.join(unknown)}")
    try:
        hook = hooks.read_hook(hook.url, body.get("secret", hook.secret), body.get("shape", hook.shape))
    except ValueError as trouble:
        raise ApiError(400, str(trouble)) from trouble
    event = _event(request, body)
    # Texts may hold surrogates, to send what isn't UTF-8.
    content = (
        str(body["body"]).encode("utf-8", "surrogatepass") if "body" in body else events.written(event, hook.shape)
    )
    signature = body.get("signature", f"{body.get('prefix', '')}{hooks.sign(content, hook.secret)}")
    headers = hooks.headers(_sendable(signature), hook.shape)
    delivery = Delivery(str(event.id), event.type, event.subject, hook.url, headers, content)
    return [delivery] * _whole(body, "times", 1, _MOST_TIMES)


def _event(request: HttpRequest, body: dict[str, Any]) -> Event:
    kind, data = str(body.get("type", "")), body.get("data")
    verbatim = "body" in body or ("data" in body and "beat_id" not in body and "user_id" not in body)
    if verbatim:
        event = events.new(kind, "", data)
    else:
        try:
            event = events.build(
                current().store,
                kind,
                beat_id=_whole(body, "beat_id", None),
                user_id=_whole(body, "user_id", None),
                origin=origin_of(request),
            )
        except LookupError as trouble:
            raise ApiError(404, str(trouble)) from trouble
        except ValueError as trouble:
            raise ApiError(400, str(trouble)) from trouble
        if isinstance(data, dict):
            event = dataclasses.replace(event, data=event.data | data)
        elif "data" in body:
            event = dataclasses.replace(event, data=data)
    event = dataclasses.replace(
        event, id=body.get("id", event.id), created=_moment(body["created"]) if "created" in body else event.created
    )
    return event if event.subject else dataclasses.replace(event, subject=f"event {event.id}")


def _moment(value: Any) -> Any:
    """Read epoch seconds or ISO 8601, to be written as the shape does; what is neither is sent as it is."""
    try:
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        return value if isinstance(value, bool) else datetime.fromtimestamp(value, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return value


def _sendable(signature: Any) -> str | None:
    if signature is None:
        return None
    try:
        text = str(signature)
        text.encode("latin-1")
    except UnicodeEncodeError:
        raise ApiError(400, "A header can carry Latin-1 only") from None
    if "\r" in text or "\n" in text:
        raise ApiError(400, "A header ends with its line")
    return text


def _whole(body: dict[str, Any], name: str, default: Any, most: int | None = None) -> Any:
    value = body.get(name, default)
    if value is default:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or (most is not None and not 1 <= value <= most):
        raise ApiError(400, f"{name} must be a whole number" + (f" from 1 to {most}" if most else ""))
    return value


urlpatterns = [
    path("webhook", set_webhook),
    path("deliveries", list_deliveries),
    path("events", send_event),
    path("events/batch", send_batch),
]
