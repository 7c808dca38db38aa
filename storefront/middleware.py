"""What happens around every view: probes, proxies, headers, and trouble turned into the right page."""

import time
from collections.abc import Callable
from math import ceil

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.private import TooMany
from catalog import languages
from catalog.service.store import EmptyStore, NotThere
from catalog.sync import thread
from storefront.views import error_page, livez, readyz

log = structlog.get_logger("storefront")

GetResponse = Callable[[HttpRequest], HttpResponse]
PROBES = {"/livez": livez, "/readyz": readyz}
# Seconds until a database that did not answer, or a mirror that is still being filled, is worth another look.
DATABASE_RETRY, FILLING_RETRY = 5, 30
# Seconds between two lines on a dead database: it is one failure, however many visitors meet it.
TELL_AGAIN = 60.0

HEADERS = {
    # SecurityMiddleware's own, which it leaves out where it refuses a Host itself.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    # credentialless, not require-corp: that would block covers and previews, which come from BeatConnect's host.
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}
# What static files go without, which a phone pays for by the byte. SecurityMiddleware's two are for pages: without the
# first a browser does the same. And a file whose address changes with it needs one mark to be known again, its ETag.
NOT_ON_FILES = ("Referrer-Policy", "Cross-Origin-Opener-Policy", "Last-Modified")


def probes(get_response: GetResponse) -> GetResponse:
    """Answer health probes before host checks and https redirects, which a load balancer can't satisfy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        return probe(request) if probe else get_response(request)

    return middleware


def background_sync(get_response: GetResponse) -> GetResponse:
    """Let a worker keep the mirror fresh from its first request on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        thread.ensure_started()
        return get_response(request)

    return middleware


def trusted_proxies(get_response: GetResponse) -> GetResponse:
    """Believe a forwarded scheme and address only from TRUSTED_PROXIES; anybody may send the headers."""
    trusted = frozenset(settings.TRUSTED_PROXIES)

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        if request.META.get("REMOTE_ADDR") not in trusted:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        elif forwarded:
            # The last address is the one that the trusted proxy itself saw.
            request.META["REMOTE_ADDR"] = forwarded.rsplit(",", 1)[-1].strip()
        return get_response(request)

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """Set on every page the headers that no other part sets; each exactly once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        elif request.path.startswith(settings.STATIC_URL):
            for name in NOT_ON_FILES:
                del response[name]
        return response

    return middleware


def address_language(get_response: GetResponse) -> GetResponse:
    """Speak the language that the address names; Django's own would make every page vary by the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with translation.override(languages.split(request.path_info)[0]):
            return get_response(request)

    return middleware


class trouble:  # noqa: N801 - listed beside the function middlewares
    """Turn what services raise into a page or a fragment, so that no view catches it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._told_at = -TELL_AGAIN

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            dressed = error_page(request, 405)
            dressed["Allow"] = response["Allow"]
            return dressed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case EmptyStore(retry_after=seconds):
                return unavailable(request, ceil(seconds))
            case NotThere(complete=True):
                return error_page(request, 404)
            case NotThere():
                # A 404 would make search engines drop a page that may only be waiting for its turn in the sweep.
                return unavailable(request, FILLING_RETRY)
            case TooMany(retry_after=seconds):
                return _too_many(request, ceil(seconds))
            case DatabaseError() | InterfaceError():
                self._tell(exception)
                return unavailable(request, DATABASE_RETRY)
        return None

    def _tell(self, exception: Exception) -> None:
        now = time.monotonic()
        if now - self._told_at >= TELL_AGAIN:
            self._told_at = now
            log.error("the database does not answer", error=type(exception).__name__)


def _too_many(request: HttpRequest, retry_after: int) -> HttpResponse:
    response = error_page(request, 429)
    response["Retry-After"] = str(retry_after)
    return response


def unavailable(request: HttpRequest, retry_after: int) -> HttpResponse:
    """Return the 503 page, which reloads itself."""
    response = error_page(request, 503, {"retry_after": retry_after})
    response["Retry-After"] = str(retry_after)
    return response
