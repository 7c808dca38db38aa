"""Health probes and error pages."""

from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from catalog.htmx import ERROR_FRAGMENTS, VARY, wanted_fragment
from catalog.service import store
from catalog.status import service_state

# Probes are answered outside the middleware that sets headers.
PROBE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}

# Seconds after which somebody who tried to sign in too often may be heard again: allauth's limits are per minute.
SIGN_IN_RETRY = 60

_found_migrated = False


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"}, headers=PROBE_HEADERS)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether visitors can be served: 503 for a dead database, missing migrations or an empty store.

    Trouble with BeatConnect is amber and 200: a node taken out for it would serve nobody, and its mirror would.
    """
    try:
        if not _migrated():
            return _not_ready("migrations are missing")
        if not store.holds_something():
            return _not_ready("the store is empty")
        state = service_state()
    except (DatabaseError, InterfaceError):
        return _not_ready("the database does not answer")
    frozen = state.name == "frozen"
    facts = {"status": "amber" if frozen else "ok", "state": state.name, "why": state.why, "until": state.until}
    return JsonResponse({name: fact for name, fact in facts.items() if fact}, headers=PROBE_HEADERS)


def _not_ready(trouble: str) -> HttpResponse:
    return JsonResponse({"status": trouble}, status=503, headers=PROBE_HEADERS)


def _migrated() -> bool:
    """Tell whether no migration is missing; asked once a process, since a probe comes every few seconds."""
    global _found_migrated  # noqa: PLW0603 - a database once migrated stays so for this code
    if not _found_migrated:
        executor = MigrationExecutor(connection)
        _found_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _found_migrated


def error_page(request: HttpRequest, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    """Render an error in the site's dress: the whole page, or the small form inside the part that failed."""
    template = wanted_fragment(request, ERROR_FRAGMENTS) or f"errors/{status}.html"
    facts = {"status": status, "phrase": HTTPStatus(status).phrase, **(context or {})}
    response = HttpResponse(loader.render_to_string(template, facts, request), status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, VARY)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    # Mostly a tab that was left open while its visitor signed in or out: a form loaded anew works.
    return error_page(request, 403, {"stale": True})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    response = error_page(request, 429)
    response["Retry-After"] = str(SIGN_IN_RETRY)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    try:
        return error_page(request, 500)
    except Exception:  # noqa: BLE001 - what broke the page may break its error page too
        return HttpResponse(
            "Something broke on our side.",
            status=500,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )
