"""Questions to the local tables about producers: who there is, and what somebody's catalogue is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OrderBy, QuerySet, Sum, Value
from django.db.models.functions import NullIf, TruncMonth

from catalog.models.mirror import Beat, Genre, Producer
from catalog.producer_form import ProducersAsked
from catalog.search.folding import fold_name

MOST_WORDS = 8
ORDERS: dict[str, tuple[OrderBy | str, ...]] = {
    "plays": ("-play_count", "-id"),
    "beats": ("-beat_count", "-play_count", "-id"),
    "newest": (F("joined_at").desc(nulls_last=True), "-id"),
    "name": (NullIf(F("folded"), Value("")).asc(nulls_last=True), "id"),  # who has no name comes last
}


def producers_asked(asked: ProducersAsked) -> QuerySet[Producer]:
    """Return the producers who have beats and whose name holds every word asked for, in the order asked for."""
    found = Producer.objects.filter(beat_count__gt=0)
    for word in fold_name(asked.q).split()[:MOST_WORDS]:
        found = found.filter(folded__contains=word)
    return found.order_by(*ORDERS[asked.sort])


@dataclass(frozen=True)
class Month:
    """What was released in a month (None: nobody said when), and how often that was played since."""

    first_day: date | None
    beats: int
    plays: int


@dataclass(frozen=True)
class Figures:
    """What a catalogue is made of, each told as how many beats there are of a kind; the key None is "not given"."""

    beats: int
    plays: int
    downloads: int | None
    tempi: dict[int | None, int]
    tones: dict[int | None, int]
    prices: dict[Decimal | None, int]
    genres: list[tuple[Genre | None, int]]
    months: list[Month]

    @property
    def median_price(self) -> Decimal | None:
        return median({price: number for price, number in self.prices.items() if price is not None})

    @property
    def slowest(self) -> int | None:
        return min((bpm for bpm in self.tempi if bpm), default=None)

    @property
    def fastest(self) -> int | None:
        return max((bpm for bpm in self.tempi if bpm), default=None)


def figures(producer: int) -> Figures:
    """Count a producer's beats by all that is told of them, in five queries."""
    theirs = Beat.objects.filter(gone_at=None, producer=producer).order_by()
    counted = theirs.annotate(month=TruncMonth("created_at")).values("month")
    months = counted.annotate(n=Count("pk"), plays=Sum("play_count"), loads=Sum("download_count")).order_by("month")
    by_month = list(months.values_list("month", "n", "plays", "loads"))
    loads = [load for *_, load in by_month if load is not None]
    named = Genre.objects.filter(beats__gone_at=None, beats__producer=producer).annotate(n=Count("beats"))
    genres = list(named.order_by("-n", "name", "id"))
    beats = sum(number for _, number, *_ in by_month)
    nameless = beats - sum(genre.n for genre in genres)
    return Figures(
        beats=beats,
        plays=sum(plays or 0 for _, _, plays, _ in by_month),
        downloads=sum(loads) if loads else None,
        tempi=dict(theirs.values_list("bpm").annotate(n=Count("pk")).order_by("bpm")),
        tones=dict(theirs.values_list("tone").annotate(n=Count("pk")).order_by("tone")),
        prices=dict(theirs.values_list("price").annotate(n=Count("pk")).order_by("price")),
        genres=[(genre, genre.n) for genre in genres] + ([(None, nameless)] if nameless else []),
        months=[Month(month.date() if month else None, number, plays or 0) for month, number, plays, _ in by_month],
    )


def usual_tempi(genres: set[int], least: int) -> dict[int, int]:
    """Return the median tempo of each of these genres that has at least so many beats with a tempo."""
    known = Beat.objects.filter(gone_at=None, genre__in=genres, bpm__isnull=False).order_by()
    counts: dict[int, dict[int, int]] = {}
    for genre, bpm, number in known.values_list("genre", "bpm").annotate(n=Count("pk")):
        counts.setdefault(genre, {})[bpm] = number
    usual = {genre: median(tempi) for genre, tempi in counts.items() if sum(tempi.values()) >= least}
    return {genre: round(bpm) for genre, bpm in usual.items() if bpm is not None}


def median(counts: Mapping[Any, int]) -> Decimal | None:
    """Return the middle one of numbers that occur so often, between two the mean of both; None for none."""
    total = sum(counts.values())
    places = {(total - 1) // 2, total // 2}
    middle, before = [], 0
    for number, times in sorted(counts.items()):
        middle += [Decimal(number) for place in places if before <= place < before + times]
        before += times
    return sum(middle, Decimal(0)) / len(middle) if middle else None
