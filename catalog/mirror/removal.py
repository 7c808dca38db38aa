"""Takes off sale what BeatConnect no longer shows; the rows stay, for an honest 410."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from catalog import dirty
from catalog.beatconnect import models as wire
from catalog.beatconnect.fields import LARGEST_ID
from catalog.mirror.rows import families, recount
from catalog.models.events import Dirty
from catalog.models.mirror import Beat
from catalog.search import entries
from catalog.state import lock_state

# A page with more bad items than this, or missing more beats, is more likely broken than right.
MOST_BAD_SHARE = 0.2
MOST_GONE_SHARE = 0.2
# No more of the catalogue than this may vanish within an hour.
MOST_GONE_AN_HOUR = 0.02
FEWEST_GONE_AN_HOUR = 5  # so that a small shop can lose a beat at all
# What is not believed is asked for one by one, so many a page: the quota has other uses.
SUSPECTS_A_PAGE = 10
# So much earlier than its change an event may come.
EVENT_LEAD = timedelta(minutes=3)

Place = tuple[datetime, int]  # (created_at, id): where a beat stands in the newest order


@transaction.atomic
def remove_missing(answer: wire.BeatPage, sent_at: datetime, *, after: datetime | None, to_the_end: bool) -> int:
    """Mark as gone what a `newest` page must show and doesn't; return how many.

    The page must show every live beat released between `after` (None: the very newest) and its own last item (or the
    very oldest, if the list ends with it). Missing from a finished sweep proves nothing: pages shift while it goes on.
    """
    shown = [(beat.created_at, beat.id) for beat in answer.beats]
    refused = [problem.item_id for problem in answer.problems]
    # A bad item that doesn't say which beat it is may be any of those that seem to be missing.
    if not shown or any(moment is None for moment, _ in shown) or not all(map(_is_id, refused)):
        return 0
    if len(refused) > MOST_BAD_SHARE * (len(refused) + len(shown)):
        return 0
    # What an event told a moment ago may not be in the list yet.
    confirmed = Q(provisional=False) | Q(fetched_at__lt=sent_at - EVENT_LEAD)
    due = confirmed & Q(gone_at=None, fetched_at__lt=sent_at, created_at__lt=sent_at)
    moments = [moment for moment, _ in shown if moment]
    if moments != sorted(moments, reverse=True):
        return 0
    # Strictly between: which of two of the same moment comes first is nowhere promised.
    if after:
        due &= Q(created_at__lt=after)
    if not to_the_end:
        due &= Q(created_at__gt=moments[-1])
    missing = Beat.objects.filter(due).exclude(id__in=[*(pk for _, pk in shown), *refused]).select_for_update()
    gone = list(missing.values_list("id", flat=True))
    if not gone:
        return 0
    if not _believable(len(gone), len(shown), sent_at):
        for pk in gone[:SUSPECTS_A_PAGE]:
            dirty.mark(Dirty.Kind.BEAT, pk, sent_at)
        return 0
    lock_state()
    touched = families(gone)
    Beat.objects.filter(id__in=gone).update(gone_at=sent_at, fetched_at=sent_at)
    recount(touched)
    entries.keep_beats(gone)
    return len(gone)


def suspect_between(newer: Place, older: Place, sent_at: datetime) -> None:
    """Have those asked for that should stand between two pages and may as well have moved from one to the other."""
    below = Q(created_at__lt=newer[0]) | Q(created_at=newer[0], id__lt=newer[1])
    above = Q(created_at__gt=older[0]) | Q(created_at=older[0], id__gt=older[1])
    missing = Beat.objects.filter(below & above, gone_at=None, fetched_at__lt=sent_at)
    for pk in missing.values_list("id", flat=True)[:SUSPECTS_A_PAGE]:
        dirty.mark(Dirty.Kind.BEAT, pk, sent_at)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and 0 < value <= LARGEST_ID


def _believable(gone: int, shown: int, sent_at: datetime) -> bool:
    if gone > max(1, MOST_GONE_SHARE * shown):
        return False
    live = Beat.objects.filter(gone_at=None).count()
    lately = Beat.objects.filter(gone_at__gt=sent_at - timedelta(hours=1)).count()
    return lately + gone <= max(FEWEST_GONE_AN_HOUR, MOST_GONE_AN_HOUR * live)


@transaction.atomic
def mark_gone(pk: int, at: datetime) -> None:
    """Take one beat off sale that BeatConnect says it doesn't have."""
    lock_state()
    touched = families([pk])
    Beat.objects.filter(pk=pk, gone_at=None).update(gone_at=at, fetched_at=at)
    recount(touched)
    entries.keep_beats([pk])
