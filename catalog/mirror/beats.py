"""Applies answers that hold beats or genres: good items are kept, bad ones quarantined beside them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from catalog.beatconnect import models as wire
from catalog.clean import BadItem, beat_row, genre_row, name_columns, url_origin
from catalog.mirror.rows import Row, quarantine, recounted, release, upsert
from catalog.models.mirror import Beat, Genre, Producer
from catalog.search import entries
from catalog.state import lock_state, visibly_changed

COUNTED = {"play_count", "download_count"}


@transaction.atomic
def apply_genres(answer: wire.GenreList, sent_at: datetime) -> None:
    """Keep an answer to `/genres`."""
    # First thing in whatever writes: who locks in another order waits for each other.
    lock_state()
    upsert(Genre, [genre_row(genre) for genre in answer.genres if genre.id is not None], sent_at)
    quarantine("genre", [(problem.item_id, problem.reason) for problem in answer.problems], sent_at)
    release("genre", [genre.id for genre in answer.genres])


@transaction.atomic
def apply_beats(answer: wire.BeatPage, sent_at: datetime, *, provisional: bool = False) -> int:
    """Keep whole beats, whichever endpoint brought them, with the genres and producers that they name.

    Return how many items were refused. An event's are `provisional`: shown, until an answer confirms or corrects them;
    and so is a new beat asked for by its id, until a list shows it.
    """
    # One writer at a time: two who both find a beat missing could else leave the older answer in place.
    lock_state()
    rows, bad = _clean(answer, sent_at)
    upsert(Genre, [genre_row(beat.genre) for beat in answer.beats if beat.genre and beat.genre.id], sent_at)
    upsert(
        Producer,
        [
            {"id": row["producer_id"]} | (name_columns(row["producer_name"]) if "producer_name" in row else {})
            for row in rows
            if row.get("producer_id")
        ],
        sent_at,
    )
    ids = [row["id"] for row in rows]
    _note_changes(rows, sent_at)
    found = {"gone_at": None, "missing_at": None, "provisional": provisional}
    with recounted(ids):
        upsert(Beat, [row | found for row in rows], sent_at)
    entries.keep_beats(ids)
    quarantine("beat", bad, sent_at)
    quarantine("media origin", _refused_origins(answer.beats, rows), sent_at)
    release("beat", ids)
    release("media origin", settings.BEATCONNECT_MEDIA_HOSTS)
    return len(bad)


@transaction.atomic
def forget_unconfirmed(before: datetime) -> None:
    """Let go of what only events told of, before that moment: without a trace, since it may never have been on sale."""
    ghosts = Beat.objects.filter(provisional=True, gone_at=None, fetched_at__lt=before)
    ids = list(ghosts.values_list("id", flat=True))
    if not ids:
        return
    lock_state()
    with recounted(ids):
        ghosts.filter(id__in=ids).delete()
    visibly_changed()
    entries.keep_beats(ids)


def content(pk: int) -> tuple[Any, ...] | None:
    """Return what a visitor can see of a beat, to tell whether an answer changed it."""
    unseen = {"fetched_at", "similar_fetched_at", "provisional", "missing_at", "changed_at"}
    fields = [field.attname for field in Beat._meta.concrete_fields if field.attname not in unseen]
    return Beat.objects.filter(pk=pk).values_list(*fields).first()


def _clean(answer: wire.BeatPage, sent_at: datetime) -> tuple[list[Row], list[tuple[Any, str]]]:
    rows: dict[int, Row] = {}
    bad = [(problem.item_id, problem.reason) for problem in answer.problems]
    for beat in answer.beats:
        try:
            rows[beat.id] = beat_row(beat, settings.BEATCONNECT_MEDIA_HOSTS, sent_at)
        except BadItem as error:
            bad.append((beat.id, str(error)))
    return list(rows.values()), bad


def _note_changes(rows: list[Row], sent_at: datetime) -> None:
    """Date the rows that say something new of a beat, or bring it back; what is only counted changes all the time."""
    beats = Beat.objects.filter(id__in=[row["id"] for row in rows])
    stored: dict[int, Row] = {beat["id"]: dict(beat) for beat in beats.values()}
    for row in rows:
        known = stored.get(row["id"])
        new = known and any(known[column] != value for column, value in row.items() if column not in COUNTED)
        if known and (new or known["gone_at"]):
            row["changed_at"] = sent_at


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
