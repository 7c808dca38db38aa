"""The control side for tests: everything under /_control/, there only when asked for at the start."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from . import control_hooks, events, fault_answers, faults, genres, limits, shapes
from .catalogue import Beat, OwnPath, stamp
from .envelope import ApiError, answer, error, json_body, only, origin_of
from .state import current


def reset(request: HttpRequest) -> HttpResponse:
    """Put everything back as at the start."""
    only(request, "POST")
    current().reset()
    return answer({})


def stats(request: HttpRequest) -> HttpResponse:
    """Tell what was asked."""
    only(request, "GET")
    return answer(current().tally.report())


def set_limits(request: HttpRequest) -> HttpResponse:
    """Set the limits and forget the calls counted so far."""
    only(request, "PUT")
    text = str(json_body(request).get("limits", ""))
    try:
        current().limits = limits.Limits(limits.parse(text))
    except ValueError as trouble:
        raise ApiError(400, str(trouble)) from trouble
    return answer({"limits": text})


def set_shape(request: HttpRequest) -> HttpResponse:
    """Set the shape of all answers."""
    only(request, "PUT")
    wanted = json_body(request).get("shape")
    for shape in shapes.SHAPES:
        if shape == wanted:
            current().shape = shape
            return answer({"shape": shape})
    raise ApiError(400, f"shape must be one of {', '.join(shapes.SHAPES)}")


def set_faults(request: HttpRequest) -> HttpResponse:
    """Set a fault beside the others, or lift them all."""
    only(request, "POST", "DELETE")
    if request.method == "DELETE":
        current().faults.clear()
        return answer({})
    try:
        fault = faults.read(json_body(request))
        fault_answers.check(fault)
    except ValueError as trouble:
        raise ApiError(400, str(trouble)) from trouble
    current().faults.add(fault)
    return answer({"fault": fault.name, "path": fault.path, "times": fault.times})


def add_beat(request: HttpRequest) -> HttpResponse:
    """Add a beat and send beat.created: what is not given gets a sensible value."""
    only(request, "POST")
    fields, dropped, quiet = _fields(request)
    producers = current().store.producers()
    genre = genres.GENRES[0]

    def make(number: int) -> Beat:
        defaults: dict[str, Any] = {
            "id": number,
            "title": f"New Beat {number}",
            "user_id": producers[0].id if producers else None,
            "producer_name": producers[0].fields["name"] if producers else None,
            "genre": {"id": genre.id, "name": genre.name},
            "price": 29.99,
            "duration": 180,
            "bpm": genre.tempo[0],
            "key": "A minor",
            "audio_url": OwnPath(f"/audio/{number}.mp3"),
            "cover_image": OwnPath(f"/images/{number}.jpg"),
            "created_at": stamp(datetime.now(UTC)),
            "play_count": 0,
            "download_count": 0,
        }
        return Beat(number, defaults | fields, dropped or frozenset())

    return _written(request, current().store.add(make), None if quiet else "beat.created", 201)


def change_beat(request: HttpRequest, number: int) -> HttpResponse:
    """Write any values at all into a beat and send beat.updated, or take it out: of that no event tells."""
    only(request, "PATCH", "DELETE")
    store = current().store
    if request.method == "DELETE":
        return answer({}) if store.remove(number) else error(404)
    fields, dropped, quiet = _fields(request)
    beat = store.change(number, fields, dropped)
    return _written(request, beat, None if quiet else "beat.updated", 200) if beat else error(404)


def change_user(request: HttpRequest, number: int) -> HttpResponse:
    """Write any values into a profile, with a new name on the user's beats too, and send user.updated."""
    only(request, "PATCH")
    store = current().store
    fields, _, quiet = _fields(request)
    producer = store.change_producer(number, fields)
    if producer is None:
        return error(404)
    if not quiet:
        events.announce(current(), events.of_user("user.updated", store, number, origin_of(request)))
    return answer(shapes.whole(shapes.profile(producer, store.figures(number)), origin_of(request)))


def _fields(request: HttpRequest) -> tuple[dict[str, Any], frozenset[str] | None, bool]:
    """Return what to write, the names to drop, and whether no event is to tell of it."""
    fields = json_body(request)
    quiet = bool(fields.pop("_quiet", False))
    dropped = fields.pop("_drop", None)
    if dropped is not None and not isinstance(dropped, list):
        raise ApiError(400, "_drop must be a list of field names")
    return fields, None if dropped is None else frozenset(map(str, dropped)), quiet


def _written(request: HttpRequest, beat: Beat, kind: str | None, status: int) -> HttpResponse:
    origin = origin_of(request)
    if kind:
        events.announce(current(), events.of_beat(kind, beat, origin))
    return answer(shapes.whole(shapes.beat(beat, "reference"), origin), status)


urlpatterns = [
    path("reset", reset),
    path("stats", stats),
    path("limits", set_limits),
    path("shape", set_shape),
    path("faults", set_faults),
    path("beats", add_beat),
    path("beats/<int:number>", change_beat),
    path("users/<int:number>", change_user),
    *control_hooks.urlpatterns,
]
