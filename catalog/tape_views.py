"""The player's own pages: a queue as an address, and the bar and the panels that kit.js asks for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.htmx import PUBLIC, render_page
from catalog.pagestore.kept import kept
from catalog.service import tapes
from catalog.tape_form import Tape


@require_safe
@kept(parameters=["b"])
def tape(request: HttpRequest) -> HttpResponse:
    asked = Tape.read(request.GET)
    page = tapes.tape(asked.ids)
    skipped = asked.left_out + page.missing
    status = 404 if skipped and not page.beats else 200
    here = Tape(tuple(beat.pk for beat in page.beats))
    facts = {**page.context(), "tape": here, "skipped": skipped}
    return render_page(request, "catalog/tape.html", facts, status=status, canonical=here.address(request.path))


@require_safe
@kept()
def player_kit(request: HttpRequest) -> HttpResponse:
    response = render(request, "player/kit.html")
    response["Cache-Control"] = PUBLIC
    response["X-Robots-Tag"] = "noindex"
    return response
