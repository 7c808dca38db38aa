"""The catalogue's pages."""

import re
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from catalog.forms import BrowseForm
from catalog.htmx import PUBLIC, render_page
from catalog.pagestore.kept import kept
from catalog.paging import Paging
from catalog.producer_form import ProducersForm
from catalog.service import beats, genres, producers, store
from catalog.service import home as front

BOTS = re.compile(
    r"bot|crawl|spider|slurp|scan|preview|fetch|monitor|curl|wget|python|go-http|java/|headless", re.IGNORECASE
)
RESULTS = {"results": "catalog/_results.html"}
PRODUCER_RESULTS = {"results": "catalog/_producer_results.html"}


@require_safe
@kept()
def home(request: HttpRequest) -> HttpResponse:
    return render_page(request, "catalog/home.html", front.home().context())


@require_safe
@kept(parameters=BrowseForm.base_fields, fragments=RESULTS)
def beat_list(request: HttpRequest) -> HttpResponse:
    page = beats.beats(BrowseForm.read(request.GET), request.path)
    return render_list(request, "catalog/beat_list.html", page, page.listing)


@require_safe
@kept()
def beat_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    page = beats.beat(pk, may_ask=not is_bot(request))
    if page.beat.gone_at:
        return render_page(request, "catalog/beat_gone.html", page.context(), status=410)
    if request.path != page.beat.url:
        return to_canonical(request, page.beat.url)
    template = settings.BEATCONNECT_BEAT_URL
    buy_url = template.replace("{id}", str(pk)) if template else settings.BEATCONNECT_HOME_URL
    return render_page(request, "catalog/beat_detail.html", {**page.context(), "buy_url": buy_url})


@require_safe
@kept()
def genre_list(request: HttpRequest) -> HttpResponse:
    return render_page(request, "catalog/genre_list.html", genres.genres().context())


@require_safe
@kept(parameters=BrowseForm.base_fields, fragments=RESULTS)
def genre_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    page = genres.genre(pk, BrowseForm.read(request.GET))
    if request.path != page.genre.url:
        return to_canonical(request, page.genre.url)
    return render_list(request, "catalog/genre_detail.html", page, page.listing)


@require_safe
@kept(parameters=ProducersForm.base_fields, fragments=PRODUCER_RESULTS)
def producer_list(request: HttpRequest) -> HttpResponse:
    page = producers.producers(ProducersForm.read(request.GET), request.path)
    return render_list(request, "catalog/producer_list.html", page, page.pages, fragments=PRODUCER_RESULTS)


@require_safe
@kept(parameters=BrowseForm.base_fields, fragments=RESULTS)
def producer_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    page = producers.producer(pk, BrowseForm.read(request.GET))
    if request.path != page.producer.url:
        return to_canonical(request, page.producer.url)
    return render_list(request, "catalog/producer_detail.html", page, page.listing)


@require_safe
@kept()
def producer_check(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    page = producers.checked(pk)
    if request.path != page.url:
        return to_canonical(request, page.url)
    return render_page(request, "catalog/producer_check.html", page.context())


def is_bot(request: HttpRequest) -> bool:
    """Tell whether the visitor calls itself a machine; a list of names would never be whole."""
    agent = request.headers.get("User-Agent", "")
    return not agent or bool(BOTS.search(agent))


def render_list(
    request: HttpRequest, template: str, page: store.Page, pages: Paging, fragments: Any = RESULTS
) -> HttpResponse:
    """Render a page that holds a list; a page number beyond its end is a 404 that shows the way back."""
    status = 404 if pages.out_of_range else 200
    return render_page(request, template, page.context(), fragments=fragments, status=status, canonical=pages.url)


def to_canonical(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect to a thing's one address, with the query that came along."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > 2000:
        raise Http404
    response = HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)
    # Without it browsers keep a 301 for good: a title changed and changed back would send them in circles.
    response["Cache-Control"] = PUBLIC
    return response
