"""Every component in every state on one page, for who changes how the shop looks; it is there under DEBUG only."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.forms import BrowseForm
from catalog.service import beats, home
from catalog.templatetags.catalog_format import WEAVES

COLOURS = ("ground", "surface", "surface-up", "text", "muted", "accent", "palm", "alarm")
SIZES = ("s0", "s1", "s2", "s3", "s4", "s5")
SHOWN = 6


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    front = home.home()
    found = beats.beats(BrowseForm.read(QueryDict("genre=2&bpm_min=90&page=2")), "/styleguide/")
    facts = {
        "colours": COLOURS,
        "sizes": SIZES,
        "weaves": range(WEAVES),
        "beats": front.newest[:SHOWN],
        "odd": _odd_beats(front.newest),
        "reasoned": [_with(beat, reason="same key · +2 BPM") for beat in front.popular[:SHOWN]],
        "genres": front.genres[:SHOWN],
        "producers": front.producers[:SHOWN],
        "listing": found.listing,
    }
    response = render(request, "styleguide.html", facts)
    response["Cache-Control"] = "no-store"
    return response


def _odd_beats(newest: list[Any]) -> list[Any]:
    """Return a beat of which nothing is known, one whose words are too long, a free one and one seen long ago."""
    nothing = {"price": None, "bpm": None, "key": "", "duration": None, "audio_url": "", "cover_url": ""}
    oddities: tuple[dict[str, Any], ...] = (
        nothing,
        {"title": "Long " * 40, "producer_name": "Longer" * 12},
        {"price": 0},
        {"fetched_at": timezone.now() - timedelta(days=3)},
    )
    return [_with(beat, **facts) for beat, facts in zip(newest, oddities, strict=False)]


def _with(beat: Any, **facts: Any) -> Any:
    for name, value in facts.items():
        setattr(beat, name, value)
    return beat
