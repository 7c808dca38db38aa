"""The dirty queue: what an event says has changed, to be fetched once however many events said so.

Webhooks mark; the scheduler asks for what is due, fetches it, and reports it served. A mark that comes during
the fetch is seen by the row's version, and kept.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Greatest, Least

from catalog.models.events import Dirty, WebhookEvent
from catalog.models.mirror import Beat

log = structlog.get_logger("catalog.dirty")

# The first event after a quiet minute is followed at once, but for what a sender does in one go.
AT_ONCE = timedelta(seconds=1)
QUIET = timedelta(seconds=60)
COALESCED = timedelta(seconds=5)
# An event can arrive before the API shows the change: one second look, that much later.
SECOND_LOOK = timedelta(seconds=60)
# What can't be fetched is tried again ever later, a quarter of an hour in all, and then left to the sweep.
MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=60)
JITTER = 0.2
# A suspicion can't be left to the sweep, which would only have it anew: it is asked about once a day at last.
SUSPECTS_GROWTH, LONGEST_PAUSE = 8, timedelta(days=1)


def mark(kind: Dirty.Kind, ref: int, now: datetime) -> None:
    """Note that something has changed; the event that says so carries `now` as its time of receipt."""
    if _mark_again(kind, ref, now):
        return
    due_at = now + (AT_ONCE if _was_quiet(now) else COALESCED)
    _, new = Dirty.objects.get_or_create(kind=kind, ref=ref, defaults={"due_at": due_at})
    if not new:
        # Somebody else's mark came between.
        _mark_again(kind, ref, now)


def suspect(pks: Iterable[int], now: datetime, most: int) -> None:
    """Have so many more at most asked for of the beats that a list should show and doesn't.

    Who is suspected already keeps waiting as long as before: a list that still doesn't show them is no news.
    """
    known = set(Dirty.objects.filter(kind=Dirty.Kind.SUSPECT).values_list("ref", flat=True))
    new = [pk for pk in pks if pk not in known]
    marks = [Dirty(kind=Dirty.Kind.SUSPECT, ref=pk, due_at=now + COALESCED) for pk in new[:most]]
    Dirty.objects.bulk_create(marks, ignore_conflicts=True)


def clear(pks: Iterable[int]) -> None:
    """Suspect beats no longer that a list shows."""
    Dirty.objects.filter(kind=Dirty.Kind.SUSPECT, ref__in=pks).delete()


def first(kind: Dirty.Kind) -> Dirty | None:
    """Return what of a kind is due first, be it now or later; it stays marked until it is served."""
    return Dirty.objects.filter(kind=kind).order_by("due_at", "pk").first()


def next_due(now: datetime, kind: Dirty.Kind) -> Dirty | None:
    """Return what of a kind is to be fetched now, if anything is: what was marked first, however often since."""
    return Dirty.objects.filter(kind=kind, due_at__lte=now).order_by("pk").first()


def next_due_at(kind: Dirty.Kind) -> datetime | None:
    """Return when something of a kind is due next; None if nothing is marked."""
    row = first(kind)
    return row.due_at if row else None


def drop_fetched(now: datetime) -> None:
    """Let go of marks whose beat an answer has brought, or taken away, since: the sweep may have been there first.

    An answer that came right after the event was the first look only, and leaves the second.
    """
    marks = Dirty.objects.filter(kind=Dirty.Kind.BEAT, due_at__lte=now)
    since = Beat.objects.filter(pk=OuterRef("ref"), fetched_at__gte=OuterRef("due_at"), provisional=False)
    long_since = since.filter(fetched_at__gte=OuterRef("due_at") + SECOND_LOOK)
    marks.filter(Exists(since), looks__gt=0).delete()
    marks.filter(Exists(long_since)).delete()
    marks.filter(Exists(since)).update(looks=1, attempts=0, due_at=now + SECOND_LOOK)
    on_sale = Beat.objects.filter(pk=OuterRef("ref"), gone_at=None)
    Dirty.objects.filter(~Exists(on_sale), kind=Dirty.Kind.SUSPECT, due_at__lte=now).delete()


def served(row: Dirty, *, changed: bool, now: datetime) -> None:
    """Take away what was fetched, as `next_due` gave it; if nothing had changed, look once more later."""
    as_seen = Dirty.objects.filter(pk=row.pk, version=row.version)
    if changed or row.looks:
        done = as_seen.delete()[0]
    else:
        done = as_seen.update(looks=F("looks") + 1, attempts=0, due_at=now + SECOND_LOOK)
    if not done:
        # Marked again during the fetch, which may have been too early for that change.
        Dirty.objects.filter(pk=row.pk).update(looks=0, due_at=now + COALESCED)


def failed(row: Dirty, *, counts: bool, now: datetime) -> None:
    """Have what could not be fetched wait for another try; too many that count, and its mark goes."""
    attempts = row.attempts + counts
    as_seen = Dirty.objects.filter(pk=row.pk, version=row.version)
    suspect = row.kind == Dirty.Kind.SUSPECT
    if attempts >= MOST_ATTEMPTS and not suspect:
        done = as_seen.delete()[0]
        if done:
            log.warning("given up, the sweep will tell", kind=row.kind, ref=row.ref, attempts=attempts)
    else:
        growth = SUSPECTS_GROWTH if suspect else 2
        pause = min(FIRST_PAUSE * growth ** min(max(0, attempts - 1), MOST_ATTEMPTS), LONGEST_PAUSE)
        done = as_seen.update(attempts=min(attempts, MOST_ATTEMPTS + 1), due_at=now + _jittered(pause))
    if not done:
        # Marked again during the try: as good as new, and no sooner than any that failed.
        Dirty.objects.filter(pk=row.pk).update(due_at=now + FIRST_PAUSE)


def unsettled(row: Dirty, now: datetime) -> None:
    """Leave a suspect that BeatConnect has after all, whatever its lists say, alone for a day."""
    Dirty.objects.filter(pk=row.pk, version=row.version).update(due_at=now + _jittered(LONGEST_PAUSE))


def unreadable(row: Dirty) -> None:
    """Take away what BeatConnect answers nonsense for: asking again would bring the same."""
    Dirty.objects.filter(pk=row.pk, version=row.version).delete()


def _mark_again(kind: Dirty.Kind, ref: int, now: datetime) -> int:
    # What only waits for its second look, or another try, becomes due like something new; what was due before, now: an
    # answer asked for before this event must not pass for one that came after it.
    due_at = Greatest(Least(F("due_at"), Value(now + COALESCED)), Value(now))
    again = Dirty.objects.filter(kind=kind, ref=ref)
    return again.update(version=F("version") + 1, due_at=due_at, looks=0, attempts=0)


def _jittered(pause: timedelta) -> timedelta:
    return pause * random.uniform(1 - JITTER, 1 + JITTER)


def _was_quiet(now: datetime) -> bool:
    idle = (WebhookEvent.State.IGNORED, WebhookEvent.State.STALE)
    # Without the event that is being taken in: it was received now.
    lately = WebhookEvent.objects.filter(received__gt=now - QUIET, received__lt=now)
    return not lately.exclude(state__in=idle).exists()
