"""Covers, avatars, previews and the papers of orders: made at first request, kept, served with byte ranges."""

import os
import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_http_date_safe

from . import audio, covers, genres, names
from .catalogue import Beat
from .envelope import ApiError
from .state import current
from .store import genre_id, number

_EDITION = 1  # raise it when drawing or playing changes, so that old files are left behind
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_locks = [threading.Lock() for _ in range(16)]


def cover(request: HttpRequest, number: int) -> HttpResponse:
    """Serve a beat's cover."""
    beat, seed = _beat(number), current().options.seed
    genre = _genre(beat)
    path = _kept(f"images/{number}-{genre.slug}.jpg", lambda: covers.cover(seed, number, genre))
    return _serve(request, path, "image/jpeg")


def avatar(request: HttpRequest, number: int) -> HttpResponse:
    """Serve a producer's portrait."""
    producer, seed = current().store.producer(number), current().options.seed
    if producer is None:
        raise ApiError(404, f"There is no user {number}"[:200])
    genre = producer.genres[0]
    path = _kept(f"users/{number}-{genre.slug}.jpg", lambda: covers.avatar(seed, number, genre))
    return _serve(request, path, "image/jpeg")


def preview(request: HttpRequest, number: int) -> HttpResponse:
    """Serve a beat's preview."""
    beat, seed = _beat(number), current().options.seed
    genre, bpm, key = _genre(beat), _bpm(beat), beat.fields.get("key")
    if key not in names.KEYS:
        key = names.KEYS[number % len(names.KEYS)]
    path = _kept(
        f"audio/{number}-{genre.slug}-{bpm}-{str(key).replace(' ', '-').replace('#', 's')}.mp3",
        lambda: audio.preview(seed, number, genre, bpm, str(key)),
    )
    return _serve(request, path, "audio/mpeg")


def paper(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Serve a receipt or a licence as plain text."""
    if request.method not in ("GET", "HEAD"):
        raise ApiError(405, "Allowed: GET, HEAD")
    for orders in current().orders.values():
        for order in orders:
            if order["id"] == name and order.get(f"{kind}_url"):
                text = f"BeatConnect sandbox: {kind} for order {name}\n{order['created_at']}, {order['status']}\n"
                text += f"{order['license_type']}: {order['amount']:.2f} {order['currency']}\n"
                return HttpResponse(text, content_type="text/plain; charset=utf-8")
    raise ApiError(404, f"There is no {kind} of {name}"[:200])


def _beat(number: int) -> Beat:
    beat = current().store.beat(number)
    if beat is None:
        raise ApiError(404, f"There is no beat {number}"[:200])
    return beat


def _genre(beat: Beat) -> genres.Genre:
    found = genre_id(beat)
    known = genres.BY_ID.get(found) if isinstance(found, int) else None
    return known or genres.GENRES[beat.id % len(genres.GENRES)]


def _bpm(beat: Beat) -> int:
    slow, fast = _genre(beat).tempo
    bpm = number(beat.fields.get("bpm"))
    return round(bpm) if bpm is not None and 40 <= bpm <= 260 else (slow + fast) // 2


def _kept(name: str, make: Callable[[], bytes]) -> Path:
    """Return the file of that name, made first if it isn't there; a reader never sees half of one."""
    options = current().options
    path = options.media / f"seed-{options.seed}-{_EDITION}" / name
    with _locks[hash(name) % len(_locks)]:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(make())
            Path(temporary).replace(path)
    return path


def _serve(request: HttpRequest, path: Path, content_type: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise ApiError(405, "Allowed: GET, HEAD")
    data, changed = path.read_bytes(), int(path.stat().st_mtime)
    tag = f'"{changed:x}-{len(data):x}"'
    if _unchanged(request, tag, changed):
        response = HttpResponse(status=304)
    else:
        response = _part(request, data, tag, changed)
        response["Content-Type"] = content_type
    response["ETag"] = tag
    response["Last-Modified"] = http_date(changed)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "public, max-age=86400"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Accept-Ranges, Content-Length, Content-Range, ETag"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _unchanged(request: HttpRequest, tag: str, changed: int) -> bool:
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return tags.strip() == "*" or tag in (known.strip().removeprefix("W/") for known in tags.split(","))
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and changed <= since


def _part(request: HttpRequest, data: bytes, tag: str, changed: int) -> HttpResponse:
    """Answer with the range asked for, or with all where none was, or the file is not the one meant."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range")
    if asked is None or asked.group(0) == "bytes=-" or condition not in (None, tag, http_date(changed)):
        return HttpResponse(data)
    first, last = asked.groups()
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start >= len(data) or end < start:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{len(data)}"
        return refused
    response = HttpResponse(data[start : end + 1], status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return response
