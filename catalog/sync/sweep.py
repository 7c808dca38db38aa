"""The sweep: reads the whole catalogue, newest first, one counted call at a time.

A page and the place it reached are kept in one transaction, so a killed sweep goes on where it was. A page that can't
be read, or not be kept, is passed once another can: the sweep then has a hole, and makes nothing fresh.
"""

from math import ceil

import structlog
from django.conf import settings
from django.db import transaction

from catalog import state
from catalog.beatconnect import models as wire
from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import BeatConnectError, QuotaUsedUp, Refused
from catalog.beatconnect.models import Reply
from catalog.beatconnect.transport import BACKGROUND_DEADLINE
from catalog.gateway import Fetched
from catalog.mirror import clocks, rows, sizes
from catalog.mirror.beats import apply_beats, apply_genres
from catalog.mirror.removal import is_mostly_bad, remove_missing, suspect_between, suspect_undated
from catalog.models.mirror import Beat
from catalog.models.sync import SyncState
from catalog.quota.purposes import Purpose
from catalog.sync.turn import Turn

log = structlog.get_logger("catalog.sweep")

LIMIT = 100  # the most that a list call brings
# A list that never ends is left after twice the pages it should have, and some.
SPARE_PAGES = 2
MOST_PAGES = 20_000  # where nobody says how many there should be
# A page may repeat those before it, if as many beats have joined at the top meanwhile; hardly so many in a row.
MOST_REPEATS = 3
# A page that failed so often in a row may never come.
TRIES = 3


def fetch_genres(turn: Turn, purpose: Purpose) -> None:
    """Fetch all genres and keep them."""
    fetched = turn.call(purpose, "/genres", lambda client: client.list_genres())
    with turn.writing():
        apply_genres(fetched.value, fetched.sent_at)
        SyncState.objects.filter(pk=state.STATE_ID).update(genres_fetched_at=fetched.sent_at)


def fetch_page(turn: Turn, purpose: Purpose) -> bool:
    """Fetch the sweep's next page and keep it; return whether the sweep has come to its end."""
    page = next_page()
    try:
        fetched = turn.call(purpose, path_of(page), lambda client: ask(client, page, BACKGROUND_DEADLINE))
        with turn.writing():
            return keep(page, fetched)
    except BeatConnectError as error:
        # What never left this machine, and what speaks of the key, says nothing of the page.
        if error.sent and not isinstance(error, Refused | QuotaUsedUp):
            with turn.writing():
                _miss()
        raise


def next_page() -> int:
    """Return the page to ask for: the sweep's next one, or one further on where that one fails again and again."""
    now = state.read_state()
    return _due(now) + _ahead(now)


def _due(now: SyncState) -> int:
    """Return the page that the sweep under way must read next, 1 where none is."""
    return now.sweep_position // now.page_size + 1 if now.sweep_started_at else 1


def _ahead(now: SyncState) -> int:
    """Return how many pages further on to look: one try after every TRIES failures, each time a page further.

    Nothing is passed by looking, only once a later page comes: if none does, the API is down rather than the page.
    """
    rounds, tries = divmod(now.sweep_failures, TRIES + 1)
    return rounds + 1 if tries == TRIES else 0


def _miss() -> None:
    """Count a failure to read the sweep's page; the sweep ends where no page is left to look at."""
    SyncState.objects.get_or_create(pk=state.STATE_ID)
    now = SyncState.objects.select_for_update().get(pk=state.STATE_ID)
    now.sweep_failures += 1
    ahead, total = _ahead(now), now.upstream_total
    if ahead and total is not None and (_due(now) + ahead - 1) * now.page_size >= total:
        now.sweep_failures, now.sweep_started_at, now.sweep_trouble = 0, None, SyncState.Trouble.HOLES
    now.save(update_fields=["sweep_failures", "sweep_started_at", "sweep_trouble"])


def path_of(page: int) -> str:
    return f"/beats?sort=newest&page={page}"


def ask(client: Client, page: int, deadline: float) -> Reply[wire.BeatPage]:
    return client.list_beats(sort="newest", limit=LIMIT, page=page, deadline=deadline)


@transaction.atomic
def keep(page: int, fetched: Fetched[wire.BeatPage]) -> bool:
    """Apply a page and move the sweep on, both or neither; return whether the sweep has ended."""
    answer, sent_at = fetched.value, fetched.sent_at
    if page == 1:
        clocks.pull_back(sent_at)
    now = state.lock_state()
    shown = (now.as_of, now.complete)
    passed = page > _due(now)
    if page == 1 or not now.sweep_started_at:
        _begin(now, answer, fetched)
    now.sweep_pages += 1
    now.sweep_failures = 0
    came = len(answer.beats) + len(answer.problems)
    beyond = came == 0 and _is_beyond(page, now.page_size, answer)
    last = beyond or _is_last(page, now.page_size, answer)
    repeats = page > 1 and _is_repeated(now, answer)
    now.sweep_repeats = now.sweep_repeats + 1 if repeats else 0
    shrunk = _shrunk(page, now, answer)
    contradicted = bool(shrunk) and _has_turned(page, now, answer)
    refused = apply_beats(answer, sent_at)
    # A last page that only repeats is none: the hole is where the list's end should be.
    now.sweep_holed |= passed or contradicted or (last and repeats) or (came == 0 and not beyond)
    now.sweep_holed |= is_mostly_bad(refused, came)
    _remove(page, now, fetched, last=last, shrunk=bool(shrunk))
    _move(page, now, answer, shrunk=shrunk, contradicted=contradicted)
    emptied = page == 1 and came == 0 and Beat.objects.filter(gone_at=None).exists()
    ended = _end(now, last=last and not shrunk, emptied=emptied)
    if ended and not now.sweep_trouble and now.as_of:
        suspect_undated(now.as_of, sent_at)
        rows.mend_counts()
        sizes.learn()
    state.keep_state(now)
    if shown != (now.as_of, now.complete):
        state.visibly_changed()
    return ended


def _begin(now: SyncState, answer: wire.BeatPage, fetched: Fetched[wire.BeatPage]) -> None:
    now.api_url, now.key_kind = settings.BEATCONNECT_API_URL, state.key_kind()
    if not now.sweep_started_at:
        now.sweep_started_at, now.sweep_pages = fetched.sent_at, 0
        now.sweep_turned, now.upstream_total = 0, answer.total
    # Else a list that has shrunk sent the sweep back to its first page: it goes on, lest it begin for ever.
    now.as_of = now.as_of or fetched.sent_at
    now.sweep_position, now.sweep_holed = 0, False
    now.cursor_created_at = now.cursor_id = None
    if answer.beats and now.sweep_trouble == SyncState.Trouble.EMPTIED:
        now.sweep_trouble = ""
    # The effective page size is what the answer says, not what was asked for.
    now.page_size = answer.per_page or len(answer.beats) + len(answer.problems) or LIMIT


def _shrunk(page: int, now: SyncState, answer: wire.BeatPage) -> int:
    """Return by how many beats the list is shorter than it was a page ago; above the first page none slips by."""
    if page == 1 or answer.total is None or now.upstream_total is None:
        return 0
    return max(0, now.upstream_total - answer.total)


def _has_turned(page: int, now: SyncState, answer: wire.BeatPage) -> bool:
    """Tell whether the sweep went back before, from here or from further on, for a list no longer than this.

    Another total came in between, so they contradict each other: going back again could go on for ever.
    """
    return page <= now.sweep_turned and (answer.total or 0) >= (now.sweep_turned_total or 0)


def _move(page: int, now: SyncState, answer: wire.BeatPage, *, shrunk: int, contradicted: bool) -> None:
    """Note what the sweep has read.

    New beats join at the top: pages shift down, and at worst repeat. Removals shift them up, past the sweep, by no
    more than the total has shrunk: then the sweep goes back by so many, and no beat slips through.
    """
    if answer.total is not None and not contradicted:
        now.upstream_total = answer.total
    if shrunk and not contradicted:
        now.sweep_turned, now.sweep_turned_total = max(page, now.sweep_turned), answer.total
        now.sweep_position = max(0, now.sweep_position - shrunk)
        return
    # A short page that isn't the last one is followed by the next page all the same.
    now.sweep_position = page * now.page_size
    if answer.beats:
        now.cursor_created_at, now.cursor_id = answer.beats[-1].created_at, answer.beats[-1].id


def _is_beyond(page: int, size: int, answer: wire.BeatPage) -> bool:
    """Tell whether a page without beats may be true: one in the middle of a list is a fault, and ends no sweep."""
    if answer.total is not None:
        return (page - 1) * size >= answer.total
    # A list of nothing has a first page all the same.
    return answer.last_page is None or page > answer.last_page or page == 1 == answer.last_page


def _is_last(page: int, size: int, answer: wire.BeatPage) -> bool:
    if answer.last_page is not None:
        return page >= answer.last_page
    # Without pagination only an empty page is the last one.
    return answer.total is not None and page * size >= answer.total


def _is_repeated(now: SyncState, answer: wire.BeatPage) -> bool:
    """Tell whether a page leads no further down the list than the one before it, and hardly to a beat not seen yet.

    Either alone proves nothing: a list may have another order than it should, and others fetch beats, too.
    """
    end = answer.beats[-1].created_at if answer.beats else None
    if not answer.beats or (end and now.cursor_created_at and end < now.cursor_created_at):
        return False
    seen = Beat.objects.filter(id__in=[beat.id for beat in answer.beats], fetched_at__gte=now.sweep_started_at)
    return 2 * seen.count() > len(answer.beats)


def _remove(page: int, now: SyncState, fetched: Fetched[wire.BeatPage], *, last: bool, shrunk: bool) -> None:
    answer = fetched.value
    places = [(beat.created_at, beat.id) for beat in answer.beats if beat.created_at]
    if page == 1:
        remove_missing(answer, fetched.sent_at, after=None, to_the_end=last)
        return
    if not places or not now.cursor_created_at or not now.cursor_id:
        return
    cursor = (now.cursor_created_at, now.cursor_id)
    if places[-1] >= cursor:
        return  # a page that came before: it says nothing of what comes after
    remove_missing(answer, fetched.sent_at, after=places[0][0], to_the_end=last)
    # Behind a hole those between have merely not been read.
    if not shrunk and not now.sweep_holed and places[0] < cursor:
        suspect_between(cursor, places[0], fetched.sent_at)


def _end(now: SyncState, *, last: bool, emptied: bool) -> bool:
    expected = ceil(now.upstream_total / now.page_size) * 2 + SPARE_PAGES if now.upstream_total else MOST_PAGES
    if not last and now.sweep_pages < expected and now.sweep_repeats < MOST_REPEATS:
        return False
    if not last:
        now.sweep_trouble = SyncState.Trouble.ENDLESS
    elif now.sweep_holed:
        now.sweep_trouble = SyncState.Trouble.HOLES
    elif emptied:
        # Nobody takes down a whole catalogue at once: what the shop has stays, as old as it is.
        now.sweep_trouble = SyncState.Trouble.EMPTIED
    else:
        now.sweep_trouble = ""
        now.as_of, now.complete = now.sweep_started_at, True
    if now.sweep_trouble:
        why = str(now.sweep_trouble)
        log.warning("a sweep was not whole", why=why, pages=now.sweep_pages, total=now.upstream_total)
    now.sweep_started_at = None
    return True
