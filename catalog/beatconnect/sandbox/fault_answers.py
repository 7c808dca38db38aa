"""The answers faults give in place of the API's own."""

import base64
import gzip
import json
from functools import lru_cache
from typing import Any

from django.http import HttpResponse

from . import envelope, wire
from .faults import MODIFIERS, Fault

_TOO_MUCH = 3 * 2**20  # bytes; a reader should stop at 2 MiB
_BOMB = 64 * 2**20  # bytes a small gzip body unfolds to
_HTML = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>"


def check(fault: Fault) -> None:
    """Try a fault's options before they are believed; raises ValueError."""
    try:
        if fault.name in MODIFIERS:
            wires([fault])
            fault.seconds(0)
            change_headers(HttpResponse(), [fault])
        else:
            replacement(fault)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as trouble:
        msg = f"{fault.name}: {trouble!r}"
        raise ValueError(msg) from trouble


def replacement(fault: Fault) -> HttpResponse:
    """Return what a replacing fault answers."""
    options = fault.options
    match fault.name:
        case "status":
            return _status(int(options["status"]), options)
        case "malformed":
            return _json(b'{"status": "success", "data": {"beats": [{"id": 1, "title": "Su')
        case "empty":
            return _json(b"")
        case "oversized":
            return _oversized(options)
        case "redirect":
            moved = HttpResponse(status=int(options.get("status", 302)))
            moved["Location"] = str(options["location"])
            return moved
        case "raw":
            encoded = options.get("body_base64")
            body = str(options.get("body", "")).encode() if encoded is None else base64.b64decode(encoded)
            content_type = str(options.get("content_type", "application/json"))
            return HttpResponse(body, status=int(options.get("status", 200)), content_type=content_type)
        case _:  # truncated and reset: the wire does the rest
            return envelope.answer({"status": "success", "data": {"beats": [], "padding": "x" * 2000}})


def _json(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")


def _status(status: int, options: dict[str, Any]) -> HttpResponse:
    if options.get("html"):
        response = HttpResponse(_HTML.format(f"{status} Trouble"), status=status, content_type="text/html")
    else:
        response = envelope.error(status, "This fault was asked for")
    if options.get("retry_after") is not None:
        response["Retry-After"] = str(options["retry_after"])
    return response


def _oversized(options: dict[str, Any]) -> HttpResponse:
    bomb = bool(options.get("gzip"))
    response = _json(_oversized_body(int(options.get("bytes", _BOMB if bomb else _TOO_MUCH)), bomb=bomb))
    if bomb:
        response["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=2)  # compressing 64 MiB takes longer than many a client waits
def _oversized_body(size: int, *, bomb: bool) -> bytes:
    body = json.dumps({"status": "success", "data": {"beats": [], "padding": ""}}).encode()
    body = body.replace(b'""', b'"' + b"x" * size + b'"')
    return gzip.compress(body, compresslevel=1) if bomb else body


def change_headers(response: HttpResponse, faults: list[Fault]) -> None:
    """Add and replace headers as told; a header whose value is null is taken out."""
    for fault in faults:
        if fault.name != "headers":
            continue
        for name, value in fault.options.get("headers", fault.options).items():
            if value is None:
                response.headers.pop(name, None)
            else:
                response[name] = str(value)


def wires(faults: list[Fault]) -> wire.Wire | None:
    """Return what is to be done with the bytes, None for sending them as usual."""
    for fault in faults:
        match fault.name:
            case "reset":
                return wire.reset
            case "truncated":
                return wire.truncated
            case "drip_body":
                return wire.drip_body(fault.seconds(0.05))
            case "drip_headers":
                return wire.drip_headers(fault.seconds(0.05))
    return None
