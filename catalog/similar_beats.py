"""Which beats a page calls similar to one: BeatConnect's own choice while it is fresh, else the likest of the mirror.

Kept in: Similar rows. Fresh for: SIMILAR_FRESH_FOR. Usable when stale: no, the shop's own score takes over. Refreshed
by: catalog.sync.extras, never by a visitor.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Expression, F, Q, QuerySet, Value, When
from django.db.models.functions import Abs, Least
from django.utils.translation import gettext as _

from catalog.criteria import Criteria
from catalog.harmony import key_of, neighbours, tempo_windows
from catalog.models.mirror import Beat
from catalog.queries import ORDERS, live_beats, matching
from catalog.similar import likeness

SIMILAR_FRESH_FOR = timedelta(days=7)
# How many are compared, whatever the size of the catalogue: in genre and tempo, by the producer, new in the genre, and
# of other genres what would mix.
IN_TEMPO, BY_PRODUCER, IN_GENRE, ELSEWHERE = 100, 30, 30, 40
COMPARED = ("id", "genre_id", "bpm", "tone", "producer_id", "price", "play_count")


def similar(beat: Beat, count: int, now: datetime, above: Collection[Beat] = ()) -> list[Beat]:
    """Return beats like one, nearest first, each with its `reason`; the most played where nothing is alike.

    BeatConnect's choice stands as it is; what is added to it isn't what the page shows `above` already. Costs one query
    where that choice is fresh and fills the shelf, at most seven otherwise.
    """
    found = _named(beat, count, now)
    if len(found) < count:
        shown = {beat.pk, *(other.pk for other in (*found, *above))}
        found += _likest(beat, shown, count - len(found))
    if not found:
        found = list(matching(Criteria(sort="popular")).exclude(pk=beat.pk)[:count])
    return found


def _named(beat: Beat, count: int, now: datetime) -> list[Beat]:
    if beat.similar_fetched_at is None or beat.similar_fetched_at < now - SIMILAR_FRESH_FOR:
        return []
    rows = beat.similar.filter(other__gone_at=None).select_related("other__genre", "other__producer").order_by("rank")
    found = [row.other for row in rows[:count]]
    for other in found:
        other.reason = likeness(beat, other).reason or _("BeatConnect’s choice")
    return found


def _likest(beat: Beat, shown: set[int], count: int) -> list[Beat]:
    alike: dict[int, Any] = {}
    for candidates in _candidates(beat):
        alike |= _alike(beat, candidates, shown)
    if len(alike) < count and (beat.bpm or key_of(beat.tone)):
        alike |= _alike(beat, _mixing(beat), shown)
    nearest = sorted(alike, key=lambda pk: (-alike[pk][0].score, -(alike[pk][1].play_count or 0), -pk))[:count]
    rows = live_beats().in_bulk(nearest)
    # One may have been taken off sale between the two questions.
    found = [rows[pk] for pk in nearest if pk in rows]
    for other in found:
        other.reason = alike[other.pk][0].reason
    return found


def _alike(beat: Beat, candidates: QuerySet[Beat], shown: set[int]) -> dict[int, Any]:
    """Return the likeness and the facts of those that have anything in common with the beat, by id."""
    others = [other for other in candidates.values_list(*COMPARED, named=True) if other.id not in shown]
    compared = {other.id: (likeness(beat, other), other) for other in others}
    return {pk: pair for pk, pair in compared.items() if pair[0].words}


def _candidates(beat: Beat) -> list[QuerySet[Beat]]:
    """Return small sets of beats worth comparing, each found by an index and cut to a fixed size."""
    live = Beat.objects.filter(gone_at=None)
    sets = []
    if beat.genre_id and beat.bpm:
        # The ids out of the index first, so that only those that count are read as rows.
        nearest = live.filter(_in_tempo(beat.bpm), genre=beat.genre_id)
        nearest = nearest.order_by(*_off_key(beat.tone), _off_tempo(beat.bpm), "-id")
        sets.append(live.filter(pk__in=nearest.values("pk")[:IN_TEMPO]))
    if beat.producer_id:
        sets.append(live.filter(producer=beat.producer_id).order_by(*ORDERS["newest"])[:BY_PRODUCER])
    if beat.genre_id:
        sets.append(live.filter(genre=beat.genre_id).order_by(*ORDERS["newest"])[:IN_GENRE])
    return sets


def _mixing(beat: Beat) -> QuerySet[Beat]:
    """Return the most played beats of any genre in the beat's tempo and in keys that mix with its own."""
    live = Beat.objects.filter(gone_at=None)
    if beat.bpm:
        live = live.filter(_in_tempo(beat.bpm))
    if key := key_of(beat.tone):
        live = live.filter(tone__in=[other.number for other in neighbours(key)])
    return live.order_by(*ORDERS["popular"])[:ELSEWHERE]


def _in_tempo(bpm: int) -> Q:
    asked = Q()
    for low, high in tempo_windows(bpm):
        asked |= Q(bpm__range=(low, high))
    return asked


def _off_tempo(bpm: int) -> Expression:
    """How far a tempo is from this one, also in half and double time."""
    return Least(Abs(F("bpm") - bpm), Abs(F("bpm") * 2 - bpm), Abs(F("bpm") - 2 * bpm))


def _off_key(tone: int | None) -> list[Expression]:
    """Keys that mix with this one first, where it is known."""
    key = key_of(tone)
    if key is None:
        return []
    tones = [other.number for other in neighbours(key)]
    return [Case(When(tone__in=tones, then=Value(0)), default=Value(1))]
