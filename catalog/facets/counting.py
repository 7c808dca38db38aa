"""How many beats each choice of a filter holds, the other filters being as they are. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from operator import and_

from catalog.criteria import Criteria
from catalog.facets.snapshot import Snapshot
from catalog.harmony import KEYS, key_of, neighbours, tempo_windows

Range = tuple[int | None, int | None]
PriceRange = tuple[Decimal | None, Decimal | None]

# What producers tag their beats with lies mostly between 90 and 130.
TEMPI: tuple[Range, ...] = ((None, 89), (90, 99), (100, 109), (110, 119), (120, 129), (130, None))


@dataclass(frozen=True)
class Reference:
    """The beat that others are to mix with, as far as its tempo and key are known."""

    pk: int
    bpm: int | None
    tone: int | None


# Up to so many beats a database is told which they are, if no more than one in so many fits: to name one costs as much
# as to pass over eighty, and where more fit, the page is soon found by walking along the list's order.
FEW, ONE_IN = 1_000, 80


@dataclass(frozen=True)
class Counts:
    """Beats by choice; `total` fit all filters: if they are few out of many, these `ids`, else None."""

    total: int
    ids: list[int] | None
    genres: Mapping[int, int]
    producers: Mapping[int, int]
    tones: tuple[int, ...]
    tempi: Mapping[Range, int]
    prices: Mapping[PriceRange, int]


def count(
    shown: Snapshot, asked: Criteria, reference: Reference | None, genres: Iterable[int], producers: Iterable[int]
) -> Counts:
    """Count the choices of each filter: these genres and producers, every key, and ranges of tempo and price."""
    chosen = _chosen(shown, asked, reference)

    def beside(own: str) -> int:
        return reduce(and_, (beats for name, beats in chosen.items() if name != own), shown.everything)

    fitting = beside("")
    total = fitting.bit_count()
    genre, producer, key, tempo, price = (beside(name) for name in ("genre", "producer", "key", "tempo", "price"))
    return Counts(
        total=total,
        ids=_few(shown, fitting),
        genres={pk: (genre & shown.genres((pk,))).bit_count() for pk in genres},
        producers=shown.of_producers(producer, producers),
        tones=tuple((key & shown.tones((tone,))).bit_count() for tone in range(len(KEYS))),
        tempi={ends: (tempo & _tempo(shown, *ends, any_time=asked.any_time)).bit_count() for ends in TEMPI},
        prices={ends: (price & shown.price(*ends)).bit_count() for ends in price_ranges(shown)},
    )


def partners(shown: Snapshot, reference: Reference) -> list[int] | None:
    """Return the beats that mix with one, it may be among them, if they are few out of many; else None."""
    return _few(shown, _mixing(shown, reference))


def _few(shown: Snapshot, beats: int) -> list[int] | None:
    return shown.ids(beats) if beats.bit_count() <= min(FEW, shown.size // ONE_IN) else None


def _chosen(shown: Snapshot, asked: Criteria, reference: Reference | None) -> dict[str, int]:
    """Return the beats that each filter in force lets through."""
    chosen: dict[str, int] = {}
    if asked.genres:
        chosen["genre"] = shown.genres(asked.genres)
    if asked.producer:
        chosen["producer"] = shown.producer(asked.producer)
    if asked.bpm_min or asked.bpm_max:
        chosen["tempo"] = _tempo(shown, asked.bpm_min, asked.bpm_max, any_time=asked.any_time)
    if asked.tones:
        chosen["key"] = shown.tones(asked.tones)
    if asked.price_min is not None or asked.price_max is not None:
        chosen["price"] = shown.price(asked.price_min, asked.price_max)
    if reference:
        chosen["mixes"] = _mixing(shown, reference) & ~shown.only(reference.pk)
    return chosen


def _tempo(shown: Snapshot, low: int | None, high: int | None, *, any_time: bool) -> int:
    return reduce(lambda found, ends: found | shown.tempo(*ends), tempo_ranges(low, high, any_time=any_time), 0)


def tempo_ranges(low: int | None, high: int | None, *, any_time: bool) -> tuple[Range, ...]:
    """Return the ranges that a range of tempi means: itself, and the same in half and double time."""
    if not any_time:
        return ((low, high),)
    half = (-(-low // 2) if low else None, high // 2 if high else None)
    double = (low * 2 if low else None, high * 2 if high else None)
    return ((low, high), half, double)


def _mixing(shown: Snapshot, reference: Reference) -> int:
    if reference.bpm is None and reference.tone is None:
        return 0
    found = shown.everything
    if reference.bpm is not None:
        found &= reduce(lambda beats, ends: beats | shown.tempo(*ends), tempo_windows(reference.bpm), 0)
    if key := key_of(reference.tone):
        found &= shown.tones(other.number for other in neighbours(key))
    return found


def price_ranges(shown: Snapshot) -> tuple[PriceRange, ...]:
    """Return some ranges of prices, cut at round numbers near the quarters of what the beats cost."""
    paid = [price for price in (_at(shown, part) for part in (0.25, 0.5, 0.75)) if price]
    cuts = sorted({_round(price) for price in paid})
    ends: list[PriceRange] = [(None, cuts[0])] if cuts else []
    ends += pairwise(cuts)
    return (*ends, (cuts[-1], None)) if cuts else ()


def _at(shown: Snapshot, part: float) -> int:
    return shown.prices[int(len(shown.prices) * part)] if shown.prices else 0


def _round(hundredths: int) -> Decimal:
    """Return the nearest of 1, 2, 5, 10, 20, 50 … in whole units."""
    units = max(hundredths / 100, 1)
    size = 10 ** (len(str(int(units))) - 1)
    return Decimal(min((step * size for step in (1, 2, 3, 4, 5, 6, 8, 10)), key=lambda step: abs(step - units)))
