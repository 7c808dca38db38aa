"""How rows are written: by id, never over what a later call brought, with the counts kept beside them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import Aggregate, Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.models.mirror import Beat, Genre, MirrorRow, Producer, Quarantined
from catalog.search import entries
from catalog.state import visibly_changed

log = structlog.get_logger("catalog.mirror")

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


def mend_counts() -> None:
    """Count anew whose figures are wrong: whatever went past this code, a sweep puts it right."""
    wrong_genres = Genre.objects.exclude(beat_count=_beats_in("genre"))
    wrong_producers = Producer.objects.exclude(beat_count=_beats_in("producer"), play_count=_plays_of_producer())
    wrong: set[tuple[type[Genre | Producer], int]] = {(Genre, pk) for pk in wrong_genres.values_list("pk", flat=True)}
    wrong |= {(Producer, pk) for pk in wrong_producers.values_list("pk", flat=True)}
    if wrong:
        log.warning("kept figures were wrong", rows=len(wrong))
        _recount(wrong)
        entries.keep_producers({pk for model, pk in wrong if model is Producer})
        visibly_changed()


def _recount(families: set[tuple[type[Genre | Producer], int]]) -> None:
    genres = [pk for model, pk in families if model is Genre]
    producers = [pk for model, pk in families if model is Producer]
    Genre.objects.filter(pk__in=genres).update(beat_count=_beats_in("genre"))
    Producer.objects.filter(pk__in=producers).update(beat_count=_beats_in("producer"), play_count=_plays_of_producer())


def _beats_in(family: str) -> Coalesce:
    return _of(family, Count("pk"))


def _plays_of_producer() -> Coalesce:
    return _of("producer", Sum("play_count"))


def _of(family: str, figure: Aggregate) -> Coalesce:
    """Return the SQL of a figure of the beats on sale that name the row it stands in."""
    live = Beat.objects.filter(gone_at=None, **{family: OuterRef("pk")}).order_by()
    return Coalesce(Subquery(live.values(family).annotate(n=figure).values("n")), 0)


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
