"""The dirty queue: what an event says has changed, to be fetched once however many events said so.

Webhooks mark; the scheduler asks for what is due, fetches it, and reports it served. A mark that comes during
the fetch is seen by the row's version, and kept.
"""

from datetime import datetime, timedelta

from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.db.models.functions import Least

from catalog.models.events import Dirty, WebhookEvent
from catalog.models.mirror import Beat

# The first event after a quiet minute is followed at once, but for what a sender does in one go.
AT_ONCE = timedelta(seconds=1)
QUIET = timedelta(seconds=60)
COALESCED = timedelta(seconds=5)
# An event can arrive before the API shows the change: one second look, that much later.
SECOND_LOOK = timedelta(seconds=60)


def mark(kind: Dirty.Kind, ref: int, now: datetime) -> None:
    """Note that something has changed; the event that says so carries `now` as its time of receipt."""
    if _mark_again(kind, ref, now):
        return
    due_at = now + (AT_ONCE if _was_quiet(now) else COALESCED)
    _, new = Dirty.objects.get_or_create(kind=kind, ref=ref, defaults={"due_at": due_at})
    if not new:
        # Somebody else's mark came between.
        _mark_again(kind, ref, now)


def first(kind: Dirty.Kind | None = None) -> Dirty | None:
    """Return what is due first, of all or of a kind, be it now or later; it stays marked until it is served."""
    marks = Dirty.objects.filter(kind=kind) if kind else Dirty.objects
    return marks.order_by("due_at", "pk").first()


def next_due(now: datetime, kind: Dirty.Kind | None = None) -> Dirty | None:
    """Return what is to be fetched now, if anything is."""
    row = first(kind)
    return row if row and row.due_at <= now else None


def next_due_at(kind: Dirty.Kind | None = None) -> datetime | None:
    """Return when something is due next; None if nothing is marked."""
    row = first(kind)
    return row.due_at if row else None


def drop_fetched(now: datetime) -> None:
    """Let go of marks whose beat an answer has brought since they were due: the sweep may have been there first."""
    since = Beat.objects.filter(pk=OuterRef("ref"), fetched_at__gte=OuterRef("due_at"), provisional=False)
    Dirty.objects.filter(Exists(since), kind=Dirty.Kind.BEAT, due_at__lte=now).delete()


def served(row: Dirty, *, changed: bool, now: datetime) -> None:
    """Take away what was fetched, as `next_due` gave it; if nothing had changed, look once more later."""
    as_seen = Dirty.objects.filter(pk=row.pk, version=row.version)
    if changed or row.looks:
        done = as_seen.delete()[0]
    else:
        done = as_seen.update(looks=F("looks") + 1, due_at=now + SECOND_LOOK)
    if not done:
        # Marked again during the fetch, which may have been too early for that change.
        Dirty.objects.filter(pk=row.pk).update(looks=0, due_at=now + COALESCED)


def _mark_again(kind: Dirty.Kind, ref: int, now: datetime) -> int:
    # What only waits for its second look becomes due like something new.
    soon = Least(F("due_at"), Value(now + COALESCED))
    return Dirty.objects.filter(kind=kind, ref=ref).update(
        version=F("version") + 1, due_at=Case(When(looks=0, then=F("due_at")), default=soon), looks=0
    )


def _was_quiet(now: datetime) -> bool:
    idle = (WebhookEvent.State.IGNORED, WebhookEvent.State.STALE)
    # Without the event that is being taken in: it was received now.
    lately = WebhookEvent.objects.filter(received__gt=now - QUIET, received__lt=now)
    return not lately.exclude(state__in=idle).exists()
