"""The search page, and what is suggested while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.forms import SearchForm
from catalog.htmx import render_page
from catalog.pagestore.kept import kept
from catalog.service import search as service
from catalog.views import is_bot


@require_safe
@kept(parameters=SearchForm.base_fields)
def search(request: HttpRequest) -> HttpResponse:
    page = service.search(SearchForm.read(request.GET), request.path, may_ask=may_ask(request))
    status = 404 if page.pages.out_of_range else 200
    response = render_page(request, "catalog/search.html", page.context(), status=status, canonical=page.pages.url)
    response["X-Robots-Tag"] = "noindex"
    if page.unasked:
        # Kept, a robot's empty page would be shown to the person for whom BeatConnect is asked.
        response["Cache-Control"] = "no-store"
    return response


@require_safe
@kept(parameters=SearchForm.base_fields)
def suggest(request: HttpRequest) -> HttpResponse:
    suggestions = service.suggest(SearchForm.read(request.GET).q)
    response = render_page(request, "catalog/_suggestions.html", {"suggestions": suggestions})
    response["X-Robots-Tag"] = "noindex"
    return response


def may_ask(request: HttpRequest) -> bool:
    """Tell whether a person waits for this page: neither a crawler, nor a browser that only looks ahead."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and not ahead and not is_bot(request)
