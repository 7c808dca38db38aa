"""How rows are written: by id, never over what a later call brought, with the counts kept beside them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.models.mirror import Beat, Genre, MirrorRow, Producer, Quarantined
from catalog.search import entries
from catalog.state import visibly_changed

Row = dict[str, Any]

KEEP_QUARANTINED = timedelta(days=7)


def upsert(model: type[MirrorRow], rows: Sequence[Row], sent_at: datetime) -> None:
    """Insert or update by id, but for rows that a later call has brought; only the columns given are written.

    The mirror's state must be locked: it gets another version if any row is another than before.
    """
    by_id: dict[int, Row] = defaultdict(dict)
    for row in rows:
        by_id[row["id"]] |= row
    known = model._default_manager.select_for_update().filter(pk__in=by_id).order_by("pk").values()
    stored: dict[int, Row] = {row["id"]: dict(row) for row in known}
    changed = False
    batches: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for pk, row in by_id.items():
        before = stored.get(pk)
        if before is None or before["fetched_at"] < sent_at:
            batches[tuple(sorted(row))].append(row)
            changed |= before is None or any(before[column] != value for column, value in row.items())
    for columns, batch in batches.items():
        model._default_manager.bulk_create(
            [model(**row, fetched_at=sent_at) for row in batch],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*(column for column in columns if column != "id"), "fetched_at"],
        )
    if changed:
        visibly_changed()


@contextmanager
def recounted(beats: Collection[int]) -> Iterator[None]:
    """Keep the figures of genres and producers right while the block changes these beats.

    Only whose beats came, went or were played is counted anew: a genre may hold a fifth of a million.
    """
    before = _share_of(beats)
    yield
    now = _share_of(beats)
    _recount({(model, family) for model, family, *_ in before ^ now})
    entries.keep_producers({family for model, family, *_ in before | now if model is Producer})


def _share_of(beats: Collection[int]) -> set[tuple[Any, ...]]:
    """Return what the figures of genres and producers hold of these beats."""
    shown = Beat.objects.filter(id__in=beats, gone_at=None)
    rows = list(shown.values_list("id", "genre_id", "producer_id", "play_count"))
    in_genres = {(Genre, genre, pk) for pk, genre, _, _ in rows if genre}
    return in_genres | {(Producer, producer, pk, plays) for pk, _, producer, plays in rows if producer}


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


def quarantine(kind: str, items: Iterable[tuple[Any, str]], sent_at: datetime) -> None:
    for item_id, reason in items:
        row, new = Quarantined.objects.get_or_create(
            kind=kind,
            item_id=str(item_id)[:64],
            defaults={"reason": reason[:300], "first_seen": sent_at, "last_seen": sent_at},
        )
        if not new:
            Quarantined.objects.filter(pk=row.pk).update(reason=reason[:300], last_seen=sent_at, times=F("times") + 1)


def release(kind: str, items: Iterable[Any]) -> None:
    """Let go of what has come right."""
    Quarantined.objects.filter(kind=kind, item_id__in=[str(item_id) for item_id in items]).delete()


def prune_quarantine(now: datetime) -> None:
    """Let go of what no answer has shown for long: removed, or without an id by which it could come right."""
    Quarantined.objects.filter(last_seen__lt=now - KEEP_QUARANTINED).delete()
