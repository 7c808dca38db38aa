"""A list of beats as a page shows it: the beats, the filters with their counts, and the way to every other page."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import get_language, gettext_lazy

from catalog import queries
from catalog.chips import Chip, chips
from catalog.criteria import SORTS, Criteria
from catalog.facets.counting import Counts, PriceRange, Range, Reference, count
from catalog.facets.index import index
from catalog.facets.snapshot import Snapshot
from catalog.harmony import KEYS
from catalog.kept_rows import kept_rows
from catalog.models.mirror import Beat, Genre, Producer
from catalog.paging import PER_PAGE, Paging, paging

T = TypeVar("T", bound=Model)

SORT_LABELS = {
    "newest": gettext_lazy("Newest"),
    "popular": gettext_lazy("Most played"),
    "price_asc": gettext_lazy("Price, low to high"),
    "price_desc": gettext_lazy("Price, high to low"),
    "bpm_asc": gettext_lazy("Tempo, low to high"),
}
# A select with more entries is no help; the others are reached from their own pages.
MOST_PRODUCERS = 100
# So many genres stand in the open; the others behind a switch, or the list would begin far down on a phone.
GENRES_SHOWN = 8


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    selected: bool
    count: int = 0


@dataclass(frozen=True)
class KeyOption(Option):
    short: str = ""


@dataclass(frozen=True)
class RangeLink:
    """A range to choose in one go; an open end is None."""

    low: object
    high: object
    url: str
    selected: bool
    count: int


@dataclass(frozen=True)
class Listing(Paging):
    """What `catalog/_results.html` shows; `path` is where its form leads, `asked` what its fields hold."""

    beats: list[Beat]
    total: int
    path: str
    asked: Criteria
    chips: list[Chip]
    clear_url: str
    mixes_url: str  # to be ended with a beat's id
    sort_options: list[Option]
    genre_options: list[Option]
    more_genre_options: list[Option]
    producer_options: list[Option]
    key_options: list[KeyOption]
    tempo_links: list[RangeLink]
    price_links: list[RangeLink]
    ids: list[int] | None  # all that fit, where they are few out of many
    notes: dict[str, str]  # what templates keep of all this


def beat_listing(criteria: Criteria, path: str, fixed: Criteria, version: int) -> Listing:
    """Answer `criteria` on the page at `path`, whose own genre or producer is `fixed`: not the visitor's to change.

    `version` is the mirror's.
    """
    partner = queries.any_beat(criteria.mixes_with) if criteria.mixes_with else None
    asked = replace(
        criteria,
        genres=() if fixed.genres else criteria.genres,
        producer=None if fixed.producer else criteria.producer,
        mixes_with=partner.pk if partner else None,
    )
    narrowed = replace(asked, genres=asked.genres or fixed.genres, producer=asked.producer or fixed.producer)
    reference = Reference(partner.pk, partner.bpm, partner.tone) if partner else None
    shown = index.current(version)
    # Pages of one list share all but the beats.
    first = replace(asked, page=1)
    same = (first, path, fixed, reference, partner and partner.title, get_language())
    filters = shown.notes.get(same) or shown.notes.keep(
        same, _filters(shown, first, narrowed, path, fixed, partner, reference)
    )
    pages = paging(filters["total"], asked.page, lambda number: asked.but(page=number).address(path))
    shown_here: list[int] = []
    if not pages.out_of_range:
        start = (asked.page - 1) * PER_PAGE
        shown_here = queries.page_of(queries.matching(narrowed, reference), start, PER_PAGE, filters["ids"])
    beats = kept_rows.read(shown_here, version)
    return Listing(**vars(pages), **filters, beats=beats, path=path, asked=asked)


def _filters(
    shown: Snapshot,
    asked: Criteria,
    narrowed: Criteria,
    path: str,
    fixed: Criteria,
    partner: Beat | None,
    reference: Reference | None,
) -> dict[str, Any]:
    """Return what of a listing is the same on all its pages, for as long as the snapshot stays."""
    genres = [] if fixed.genres else _choices(shown, queries.genres(), Genre.objects.all(), asked.genres)
    most_played = queries.producers()[:MOST_PRODUCERS]
    chosen = [asked.producer] if asked.producer else []
    producers = [] if fixed.producer else _choices(shown, most_played, Producer.objects.all(), chosen)
    counts = count(shown, narrowed, reference, [genre.pk for genre in genres], [one.pk for one in producers])
    shown_genres, more_genres = _genre_options(genres, asked, counts)
    unmixed = asked.but(mixes_with=None).address(path)
    return {
        "total": counts.total,
        "ids": counts.ids,
        "chips": chips(asked, path, genres, producers, partner),
        "clear_url": Criteria(sort=asked.sort).address(path),
        "mixes_url": f"{unmixed}{'&' if '?' in unmixed else '?'}mixes_with=",
        "sort_options": [Option(sort, str(SORT_LABELS[sort]), sort == asked.sort) for sort in SORTS],
        "genre_options": shown_genres,
        "more_genre_options": more_genres,
        "producer_options": _producer_options(producers, asked, counts),
        "key_options": _key_options(asked, counts),
        "tempo_links": [_tempo_link(ends, number, asked, path) for ends, number in counts.tempi.items()],
        "price_links": [_price_link(ends, number, asked, path) for ends, number in counts.prices.items()],
        "notes": {},
    }


def _choices(shown: Snapshot, offered: QuerySet[T], everyone: QuerySet[T], chosen: Iterable[int]) -> list[T]:
    """Return what is offered, the same for as long as the snapshot stays, and what is chosen, with or without beats."""
    model = everyone.model
    kept: dict[int, T] = shown.notes.get(model) or shown.notes.keep(model, {one.pk: one for one in offered})
    missing = [pk for pk in chosen if pk not in kept]
    return [*kept.values(), *(everyone.in_bulk(missing).values() if missing else ())]


def _genre_options(genres: list[Genre], asked: Criteria, counts: Counts) -> tuple[list[Option], list[Option]]:
    """Return the genres in the open and those behind the switch; their order never depends on what is chosen."""
    options = [Option(str(genre.pk), str(genre), genre.pk in asked.genres, counts.genres[genre.pk]) for genre in genres]
    held = _worth_asking([option for option in options if option.count or option.selected])
    behind = [option for option in held[GENRES_SHOWN:] if not option.selected]
    return [option for option in held if option not in behind], behind


def _producer_options(producers: list[Producer], asked: Criteria, counts: Counts) -> list[Option]:
    options = [Option(str(one.pk), str(one), one.pk == asked.producer, counts.producers[one.pk]) for one in producers]
    held = [option for option in options if option.count or option.selected]
    return _worth_asking(sorted(held, key=lambda option: (option.label.casefold(), int(option.value))))


def _worth_asking(options: list[Option]) -> list[Option]:
    # One choice is none.
    return options if len(options) > 1 or any(option.selected for option in options) else []


def _key_options(asked: Criteria, counts: Counts) -> list[KeyOption]:
    """Return the keys as they stand on the wheel, each minor before its relative major."""
    wheel = sorted(KEYS, key=lambda key: (int(key.camelot[:-1]), key.camelot))
    options = [
        KeyOption(key.camelot, key.name, key.number in asked.tones, counts.tones[key.number], key.short)
        for key in wheel
    ]
    return options if any(option.count or option.selected for option in options) else []


def _tempo_link(ends: Range, number: int, asked: Criteria, path: str) -> RangeLink:
    selected = ends == (asked.bpm_min, asked.bpm_max)
    low, high = (None, None) if selected else ends
    any_time = asked.any_time and not selected
    return RangeLink(*ends, asked.but(bpm_min=low, bpm_max=high, any_time=any_time).address(path), selected, number)


def _price_link(ends: PriceRange, number: int, asked: Criteria, path: str) -> RangeLink:
    selected = ends == (asked.price_min, asked.price_max)
    low, high = (None, None) if selected else ends
    return RangeLink(*ends, asked.but(price_min=low, price_max=high).address(path), selected, number)
