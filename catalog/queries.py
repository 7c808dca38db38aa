"""Questions to the local tables. Each costs a fixed number of queries, whatever the catalogue's size."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, DecimalField, F, Field, Func, Max, OrderBy, Q, QuerySet, Value
from django.db.models.lookups import GreaterThanOrEqual, In, IsNull, LessThanOrEqual

from catalog.criteria import Criteria
from catalog.facets.counting import Range, Reference, tempo_ranges
from catalog.harmony import key_of, neighbours, tempo_windows
from catalog.models.events import Purchase
from catalog.models.mirror import Beat, Genre, Producer

# The orders of the API's own `sort`, ties by id descending, what has no value last.
ORDERS: dict[str, tuple[OrderBy | str, ...]] = {
    "newest": (F("created_at").desc(nulls_last=True), "-id"),
    "popular": (F("play_count").desc(nulls_last=True), "-id"),
    "price_asc": (F("price").asc(nulls_last=True), "-id"),
    "price_desc": (F("price").desc(nulls_last=True), "-id"),
    "bpm_asc": (F("bpm").asc(nulls_last=True), "-id"),
}

# Orders in which one genre's beats have an index of their own.
OWN_INDEX = ("newest", "popular")
# The column of which an order is made: a range of it is a part of the order's index.
ORDERED_BY = {"price_asc": "price", "price_desc": "price", "bpm_asc": "bpm"}

LATELY = timedelta(days=30)


class Unindexed(Func):
    """A column to look at while a list's order is walked: each order's index holds it.

    SQLite doesn't know how much a range lets through, and would go by the column's own index: read and sort a third of
    the catalogue to show 24 beats. So it isn't shown one. Rare beats, for which a walk would be long, are asked for by
    their ids.
    """

    template = "%(expressions)s"
    arity = 1
    output_field: "Field[Any, Any]" = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s + 0)", **context)


class UnindexedPrice(Unindexed):
    """The same for a price, or what it is compared with: a bare value would be a text beside a number."""

    output_field = DecimalField(max_digits=10, decimal_places=2)


def live_beats() -> QuerySet[Beat]:
    """Return the beats on sale, each with its genre and producer."""
    return Beat.objects.filter(gone_at=None).select_related("genre", "producer")


def matching(criteria: Criteria, reference: Reference | None = None) -> QuerySet[Beat]:
    """Return the beats that the filters let through, in the order asked for.

    `reference` is the beat of `criteria.mixes_with`; without it that filter lets everything through.
    """
    beats = live_beats()
    ordered_by = ORDERED_BY.get(criteria.sort)
    if len(criteria.genres) == 1 and criteria.sort in OWN_INDEX:
        beats = beats.filter(genre=criteria.genres[0])
    elif criteria.genres:
        beats = beats.filter(In(Unindexed("genre_id"), criteria.genres))
    if criteria.producer:
        beats = beats.filter(producer=criteria.producer)
    if criteria.bpm_min or criteria.bpm_max:
        ranges = tempo_ranges(criteria.bpm_min, criteria.bpm_max, any_time=criteria.any_time)
        beats = beats.filter(_tempo(ranges, seek=ordered_by == "bpm" and len(ranges) == 1))
    if criteria.tones:
        beats = beats.filter(In(Unindexed("tone"), criteria.tones))
    price = F("price") if ordered_by == "price" else UnindexedPrice("price")
    if criteria.price_min is not None:
        beats = beats.filter(GreaterThanOrEqual(price, UnindexedPrice(Value(criteria.price_min))))
    if criteria.price_max is not None:
        beats = beats.filter(LessThanOrEqual(price, UnindexedPrice(Value(criteria.price_max))))
    if reference:
        beats = mixing(beats, reference)
    return beats.order_by(*ORDERS[criteria.sort])


def page_of(found: QuerySet[Beat], start: int, count: int, ids: list[int] | None = None) -> list[int]:
    """Return the ids of some of the beats found, from `start` on; a deep page costs what the first one does.

    An order's index alone tells them. `ids`, if known, are all that can be found: rare ones among a million would else
    be looked for from one end of the order to the other.
    """
    return list(named(found, ids).select_related(None).values_list("pk", flat=True)[start : start + count])


def named(found: QuerySet[Beat], ids: list[int] | None) -> QuerySet[Beat]:
    """Return the beats found, by their ids where these are known: see page_of."""
    return found if ids is None else found.filter(pk__in=ids)


def mixing(beats: QuerySet[Beat], reference: Reference) -> QuerySet[Beat]:
    """Return those of the beats that mix with one: in key and in tempo, as far as its own are known."""
    if reference.bpm is None and reference.tone is None:
        return beats.none()
    if reference.bpm is not None:
        beats = beats.filter(_tempo(tempo_windows(reference.bpm)))
    if key := key_of(reference.tone):
        beats = beats.filter(In(Unindexed("tone"), [other.number for other in neighbours(key)]))
    return beats.exclude(pk=reference.pk)


def _tempo(ranges: Iterable[Range], *, seek: bool = False) -> Q:
    bpm = F("bpm") if seek else Unindexed("bpm")
    found = Q()
    for low, high in ranges:
        within = Q(IsNull(bpm, False))
        if low is not None:
            within &= Q(GreaterThanOrEqual(bpm, low))
        if high is not None:
            within &= Q(LessThanOrEqual(bpm, high))
        found |= within
    return found


def genres() -> QuerySet[Genre]:
    """Return the genres that have beats, the fullest first."""
    return Genre.objects.filter(beat_count__gt=0).order_by("-beat_count", "name", "id")


def producers() -> QuerySet[Producer]:
    """Return the producers who have beats, the most played first."""
    return Producer.objects.filter(beat_count__gt=0).order_by("-play_count", "-id")


def reference(pk: int) -> Reference | None:
    """Return what of a beat others mix with, on sale or not; None if nobody knows it."""
    found = Beat.objects.filter(pk=pk).values_list("bpm", "tone").first()
    return Reference(pk, *found) if found else None


def any_beat(pk: int) -> Beat | None:
    """Return a beat, whether or not it is still sold."""
    return Beat.objects.select_related("genre", "producer").filter(pk=pk).first()


def cover_url(pk: int) -> str:
    """Return where a beat's cover is, sold or not; "" for none."""
    return Beat.objects.filter(pk=pk).values_list("cover_url", flat=True).first() or ""


def avatar_url(pk: int) -> str:
    """Return where a producer's picture is; "" for none."""
    return Producer.objects.filter(pk=pk).values_list("avatar_url", flat=True).first() or ""


def highest_id() -> int:
    """Return the highest id that the mirror knows, 0 for none."""
    return Beat.objects.aggregate(highest=Max("id"))["highest"] or 0


def newest_of_producer(beat: Beat, count: int) -> list[Beat]:
    """Return what else is by a beat's producer."""
    if beat.producer_id is None:
        return []
    return list(matching(Criteria(producer=beat.producer_id)).exclude(pk=beat.pk)[:count])


def bought_lately(pk: int, now: datetime) -> int:
    """Return how often a beat was bought in the last 30 days, as far as webhooks told."""
    return Purchase.objects.filter(beat_id=pk, bought_at__gt=now - LATELY).count()


def most_bought(count: int, now: datetime) -> list[tuple[Beat, int]]:
    """Return the beats on sale that were bought most in the last 30 days, each with how often."""
    lately = Purchase.objects.filter(bought_at__gt=now - LATELY).values("beat_id")
    ranked = lately.annotate(times=Count("pk"), last=Max("bought_at")).order_by("-times", "-last", "-beat_id")
    # Twice as many, since some may have been taken off sale, or not be known yet.
    times = dict(ranked.values_list("beat_id", "times")[: 2 * count])
    beats = live_beats().in_bulk(times)
    return [(beats[pk], number) for pk, number in times.items() if pk in beats][:count]


def newest_date() -> datetime | None:
    """Return when the newest beat on sale appeared."""
    dated = Beat.objects.filter(gone_at=None, created_at__isnull=False)
    return dated.order_by("-created_at", "-id").values_list("created_at", flat=True).first()
