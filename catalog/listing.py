"""A list of beats as a page shows it: the beats, the filters with their counts, and the way to every other page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import queries
from catalog.criteria import SORTS, Criteria
from catalog.models.mirror import Beat, Genre, Producer
from catalog.paging import PER_PAGE, Paging, paging

SORT_LABELS = {
    "newest": gettext_lazy("Newest"),
    "popular": gettext_lazy("Most played"),
    "price_asc": gettext_lazy("Price, low to high"),
    "price_desc": gettext_lazy("Price, high to low"),
}
# A select with more entries is no help; the others are reached from their own pages.
MOST_PRODUCERS = 100


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    selected: bool
    count: int | None = None


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    remove_url: str


@dataclass(frozen=True)
class Listing(Paging):
    """What `catalog/_results.html` shows; `path` is where its form leads."""

    beats: list[Beat]
    total: int
    path: str
    chips: list[Chip]
    clear_url: str
    sort_options: list[Option]
    genre_options: list[Option]
    producer_options: list[Option]


def beat_listing(criteria: Criteria, path: str, fixed: Criteria) -> Listing:
    """Answer `criteria` on the page at `path`, whose own genre or producer is `fixed`: not the visitor's to change."""
    asked = criteria
    if fixed.genres:
        asked = Criteria((), asked.producer, asked.sort, asked.page)
    if fixed.producer:
        asked = Criteria(asked.genres, None, asked.sort, asked.page)
    narrowed = Criteria(asked.genres or fixed.genres, asked.producer or fixed.producer, asked.sort, asked.page)
    beats = queries.matching(narrowed)
    total = beats.count()
    pages = paging(total, asked.page, lambda number: asked.but(page=number).address(path))
    start = (asked.page - 1) * PER_PAGE
    genres = [] if fixed.genres else queries.genre_counts(fixed.producer)
    producers = [] if fixed.producer else _producer_counts(fixed.genres, asked.producer)
    return Listing(
        **vars(pages),
        beats=list(beats[start : start + PER_PAGE]) if not pages.out_of_range else [],
        total=total,
        path=path,
        chips=_chips(asked, path, dict(genres), dict(producers)),
        clear_url=Criteria(sort=asked.sort).address(path),
        sort_options=[Option(sort, str(SORT_LABELS[sort]), sort == asked.sort) for sort in SORTS],
        genre_options=[Option(str(g.pk), str(g), g.pk in asked.genres, count) for g, count in genres],
        producer_options=[Option(str(p.pk), str(p), p.pk == asked.producer, count) for p, count in producers],
    )


def _producer_counts(genres: tuple[int, ...], chosen: int | None) -> list[tuple[Producer, int]]:
    """Return the most played producers by name, and the chosen one whether or not they are among them."""
    found = queries.producer_counts(genres, chosen, MOST_PRODUCERS)
    return sorted(found, key=lambda pair: (pair[0].display_name.casefold(), pair[0].pk))


def _chips(asked: Criteria, path: str, genres: Iterable[Genre], producers: Iterable[Producer]) -> list[Chip]:
    genre_names = {genre.pk: str(genre) for genre in genres}
    producer_names = {producer.pk: str(producer) for producer in producers}
    chips = [
        Chip(genre_names.get(pk) or _("Unknown genre"), asked.but(genres=_without(asked.genres, pk)).address(path))
        for pk in asked.genres
    ]
    if asked.producer:
        name = producer_names.get(asked.producer) or _("Unknown producer")
        chips.append(Chip(name, asked.but(producer=None).address(path)))
    return chips


def _without(genres: tuple[int, ...], pk: int) -> tuple[int, ...]:
    return tuple(genre for genre in genres if genre != pk)
