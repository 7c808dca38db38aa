"""Search and suggestions.

Kept in: the words of the mirror, written with its rows. Fresh as they are. A search that finds nothing here may cost
one call to BeatConnect, whose answer joins the mirror; that it was asked is kept for a day. Suggestions never cost one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import queries
from catalog.criteria import ALL, BEATS, PRODUCERS, Search
from catalog.gateway import NoKey, site_gateway
from catalog.models.mirror import Beat, Genre, Producer
from catalog.paging import PER_PAGE, Paging, paging
from catalog.search.candidates import MOST
from catalog.search.find import Found, find, other_queries
from catalog.search.reading import Query
from catalog.service.store import Page, open_mirror
from catalog.state import WrongSource
from catalog.sync import visitor_search
from catalog.sync.visitor import Patience

Row = TypeVar("Row", bound=Model)

# On the tab with everything: the beats are what people come for.
PRODUCERS_BESIDE, GENRES_BESIDE = 3, 6
# BeatConnect isn't asked for less: a letter or two finds nothing that we couldn't name ourselves.
SHORTEST_ASKED = 3
SUGGESTED_BEATS, SUGGESTED_PRODUCERS, SUGGESTED_GENRES = 5, 3, 3
# Enough to rank a handful well, and little enough for every keystroke.
MOST_SUGGESTED_FROM = 60


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    count: str
    current: bool


@dataclass(frozen=True)
class Offer:
    """Another query that finds something."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    searched: str
    kind: str
    found: Query | None
    tabs: list[Tab]
    pages: Paging
    beats: list[Beat]
    producers: list[Producer]
    genres: list[Genre]
    more_producers_url: str
    total: int
    nothing: bool
    closest: bool
    elsewhere: bool
    unasked: bool  # nobody was there for whom BeatConnect would have been asked: the next visitor may find more
    offers: list[Offer]


@dataclass(frozen=True)
class Suggestions:
    """What may be meant by what was typed so far."""

    q: str
    beats: list[Beat]
    producers: list[Producer]
    genres: list[Genre]
    query: Query | None

    @property
    def total(self) -> int:
        return len(self.beats) + len(self.producers) + len(self.genres)


def search(asked: Search, path: str, *, may_ask: bool) -> SearchPage:
    """Return what a query finds; with `may_ask` one that finds nothing may cost a call to BeatConnect."""
    patience = Patience()
    mirror = open_mirror(patience)
    found = find(asked.q)
    beats = [ranked.id for ranked in found.beats]
    producers = [ranked.id for ranked in found.producers]
    elsewhere: list[int] | None = []
    if found.nothing and found.folded:
        elsewhere = _found_elsewhere(asked.q, found, patience if may_ask and asked.page == 1 else None)
        beats = elsewhere or []
    shown = producers if asked.kind == PRODUCERS else beats
    pages = paging(len(shown), asked.page, lambda number: asked.but(page=number).address(path))
    start = (asked.page - 1) * PER_PAGE
    beside = producers[:PRODUCERS_BESIDE] if asked.kind == ALL and asked.page == 1 else []
    nothing = not (beats or producers or found.genres)
    return SearchPage(
        searched=asked.q,
        kind=asked.kind,
        found=found.query if found.query.readings else None,
        tabs=_tabs(asked, path, len(beats), len(producers)),
        pages=pages,
        beats=_beats(beats[start : start + PER_PAGE]) if asked.kind != PRODUCERS else [],
        producers=_producers(producers[start : start + PER_PAGE] if asked.kind == PRODUCERS else beside),
        genres=found.genres[:GENRES_BESIDE] if asked.q else list(queries.genres()),
        more_producers_url=asked.but(kind=PRODUCERS).address(path) if len(producers) > len(beside) > 0 else "",
        total=len(beats) + len(producers) if asked.kind == ALL else len(shown),
        nothing=nothing,
        closest=bool(beats or producers) and not elsewhere and found.closest,
        elsewhere=bool(elsewhere),
        unasked=elsewhere is None,
        offers=_offers(asked, path, found) if nothing or found.closest else [],
        as_of=mirror.as_of,
    )


def suggest(q: str) -> Suggestions:
    """Return what may be meant by what was typed so far; never asks BeatConnect, not even for an empty mirror."""
    if not q:
        return Suggestions(q, [], [], [], None)
    found = find(q, MOST_SUGGESTED_FROM)
    return Suggestions(
        q,
        _beats([ranked.id for ranked in found.beats[:SUGGESTED_BEATS]]),
        _producers([ranked.id for ranked in found.producers[:SUGGESTED_PRODUCERS]]),
        found.genres[:SUGGESTED_GENRES],
        found.query,
    )


def _found_elsewhere(text: str, found: Found, patience: Patience | None) -> list[int] | None:
    """Return the beats that BeatConnect finds where we find none; None where it is worth asking and nobody waits."""
    folded = found.folded
    answer = visitor_search.answer_to(folded, timezone.now())
    if answer is None and len(folded) >= SHORTEST_ASKED:
        if patience is None:
            return None
        try:
            visitor_search.ask(site_gateway(), text, folded, patience)
        except (NoKey, WrongSource):
            return []
        answer = visitor_search.answer_to(folded, timezone.now())
    live = set(queries.live_beats().filter(id__in=answer or []).values_list("id", flat=True))
    return [pk for pk in answer or [] if pk in live]


def _beats(ids: list[int]) -> list[Beat]:
    return _in_order(ids, lambda: list(queries.live_beats().filter(id__in=ids)))


def _producers(ids: list[int]) -> list[Producer]:
    return _in_order(ids, lambda: list(Producer.objects.filter(id__in=ids)))


def _in_order(ids: list[int], fetch: Callable[[], list[Row]]) -> list[Row]:
    rows = {row.pk: row for row in fetch()} if ids else {}
    return [rows[pk] for pk in ids if pk in rows]


def _tabs(asked: Search, path: str, beats: int, producers: int) -> list[Tab]:
    labels = ((ALL, _("All"), None), (BEATS, _("Beats"), beats), (PRODUCERS, _("Producers"), producers))
    return [
        Tab(label, asked.but(kind=kind).address(path), _counted(number), kind == asked.kind)
        for kind, label, number in labels
    ]


def _counted(number: int | None) -> str:
    """Return a number for a tab: beyond the most that is looked at nobody counts."""
    return "" if number is None else f"{number}+" if number >= MOST else str(number)


def _offers(asked: Search, path: str, found: Found) -> list[Offer]:
    return [Offer(text, asked.but(q=text).address(path)) for text in other_queries(found.query)]
