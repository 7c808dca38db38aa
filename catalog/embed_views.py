"""Players for other people's pages, and the oEmbed answers by which those pages find them.

A player is framed by anybody and therefore knows nobody: no session, no cookie, no form, and nothing but links to the
shop, in a tab of their own.
"""

from collections.abc import Callable
from functools import wraps
from io import StringIO
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from xml.sax.xmlreader import AttributesImpl

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from catalog import languages
from catalog.embed_forms import LookForm, OembedForm, Size, fitting_size
from catalog.htmx import PUBLIC
from catalog.pagestore.kept import kept
from catalog.publishing import publish
from catalog.service import embeds, store, tapes
from catalog.tape_form import Tape

OEMBED_SECONDS = 3_600
CARD_PICTURE = (1200, 630)  # of /cards/<id>.png
PLAYERS = {"beat-detail": "beats", "producer-detail": "producers"}

View = Callable[..., HttpResponse]


def framed(view: View) -> View:
    """Let any page frame what a view answers, and let search engines list the page it speaks of instead."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = PUBLIC if response.status_code in {200, 410} else "no-store"
        return response

    opened = csp_replace({"frame-ancestors": ["*"], "form-action": ["'none'"]})(answer)
    return cast("View", xframe_options_exempt(opened))


@require_safe
@kept(parameters=LookForm.base_fields)
@framed
def beat_player(request: HttpRequest, pk: int) -> HttpResponse:
    player = embeds.beat(pk)
    look = LookForm.read(request.GET)
    if player.beat is None:
        return _nothing(request, look, complete=player.complete)
    facts = {**look, "beat": player.beat, "canonical_path": player.beat.url}
    return render(request, "embed/beat.html", facts, status=410 if player.beat.gone_at else 200)


@require_safe
@kept(parameters=LookForm.base_fields)
@framed
def producer_player(request: HttpRequest, pk: int) -> HttpResponse:
    player = embeds.producer(pk)
    look = LookForm.read(request.GET)
    if player.producer is None:
        return _nothing(request, look, complete=player.complete)
    facts = {"producer": player.producer, "beats": player.beats, "canonical_path": player.producer.url}
    return render(request, "embed/producer.html", {**look, **facts})


@require_safe
@kept(parameters=["b", *LookForm.base_fields])
@framed
def tape_player(request: HttpRequest) -> HttpResponse:
    asked = Tape.read(request.GET)
    look = LookForm.read(request.GET)
    beats = tapes.framed(asked.ids)
    if not beats:
        return _nothing(request, look, complete=store.holds_something())
    facts = {"beats": beats, "canonical_path": asked.address(reverse("tape"))}
    return render(request, "embed/tape.html", {**look, **facts})


def _nothing(request: HttpRequest, look: dict[str, str], *, complete: bool) -> HttpResponse:
    # What isn't in the mirror yet may only be waiting for its turn in the sweep.
    response = render(request, "embed/nothing.html", look, status=404 if complete else 503)
    if not complete:
        response["Retry-After"] = "30"
    return response


@require_safe
@kept(parameters=OembedForm.base_fields)
def oembed(request: HttpRequest) -> HttpResponse:
    """Describe the player of one of our pages; 404 for any other address, 501 for a format that isn't oEmbed's."""
    asked = OembedForm.read(request.GET)
    form = asked.get("format") or "json"
    if form not in {"json", "xml"}:
        return HttpResponse("json, xml", status=501, content_type="text/plain; charset=utf-8")
    language, kind, pk = _meant(asked.get("url", ""))
    with override(language):
        answer = _described(kind, pk, fitting_size(asked["maxwidth"], asked["maxheight"]))
    if form == "xml":
        response = publish(_as_xml(answer), "text/xml; charset=utf-8", OEMBED_SECONDS)
    else:
        response = publish(JsonResponse(answer).content, "application/json", OEMBED_SECONDS)
    # Some pages ask by script; there is nothing here that isn't public.
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    return response


def _described(kind: str, pk: int, size: Size) -> dict[str, Any]:
    limits = (size.width, size.height)
    if kind == "beats":
        beat = embeds.beat(pk).beat
        if beat is None or beat.gone_at:
            raise Http404
        title, author, author_path = beat.display_title, beat.producer_label, beat.producer_url
        fits = all(side <= limit for side, limit in zip(CARD_PICTURE, limits, strict=True))
        picture = f"{settings.SITE_URL}/cards/{pk}.png" if fits else ""
    else:
        producer = embeds.producer(pk).producer
        if producer is None:
            raise Http404
        title = _("Beats by %(producer)s") % {"producer": producer.display_name}
        author, author_path, picture = producer.display_name, producer.url, ""
    query = urlencode({"layout": size.layout})
    player = f"{settings.SITE_URL}{languages.prefix()}/embed/{kind}/{pk}/?{query}"
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": author,
        "author_url": settings.SITE_URL + author_path if author_path else "",
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL + "/",
        "cache_age": OEMBED_SECONDS,
        "html": _frame(player, title, size),
        "width": size.width,
        "height": size.height,
    }
    if picture:
        answer |= {"thumbnail_url": picture, "thumbnail_width": CARD_PICTURE[0], "thumbnail_height": CARD_PICTURE[1]}
    return {name: value for name, value in answer.items() if value != ""}


def _meant(url: str) -> tuple[str, str, int]:
    """Return in which language which player, of which id, an address on this site stands for; 404 for any other."""
    try:
        parts, ours = urlsplit(url), urlsplit(settings.SITE_URL)
        # The scheme may differ: links to this site were written before it had https.
        foreign = parts.scheme not in {"http", "https"} or parts.netloc.lower() != ours.netloc.lower()
        language, path = languages.split(parts.path)
        match = resolve(path) if not foreign else None
    except (ValueError, Resolver404):
        match = None
    if match is None or match.url_name not in PLAYERS:
        raise Http404
    return language, PLAYERS[match.url_name], match.kwargs["pk"]


def _frame(player: str, title: str, size: Size) -> str:
    return str(
        format_html(
            '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0"></iframe>',
            player,
            size.width,
            size.height,
            title,
        )
    )


def _as_xml(answer: dict[str, Any]) -> str:
    text = StringIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    xml.startElement("oembed", AttributesImpl({}))
    for name, value in answer.items():
        xml.addQuickElement(name, str(value))
    xml.endElement("oembed")
    xml.endDocument()
    return text.getvalue()
