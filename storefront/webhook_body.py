"""Brings webhook bodies in whole, before Django sees them: its WSGI handler takes a chunked body for an empty one.

Only the webhook's paths are touched; no other view takes a body of unknown length. A body that never ends can't be
given up here: granian's thread stays with it until the connection ends, so a proxy that buffers requests stands before
a public shop. What carries no signature at all isn't read, and so can't hold a thread.
"""

import io
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from catalog.envelopes import LONGEST_BODY, SIGNATURE_HEADERS

PATHS = ("/webhooks/beatconnect", "/webhooks/beatconnect/")
SIGNATURES = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in SIGNATURE_HEADERS)


def whole_bodies(application: WSGIApplication) -> WSGIApplication:
    """Wrap an application: webhook bodies of either transfer arrive with a length, or are refused with 413."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] not in PATHS or environ["REQUEST_METHOD"] != "POST":
            return application(environ, start_response)
        promised = environ.get("CONTENT_LENGTH") or ""
        if promised.isascii() and promised.isdigit() and int(promised) > LONGEST_BODY:
            return _too_large(start_response)
        body = environ["wsgi.input"].read(LONGEST_BODY + 1) if _is_signed(environ) else b""
        if len(body) > LONGEST_BODY:
            return _too_large(start_response)
        environ["wsgi.input"] = io.BytesIO(body)
        if environ.pop("HTTP_TRANSFER_ENCODING", None) or not promised:
            # Where a length was promised it stays, so that the view notices a body that was cut off.
            environ["CONTENT_LENGTH"] = str(len(body))
        return application(environ, start_response)

    return wrapped


def _is_signed(environ: WSGIEnvironment) -> bool:
    return any(environ.get(name) for name in SIGNATURES)


def _too_large(start_response: StartResponse) -> Iterable[bytes]:
    start_response("413 Content Too Large", [("Content-Length", "0"), ("Cache-Control", "no-store")])
    return [b""]
