"""Applies what a call brought to the local tables. The only writer of the mirror.

Good items are kept and bad ones quarantined beside them; an answer sent earlier never replaces one sent later.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.beatconnect import models as wire
from catalog.beatconnect.fields import LARGEST_ID
from catalog.clean import BadItem, beat_row, genre_row, url_origin
from catalog.models.mirror import Beat, Genre, MirrorRow, Producer, Quarantined

# A page with more bad items than this, or missing more beats, is more likely broken than right.
MOST_BAD_SHARE = 0.2
MOST_GONE_SHARE = 0.2
# No more of the catalogue than this may vanish within an hour.
MOST_GONE_AN_HOUR = 0.02
FEWEST_GONE_AN_HOUR = 5  # so that a small shop can lose a beat at all

Row = dict[str, Any]
Place = tuple[datetime, int]  # (created_at, id): where a beat stands in the newest order


@transaction.atomic
def apply_genres(answer: wire.GenreList, sent_at: datetime) -> None:
    """Keep an answer to `/genres`."""
    _upsert(Genre, [genre_row(genre) for genre in answer.genres if genre.id is not None], sent_at)
    _quarantine("genre", [(problem.item_id, problem.reason) for problem in answer.problems], sent_at)


@transaction.atomic
def apply_beats(answer: wire.BeatPage, sent_at: datetime) -> None:
    """Keep whole beats, whichever endpoint brought them, with the genres and producers that they name."""
    rows, bad = _clean(answer, sent_at)
    _upsert(Genre, [genre_row(beat.genre) for beat in answer.beats if beat.genre and beat.genre.id], sent_at)
    _upsert(
        Producer,
        [
            {"id": row["producer_id"]} | ({"name": row["producer_name"]} if "producer_name" in row else {})
            for row in rows
            if row.get("producer_id")
        ],
        sent_at,
    )
    touched = _families(row["id"] for row in rows)
    _upsert(Beat, [{**row, "gone_at": None} for row in rows], sent_at)
    touched |= _families(row["id"] for row in rows)
    _recount(touched)
    _quarantine("beat", bad, sent_at)
    _quarantine("media origin", _refused_origins(answer.beats, rows), sent_at)
    Quarantined.objects.filter(kind="beat", item_id__in=[str(row["id"]) for row in rows]).delete()


@transaction.atomic
def remove_missing(answer: wire.BeatPage, sent_at: datetime, *, after: Place | None, to_the_end: bool) -> int:
    """Mark as gone what a `newest` page must show and doesn't; return how many.

    The page must show every live beat between `after` (None: the very newest) and its own last item (or the very
    oldest, if the list ends with it). Missing from a finished sweep proves nothing: pages shift while it goes on.
    """
    shown = [(beat.created_at, beat.id) for beat in answer.beats]
    refused = [problem.item_id for problem in answer.problems]
    # A bad item that doesn't say which beat it is may be any of those that seem to be missing.
    if not shown or any(moment is None for moment, _ in shown) or not all(map(_is_id, refused)):
        return 0
    if len(refused) > MOST_BAD_SHARE * (len(refused) + len(shown)):
        return 0
    due = Q(gone_at=None, fetched_at__lt=sent_at, created_at__lt=sent_at)
    if after:
        due &= Q(created_at__lt=after[0]) | Q(created_at=after[0], id__lt=after[1])
    if not to_the_end:
        moment, pk = shown[-1]
        due &= Q(created_at__gt=moment) | Q(created_at=moment, id__gt=pk)
    missing = Beat.objects.filter(due).exclude(id__in=[*(pk for _, pk in shown), *refused]).select_for_update()
    gone = list(missing.values_list("id", flat=True))
    if not gone or not _believable(len(gone), len(shown), sent_at):
        return 0
    touched = _families(gone)
    Beat.objects.filter(id__in=gone).update(gone_at=sent_at, fetched_at=sent_at)
    _recount(touched)
    return len(gone)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and 0 < value <= LARGEST_ID


def _believable(gone: int, shown: int, sent_at: datetime) -> bool:
    if gone > max(1, MOST_GONE_SHARE * shown):
        return False
    live = Beat.objects.filter(gone_at=None).count()
    lately = Beat.objects.filter(gone_at__gt=sent_at - timedelta(hours=1)).count()
    return lately + gone <= max(FEWEST_GONE_AN_HOUR, MOST_GONE_AN_HOUR * live)


def _clean(answer: wire.BeatPage, sent_at: datetime) -> tuple[list[Row], list[tuple[Any, str]]]:
    rows: dict[int, Row] = {}
    bad = [(problem.item_id, problem.reason) for problem in answer.problems]
    for beat in answer.beats:
        try:
            rows[beat.id] = beat_row(beat, settings.BEATCONNECT_MEDIA_HOSTS, sent_at)
        except BadItem as error:
            bad.append((beat.id, str(error)))
    return list(rows.values()), bad


def _upsert(model: type[MirrorRow], rows: Sequence[Row], sent_at: datetime) -> None:
    """Insert or update by id, but for rows that a later call has brought; only the columns given are written."""
    by_id: dict[int, Row] = defaultdict(dict)
    for row in rows:
        by_id[row["id"]] |= row
    stored = dict(
        model._default_manager.select_for_update().filter(pk__in=by_id).order_by("pk").values_list("pk", "fetched_at")
    )
    batches: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for pk, row in by_id.items():
        if pk not in stored or stored[pk] < sent_at:
            batches[tuple(sorted(row))].append(row)
    for columns, batch in batches.items():
        model._default_manager.bulk_create(
            [model(**row, fetched_at=sent_at) for row in batch],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*(column for column in columns if column != "id"), "fetched_at"],
        )


def _families(beats: Iterable[int]) -> set[tuple[type[Genre | Producer], int]]:
    """Return the genres and producers that these beats now belong to."""
    pairs = Beat.objects.filter(id__in=list(beats)).values_list("genre_id", "producer_id")
    found = {(Genre, genre) for genre, _ in pairs} | {(Producer, producer) for _, producer in pairs}
    return {(model, pk) for model, pk in found if pk is not None}


def _recount(families: set[tuple[type[Genre | Producer], int]]) -> None:
    live = Beat.objects.filter(gone_at=None).order_by()
    genres = [pk for model, pk in families if model is Genre]
    producers = [pk for model, pk in families if model is Producer]
    in_genre = live.filter(genre=OuterRef("pk")).values("genre").annotate(n=Count("pk")).values("n")
    Genre.objects.filter(pk__in=genres).update(beat_count=Coalesce(Subquery(in_genre), 0))
    of_producer = live.filter(producer=OuterRef("pk")).values("producer")
    Producer.objects.filter(pk__in=producers).update(
        beat_count=Coalesce(Subquery(of_producer.annotate(n=Count("pk")).values("n")), 0),
        play_count=Coalesce(Subquery(of_producer.annotate(n=Sum("play_count")).values("n")), 0),
    )


def _quarantine(kind: str, items: Iterable[tuple[Any, str]], sent_at: datetime) -> None:
    for item_id, reason in items:
        row, new = Quarantined.objects.get_or_create(
            kind=kind,
            item_id=str(item_id)[:64],
            defaults={"reason": reason[:300], "first_seen": sent_at, "last_seen": sent_at},
        )
        if not new:
            Quarantined.objects.filter(pk=row.pk).update(reason=reason[:300], last_seen=sent_at, times=F("times") + 1)


def _refused_origins(beats: Iterable[wire.Beat], rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Return the origins of dropped URLs, so that an operator notices a media host that isn't listed."""
    kept = {row["id"]: row for row in rows}
    refused = set()
    for beat in beats:
        row = kept.get(beat.id, {})
        for url, column in ((beat.audio_url, "audio_url"), (beat.cover_image, "cover_url")):
            if url and row.get(column) == "":
                refused.add(url_origin(url) or "no origin")
    return [(origin, "not in BEATCONNECT_MEDIA_HOSTS") for origin in sorted(refused)]
