"""Favourites, with and without an account: the list, one heart, and all of it to take along."""

from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record
from accounts.favourites import export, keeping, reading, whose
from accounts.forms import read_page
from accounts.models import AuditEntry
from accounts.private import TooMany, visitor
from catalog.service import beats, store

# Where a page says, without script, that the beat was kept: templates/base.html.
SAID = "keep"
FULL = "full"
RETRY = 60  # seconds; the limit is one of minutes


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    looks = request.method == "GET" and not request.headers.get("Sec-Purpose", "").startswith("prefetch")
    page = reading.favourites_page(whose.list_of(request), read_page(request.GET), looks=looks)
    facts = {
        "page": page,
        "complete": store.is_complete(),
        "full": FULL in request.GET,
        "most": keeping.MOST,
    }
    response = render(request, "accounts/favourites.html", facts, status=404 if page.pages.out_of_range else 200)
    if not request.user.is_authenticated:
        whose.set_cookies(request, response, whose.carried_by(request))
    return response


@csrf_exempt
@require_POST
def favourite(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a beat (`keep=1`) or let it go (`keep=0`); said twice it is done once.

    The hearts stand on pages that are the same for all and so hold no CSRF token: the browser says whose page asks.
    """
    if not _from_our_pages(request):
        raise PermissionDenied
    wish = request.POST.get("keep")
    if wish not in {"0", "1"}:
        raise BadRequest("keep is 0 or 1")
    carried = _keep(request, pk) if wish == "1" else _let_go(request, pk)
    if carried is None:
        return _full(request)
    response: HttpResponse
    if request.headers.get("HX-Request"):
        response = render(request, "account/_marks.html", {"owned": {}, "kept": [pk] if wish == "1" else []})
    else:
        response = _back(request)
    if not request.user.is_authenticated:
        whose.set_cookies(request, response, carried or whose.carried_by(request))
    return response


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    text = export.as_csv(whose.list_of(request))
    return _file(request, HttpResponse(text, content_type="text/csv; charset=utf-8"), "csv")


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    data = {"favourites": export.as_data(whose.list_of(request))}
    return _file(request, JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False}), "json")


def _keep(request: HttpRequest, pk: int) -> str | None:
    """Return what the browser must carry from now on, "" for nothing new, None where the list is full."""
    beat = beats.known([pk]).get(pk)
    if beat is None or beat.gone_at:
        raise Http404
    if not request.user.is_authenticated and not ratelimit.consume(request, action="keep"):
        raise TooMany(RETRY)
    try:
        mine, carried = whose.list_to_keep_in(request)
        try:
            keeping.keep(mine, beat)
        except keeping.ListGone:
            # Into one of its own, which goes the same way with the next request.
            mine, carried = whose.list_to_keep_in(request)
            keeping.keep(mine, beat)
    except keeping.ListFull:
        return None
    return carried


def _let_go(request: HttpRequest, pk: int) -> str:
    mine = whose.list_of(request)
    was_there = mine is not None and keeping.let_go(mine, pk)
    if not was_there and not beats.known([pk]):
        raise Http404
    return ""


def _full(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "accounts/_favourites_full.html", {"most": keeping.MOST}, status=409)
    return _see_other(f"{reverse('favourites')}?{FULL}=1")


def _from_our_pages(request: HttpRequest) -> bool:
    """Tell whether one of our own pages made a request; what a browser says here no page can make up."""
    fetched = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return fetched or request.headers.get("Origin") == settings.SITE_URL


def _back(request: HttpRequest) -> HttpResponse:
    """Lead back to the page whose heart was pressed, where a line says that it was done."""
    came_from = request.headers.get("Referer", "")
    host = urlsplit(settings.SITE_URL)
    hosts = {request.get_host(), host.netloc}
    if not url_has_allowed_host_and_scheme(came_from, hosts, require_https=host.scheme == "https"):
        return _see_other(reverse("favourites"))
    parts = urlsplit(came_from)
    # The path alone: a second slash in front would name another host.
    path = "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    return _see_other(path if path.split("?")[0] == reverse("favourites") else f"{path}#{SAID}")


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _file(request: HttpRequest, response: HttpResponse, kind: str) -> HttpResponse:
    if request.user.is_authenticated and request.method == "GET":
        record(request, visitor(request), AuditEntry.What.EXPORTED)
    response["Content-Disposition"] = f'attachment; filename="favourites-{timezone.now():%Y-%m-%d}.{kind}"'
    return response
