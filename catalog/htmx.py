"""Renders a page, or the one fragment of it that htmx asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from catalog.indexing import may_be_listed

# The same address gives the page and its fragments: a cache must tell them apart, on both.
VARY = ("Accept-Encoding", "HX-Request", "HX-Target", "HX-History-Restore-Request", "Save-Data")
# In-page places that show an error of their own: the rest of the page stays as it is.
ERROR_FRAGMENTS = {"results": "errors/_fragment.html"}
PUBLIC = "public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=86400"


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    fragments: Mapping[str, str] | None = None,
    status: int = 200,
    canonical: str = "",
) -> HttpResponse:
    """Render a public page; `fragments` maps the HX-Targets it may be asked for to their templates.

    `canonical` is the page's one address, where that isn't simply the path. A history restore, a navigation and a
    boosted link (whose target is no fragment) get the whole page.
    """
    fragment = wanted_fragment(request, fragments or {})
    # A page that isn't there has no address of its own.
    canonical_path = (canonical or request.path) if status == 200 else ""
    facts = {**context, "is_fragment": bool(fragment), "canonical_path": canonical_path}
    response = render(request, fragment or template, facts, status=status)
    patch_vary_headers(response, VARY)
    response["Cache-Control"] = PUBLIC if status == 200 else "no-store"
    if fragment or not may_be_listed(canonical or request.path):
        response["X-Robots-Tag"] = "noindex"
    return response


def saves_data(request: HttpRequest) -> bool:
    """Tell whether the visitor's browser asks for pages that cost little data."""
    return request.headers.get("Save-Data", "").lower() == "on"


def wanted_fragment(request: HttpRequest, fragments: Mapping[str, str]) -> str | None:
    """Return the template of the fragment that the request asks for, None for the whole page."""
    asked = HtmxDetails(request)
    navigates = request.headers.get("Sec-Fetch-Dest") == "document"
    if not asked or asked.history_restore_request or navigates:
        return None
    return fragments.get(asked.target or "")
