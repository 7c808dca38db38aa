"""What the sitemaps list: every beat on sale, every genre and producer with beats, and the lists themselves.

Kept in: the rows, and where each page begins in the default cache, as JSON. Fresh for: rows always, the division into
pages for an hour. Usable when stale: a page is read from where it begins, so that an old division misses only what is
newer than itself. Refreshed by: the first crawler after the hour.

Beats stand in the order in which they appeared, so that a page of old beats changes only where one of them does. A beat
changed when it was told of anew (`Beat.changed_at`), or when it appeared; a genre, a producer and a list when their
newest beat did. A page costs the same whatever the catalogue's size; the division reads each beat that ever changed.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalog import queries
from catalog.addresses import page_path
from catalog.models.mirror import Beat, Genre, Producer
from catalog.service.store import NotThere, mirror_as_it_is

PER_PAGE = 10_000
DIVISION_SECONDS = 3_600
LISTS = ("/", "/beats/", "/genres/", "/producers/")
KINDS = ("static", "genres", "producers", "beats", "undated")

# The last beat of every full page: from one to the next along the index `beat_newest`, a page at a stride.
_STRIDES = """
WITH RECURSIVE stride(id) AS (
  SELECT (SELECT id FROM catalog_beat WHERE gone_at IS NULL AND created_at IS NOT NULL
          ORDER BY created_at, id LIMIT 1 OFFSET %s)
  UNION ALL
  SELECT (SELECT next.id FROM catalog_beat AS next
          WHERE next.gone_at IS NULL AND next.created_at IS NOT NULL
            AND (next.created_at, next.id) > (last.created_at, last.id)
          ORDER BY next.created_at, next.id LIMIT 1 OFFSET %s)
  FROM stride JOIN catalog_beat AS last ON last.id = stride.id
)
SELECT id FROM stride WHERE id IS NOT NULL
"""

Place = tuple[datetime | None, int]  # (created_at, id)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Sitemap:
    """One page of a kind; `after` is the last thing on the page before it, `changed_at` the newest date on it."""

    kind: str
    number: int
    changed_at: datetime | None = None
    after: Place | None = None


@dataclass(frozen=True)
class Entry:
    path: str
    changed_at: datetime | None = None


def sitemaps() -> list[Sitemap]:
    """Return every sitemap there is; EmptyStore before the mirror holds anything."""
    mirror_as_it_is()
    return [sitemap for kind in KINDS for sitemap in _division(kind)]


def entries(kind: str, number: int) -> list[Entry]:
    """Return what a sitemap lists; NotThere if there is no such sitemap."""
    mirror_as_it_is()
    found = [sitemap for sitemap in _division(kind) if sitemap.number == number] if kind in KINDS else []
    if not found:
        raise NotThere(complete=True)
    return list(_entries(found[0]))


def _entries(sitemap: Sitemap) -> Iterator[Entry]:
    match sitemap.kind:
        case "static":
            yield from (Entry(path, sitemap.changed_at) for path in LISTS)
        case "genres":
            yield from (Entry(page_path("genres", pk, name), day) for pk, name, day in _families(sitemap, Genre))
        case "producers":
            yield from (Entry(page_path("producers", pk, name), day) for pk, name, day in _families(sitemap, Producer))
        case _:
            yield from (Entry(page_path("beats", pk, title), day) for pk, title, day in _beats(sitemap))


def _families(sitemap: Sitemap, model: type[Genre | Producer]) -> Iterable[tuple[int, str, datetime | None]]:
    return _with_beats(model, sitemap.after).values_list("id", "name", "newest")[:PER_PAGE]


def _beats(sitemap: Sitemap) -> Iterable[tuple[int, str, datetime | None]]:
    beats = Beat.objects.filter(gone_at=None, created_at__isnull=sitemap.kind == "undated")
    if sitemap.after:
        moment, pk = sitemap.after
        # The first condition alone says where in the index to begin.
        since = Q(created_at__gte=moment) & (Q(created_at__gt=moment) | Q(id__gt=pk)) if moment else Q(id__gt=pk)
        beats = beats.filter(since)
    changed = Coalesce("changed_at", "created_at")
    return beats.order_by("created_at", "id").values_list("id", "title", changed)[:PER_PAGE]


def _division(kind: str) -> list[Sitemap]:
    """Return the sitemaps of a kind, as they were divided up within the last hour."""
    key = f"sitemaps:{kind}"
    kept = cache.get(key)
    if kept is None:
        kept = json.dumps([[moment and moment.isoformat(), *last] for moment, *last in _ends(kind)])
        cache.set(key, kept, DIVISION_SECONDS)
    sitemaps: list[Sitemap] = []
    after: Place | None = None
    for number, (changed_at, moment, pk) in enumerate(json.loads(kept), start=1):
        sitemaps.append(Sitemap(kind, number, _read(changed_at), after))
        after = (_read(moment), pk)
    return sitemaps


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None


def _ends(kind: str) -> Iterator[tuple[datetime | None, str | None, int]]:
    """Yield of each page the newest date on it, and the last place on it."""
    match kind:
        case "static":
            yield (queries.newest_date(), None, 0)
        case "genres" | "producers":
            rows = list(_with_beats(Genre if kind == "genres" else Producer, None).values_list("id", "newest"))
            for page in _pages(rows):
                yield (max((day for _, day in page if day), default=None), None, page[-1][0])
        case "undated":
            undated = Beat.objects.filter(gone_at=None, created_at=None).order_by("id").values_list("id", "changed_at")
            for part in _pages(list(undated)):
                yield (max((day for _, day in part if day), default=None), None, part[-1][0])
        case _:
            ends = _last_beats()
            for (moment, pk), changed_at in zip(ends, _last_changes(ends), strict=True):
                yield (changed_at, moment.isoformat(), pk)


def _last_beats() -> list[tuple[datetime, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_STRIDES, [PER_PAGE - 1, PER_PAGE - 1])
        full = [pk for (pk,) in cursor.fetchall()]
    dated = Beat.objects.filter(gone_at=None, created_at__isnull=False)
    newest = dated.order_by("-created_at", "-id").values_list("id", flat=True)[:1]
    found = Beat.objects.filter(Q(id__in=full) | Q(id__in=Subquery(newest))).order_by("created_at", "id")
    return [(moment, pk) for moment, pk in found.values_list("created_at", "id") if moment]


def _last_changes(ends: Sequence[tuple[datetime, int]]) -> list[datetime]:
    """Return when each of the pages that end so last changed: its newest beat's date, or that of a later change."""
    latest = [moment for moment, _ in ends]
    changed = Beat.objects.filter(gone_at=None, created_at__isnull=False, changed_at__isnull=False)
    for moment, pk, changed_at in changed.values_list("created_at", "id", "changed_at").iterator():
        page = bisect_left(ends, (moment, pk))
        # One that is newer than the division stands on no page yet.
        if page < len(latest) and changed_at:
            latest[page] = max(latest[page], changed_at)
    return latest


def _pages(rows: Sequence[Row]) -> list[Sequence[Row]]:
    return [rows[start : start + PER_PAGE] for start in range(0, len(rows), PER_PAGE)]


def _with_beats(model: type[Genre | Producer], after: Place | None) -> QuerySet[Genre | Producer]:
    """Return those that have beats, in order, each with the date of its newest: one step in an index for each."""
    owner = "genre" if model is Genre else "producer"
    theirs = Beat.objects.filter(gone_at=None, created_at__isnull=False, **{owner: OuterRef("pk")})
    newest = theirs.order_by("-created_at", "-id").values("created_at")[:1]
    found = model._default_manager.filter(beat_count__gt=0, id__gt=after[1] if after else 0)
    return found.annotate(newest=Subquery(newest)).order_by("id")
