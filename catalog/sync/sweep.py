"""The sweep: reads the whole catalogue, newest first, one counted call at a time.

A page and the place it reached are kept in one transaction, so a killed sweep goes on where it was.
"""

from math import ceil

import structlog
from django.conf import settings
from django.db import transaction

from catalog import state
from catalog.beatconnect import models as wire
from catalog.beatconnect.client import Client
from catalog.beatconnect.models import Reply
from catalog.beatconnect.transport import BACKGROUND_DEADLINE
from catalog.gateway import Fetched
from catalog.mirror.beats import apply_beats, apply_genres
from catalog.mirror.removal import remove_missing, suspect_between
from catalog.models.mirror import Beat
from catalog.models.sync import SyncState
from catalog.quota.purposes import Purpose
from catalog.sync.turn import Turn

log = structlog.get_logger("catalog.sweep")

LIMIT = 100  # the most that a list call brings
# A list that never ends is left after twice the pages it should have, and some.
SPARE_PAGES = 2
MOST_PAGES = 20_000  # where nobody says how many there should be


def fetch_genres(turn: Turn, purpose: Purpose) -> None:
    """Fetch all genres and keep them."""
    fetched = turn.call(purpose, "/genres", lambda client: client.list_genres())
    with turn.writing():
        apply_genres(fetched.value, fetched.sent_at)
        SyncState.objects.filter(pk=state.STATE_ID).update(genres_fetched_at=fetched.sent_at)


def fetch_page(turn: Turn, purpose: Purpose) -> bool:
    """Fetch the sweep's next page and keep it; return whether the sweep has come to its end."""
    page = next_page()
    fetched = turn.call(purpose, path_of(page), lambda client: ask(client, page, BACKGROUND_DEADLINE))
    with turn.writing():
        return keep(page, fetched)


def next_page() -> int:
    """Return the page that the sweep under way reads next, 1 where none is."""
    now = state.read_state()
    return now.sweep_position // now.page_size + 1 if now.sweep_started_at else 1


def path_of(page: int) -> str:
    return f"/beats?sort=newest&page={page}"


def ask(client: Client, page: int, deadline: float) -> Reply[wire.BeatPage]:
    return client.list_beats(sort="newest", limit=LIMIT, page=page, deadline=deadline)


@transaction.atomic
def keep(page: int, fetched: Fetched[wire.BeatPage]) -> bool:
    """Apply a page and move the sweep on, both or neither; return whether the sweep has ended."""
    answer, sent_at = fetched.value, fetched.sent_at
    now = state.lock_state()
    if page == 1:
        _begin(now, answer, fetched)
    now.sweep_pages += 1
    came = len(answer.beats) + len(answer.problems)
    last = _is_last(page, now.page_size, answer) or (came == 0 and _is_beyond(page, now.page_size, answer))
    # New beats join at the top: pages shift down, and at worst repeat. Removals shift them up, past the sweep, by no
    # more than the total has shrunk: then the sweep goes back by so many, and no beat slips through.
    shrunk = max(0, now.upstream_total - answer.total) if now.upstream_total and answer.total is not None else 0
    apply_beats(answer, sent_at)
    _remove(page, now, fetched, last=last, shrunk=bool(shrunk))
    if answer.total is not None:
        now.upstream_total = answer.total
    if shrunk:
        now.sweep_position = max(0, now.sweep_position - shrunk)
    else:
        # A short page that isn't the last one is followed by the next page all the same.
        now.sweep_position = page * now.page_size
        if answer.beats:
            now.cursor_created_at, now.cursor_id = answer.beats[-1].created_at, answer.beats[-1].id
    emptied = page == 1 and came == 0 and Beat.objects.filter(gone_at=None).exists()
    ended = _end(now, last=last and not shrunk, emptied=emptied)
    now.save()
    return ended


def _begin(now: SyncState, answer: wire.BeatPage, fetched: Fetched[wire.BeatPage]) -> None:
    now.api_url, now.key_kind = settings.BEATCONNECT_API_URL, state.key_kind()
    now.sweep_started_at = fetched.sent_at
    now.as_of = now.as_of or fetched.sent_at
    now.sweep_pages = now.sweep_position = 0
    now.cursor_created_at = now.cursor_id = None
    now.upstream_total = answer.total
    # The effective page size is what the answer says, not what was asked for.
    now.page_size = answer.per_page or len(answer.beats) + len(answer.problems) or LIMIT


def _is_beyond(page: int, size: int, answer: wire.BeatPage) -> bool:
    """Tell whether a page without beats may be true: one in the middle of a list is a fault, and ends no sweep."""
    return answer.total is None or (page - 1) * size >= answer.total


def _is_last(page: int, size: int, answer: wire.BeatPage) -> bool:
    if answer.last_page is not None:
        return page >= answer.last_page
    # Without pagination only an empty page is the last one.
    return answer.total is not None and page * size >= answer.total


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
    if not shrunk and places[0] < cursor:
        suspect_between(cursor, places[0], fetched.sent_at)


def _end(now: SyncState, *, last: bool, emptied: bool) -> bool:
    expected = ceil(now.upstream_total / now.page_size) * 2 + SPARE_PAGES if now.upstream_total else MOST_PAGES
    if last and emptied:
        # Nobody takes down a whole catalogue at once: what the shop has stays, as old as it is.
        log.warning("BeatConnect shows no beats; the mirror keeps its own")
    elif last:
        now.as_of, now.complete = now.sweep_started_at, True
    elif now.sweep_pages >= expected:
        log.warning("a sweep found no end", pages=now.sweep_pages, total=now.upstream_total)
    else:
        return False
    now.sweep_started_at = None
    return True
