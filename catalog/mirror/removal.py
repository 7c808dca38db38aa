"""Takes off sale what BeatConnect no longer shows; the rows stay, for an honest 410."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from catalog import dirty
from catalog.beatconnect import models as wire
from catalog.beatconnect.fields import LARGEST_ID
from catalog.mirror.rows import recounted
from catalog.models.mirror import Beat
from catalog.search import entries
from catalog.state import lock_state, visibly_changed

# Some items are always bad; where more than a fifth are, it is the list that has changed. A short last page may have a
# handful, or one beat of its three would keep the shop from ever being whole.
MOST_BAD_SHARE = 0.2
BAD_HANDFUL = 5
# A page that misses more beats than this is more likely broken than right.
MOST_GONE_SHARE = 0.2
# No more of the catalogue than this may vanish within an hour.
MOST_GONE_AN_HOUR = 0.02
FEWEST_GONE_AN_HOUR = 5  # so that a small shop can lose a beat at all
# What is not believed is asked for one by one, so many a page: the quota has other uses.
SUSPECTS_A_PAGE = 10
# So much earlier than its change an event may come.
EVENT_LEAD = timedelta(minutes=3)

Place = tuple[datetime, int]  # (created_at, id): where a beat stands in the newest order


def is_mostly_bad(refused: int, came: int) -> bool:
    """Tell whether so many refused items, of all that came, speak against the page rather than against themselves."""
    return refused > max(BAD_HANDFUL, MOST_BAD_SHARE * came)


@transaction.atomic
def remove_missing(answer: wire.BeatPage, sent_at: datetime, *, after: datetime | None, to_the_end: bool) -> None:
    """Mark as gone what a `newest` page must show and doesn't.

    The page must show every live beat released between `after` (None: the very newest) and its own last item (or the
    very oldest, if the list ends with it). Missing from a finished sweep proves nothing: pages shift while it goes on.
    """
    shown = [(beat.created_at, beat.id) for beat in answer.beats]
    dirty.clear(pk for _, pk in shown)
    # An undated item may stand anywhere: it tells no bound, and the last one no end.
    moments = [moment for moment, _ in shown if moment]
    refused = [problem.item_id for problem in answer.problems]
    # A bad item that doesn't say which beat it is may be any of those that seem to be missing.
    if not moments or not all(map(_is_id, refused)):
        return
    if is_mostly_bad(len(refused), len(refused) + len(shown)):
        return
    # What an event told a moment ago, or its own page, may not be in the list yet.
    confirmed = Q(provisional=False) | Q(fetched_at__lt=sent_at - EVENT_LEAD)
    due = confirmed & Q(gone_at=None, fetched_at__lt=sent_at, created_at__lt=sent_at)
    if moments != sorted(moments, reverse=True):
        return
    # Strictly between: which of two of the same moment comes first is nowhere promised.
    if after:
        due &= Q(created_at__lt=after)
    if not to_the_end or len(moments) < len(shown):
        due &= Q(created_at__gt=moments[-1])
    unseen = Beat.objects.filter(due).exclude(id__in=[*(pk for _, pk in shown), *refused]).select_for_update()
    missing = list(unseen.values_list("id", "missing_at"))
    # Those that BeatConnect doesn't have by their ids either are gone, however many they are.
    gone = [pk for pk, missing_at in missing if missing_at]
    others = [pk for pk, missing_at in missing if not missing_at]
    if _believable(len(others), len(shown), sent_at):
        gone += others
    else:
        dirty.suspect(others, sent_at, SUSPECTS_A_PAGE)
    _take_off_sale(gone, sent_at)


def _take_off_sale(gone: Sequence[int], at: datetime) -> None:
    if not gone:
        return
    lock_state()
    with recounted(gone):
        Beat.objects.filter(id__in=gone).update(gone_at=at, fetched_at=at)
    visibly_changed()
    entries.keep_beats(gone)


def suspect_between(newer: Place, older: Place, sent_at: datetime) -> None:
    """Have those asked for that should stand between two pages and may as well have moved from one to the other."""
    below = Q(created_at__lt=newer[0]) | Q(created_at=newer[0], id__lt=newer[1])
    above = Q(created_at__gt=older[0]) | Q(created_at=older[0], id__gt=older[1])
    missing = Beat.objects.filter(below & above, gone_at=None, fetched_at__lt=sent_at)
    dirty.suspect(missing.values_list("id", flat=True), sent_at, SUSPECTS_A_PAGE)


def suspect_undated(before: datetime, at: datetime) -> None:
    """Have undated beats asked for that a whole sweep, begun at `before`, hasn't shown: no page can miss them."""
    missing = Beat.objects.filter(created_at=None, gone_at=None, provisional=False, fetched_at__lt=before)
    dirty.suspect(missing.values_list("id", flat=True), at, SUSPECTS_A_PAGE)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and 0 < value <= LARGEST_ID


def _believable(gone: int, shown: int, sent_at: datetime) -> bool:
    return gone <= max(1, MOST_GONE_SHARE * shown) and _few_lately(gone, sent_at)


def _few_lately(gone: int, at: datetime) -> bool:
    live = Beat.objects.filter(gone_at=None).count()
    lately = Beat.objects.filter(gone_at__gt=at - timedelta(hours=1)).count()
    return lately + gone <= max(FEWEST_GONE_AN_HOUR, MOST_GONE_AN_HOUR * live)


@transaction.atomic
def mark_gone(pk: int, at: datetime) -> None:
    """Take one beat off sale that BeatConnect, asked at that moment, didn't have, unless it was seen since.

    One too many for an hour waits for the sweep.
    """
    lock_state()
    live = Beat.objects.filter(pk=pk, gone_at=None, fetched_at__lt=at)
    if _few_lately(1, at):
        _take_off_sale(list(live.values_list("id", flat=True)), at)
    else:
        live.update(missing_at=at)
