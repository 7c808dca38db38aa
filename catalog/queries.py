"""Questions to the local tables. Each costs a fixed number of queries, whatever the catalogue's size."""

from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Max, OrderBy, Q, QuerySet, When

from catalog.criteria import Criteria
from catalog.models.events import Purchase
from catalog.models.mirror import Beat, Genre, Producer

# The orders of the API's own `sort`, ties by id descending, what has no value last.
ORDERS: dict[str, tuple[OrderBy | str, ...]] = {
    "newest": (F("created_at").desc(nulls_last=True), "-id"),
    "popular": (F("play_count").desc(nulls_last=True), "-id"),
    "price_asc": (F("price").asc(nulls_last=True), "-id"),
    "price_desc": (F("price").desc(nulls_last=True), "-id"),
}

LATELY = timedelta(days=30)


def live_beats() -> QuerySet[Beat]:
    """Return the beats on sale, each with its genre and producer."""
    return Beat.objects.filter(gone_at=None).select_related("genre", "producer")


def matching(criteria: Criteria) -> QuerySet[Beat]:
    """Return the beats that the filters let through, in the order asked for."""
    beats = live_beats()
    if criteria.genres:
        beats = beats.filter(genre__in=criteria.genres)
    if criteria.producer:
        beats = beats.filter(producer=criteria.producer)
    return beats.order_by(*ORDERS[criteria.sort])


def genres() -> QuerySet[Genre]:
    """Return the genres that have beats, the fullest first."""
    return Genre.objects.filter(beat_count__gt=0).order_by("-beat_count", "name", "id")


def producers() -> QuerySet[Producer]:
    """Return the producers who have beats, the most played first."""
    return Producer.objects.filter(beat_count__gt=0).order_by("-play_count", "-id")


def genre_counts(producer: int | None) -> list[tuple[Genre, int]]:
    """Return the genres with how many beats each has, all of them or one producer's; the fullest first."""
    if producer is None:
        return [(genre, genre.beat_count) for genre in genres()]
    theirs = Count("beats", filter=Q(beats__gone_at=None, beats__producer=producer))
    counted = Genre.objects.annotate(theirs=theirs).filter(theirs__gt=0).order_by("-theirs", "name", "id")
    return [(genre, genre.theirs) for genre in counted]


def producer_counts(genres: tuple[int, ...], chosen: int | None, most: int) -> list[tuple[Producer, int]]:
    """Return the chosen producer and the most played, with how many beats each has, of all genres or of these."""
    theirs = Count("beats", filter=Q(beats__gone_at=None, beats__genre__in=genres)) if genres else F("beat_count")
    found = (
        producers()
        .annotate(theirs=theirs, is_chosen=Case(When(pk=chosen or 0, then=1), default=0))
        .filter(Q(theirs__gt=0) | Q(is_chosen=1))
        .order_by("-is_chosen", "-play_count", "-id")
    )
    return [(producer, producer.theirs) for producer in found[:most]]


def any_beat(pk: int) -> Beat | None:
    """Return a beat, whether or not it is still sold."""
    return Beat.objects.select_related("genre", "producer").filter(pk=pk).first()


def highest_id() -> int:
    """Return the highest id that the mirror knows, 0 for none."""
    return Beat.objects.aggregate(highest=Max("id"))["highest"] or 0


def similar(beat: Beat, count: int) -> list[Beat]:
    """Return beats like one: those that BeatConnect names, then what else is played in its genre."""
    named = beat.similar.filter(other__gone_at=None).select_related("other__genre", "other__producer").order_by("rank")
    found = [row.other for row in named[:count]]
    if len(found) < count:
        shown = {other.pk for other in found}
        found += [other for other in popular_in_genre(beat, 2 * count) if other.pk not in shown]
    return found[:count]


def popular_in_genre(beat: Beat, count: int) -> list[Beat]:
    """Return what else is played in a beat's genre; the most played of all where it has none."""
    criteria = Criteria((beat.genre_id,) if beat.genre_id else (), sort="popular")
    return list(matching(criteria).exclude(pk=beat.pk)[:count])


def newest_of_producer(beat: Beat, count: int) -> list[Beat]:
    """Return what else is by a beat's producer."""
    if beat.producer_id is None:
        return []
    return list(matching(Criteria(producer=beat.producer_id)).exclude(pk=beat.pk)[:count])


def bought_lately(pk: int, now: datetime) -> int:
    """Return how often a beat was bought in the last 30 days, as far as webhooks told."""
    return Purchase.objects.filter(beat_id=pk, bought_at__gt=now - LATELY).count()


def newest_date() -> datetime | None:
    """Return when the newest beat on sale appeared."""
    dated = Beat.objects.filter(gone_at=None, created_at__isnull=False)
    return dated.order_by("-created_at", "-id").values_list("created_at", flat=True).first()
