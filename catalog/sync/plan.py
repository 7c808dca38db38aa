"""What the scheduler may do next, the most urgent first, and when each is due. All of it read from the tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.contrib.sessions.backends.db import SessionStore

from catalog import dirty, webhooks
from catalog.beatconnect.errors import BeatConnectError
from catalog.mirror.beats import forget_unconfirmed
from catalog.mirror.rows import prune_quarantine
from catalog.models.events import Dirty, WebhookEvent
from catalog.models.sync import SyncState
from catalog.quota import purposes
from catalog.quota.ledger import Ledger, prune_calls
from catalog.signals import pruning
from catalog.state import STATE_ID, read_state
from catalog.sync import events, extras, hot, newest, pacing, sweep
from catalog.sync.turn import Turn

GENRES_FRESH_FOR, GENRES_AFTER_FAILURE = timedelta(days=1), timedelta(hours=1)
PRUNE_EVERY = timedelta(days=1)
# An event may be this much ahead of the list that shows its beat; what a sweep begun later didn't show is not there.
UNCONFIRMED_FOR = timedelta(days=1)
# Looking for new beats by itself; rarer once webhooks have proved that they tell of them.
POLL, POLL_BESIDE_WEBHOOKS = timedelta(minutes=10), timedelta(minutes=30)
WEBHOOKS_PROVED_FOR = timedelta(days=1)
# With each tenth paced slot an extra may come along, if the day goes as planned.
EXTRAS_EVERY = 10


@dataclass(frozen=True)
class Job:
    """Something to do from `due` on."""

    name: str
    due: datetime
    run: Callable[[Turn], object]


def agenda(ledger: Ledger, now: datetime) -> Iterator[Job]:
    """Yield what there is to do, the most urgent first."""
    state = read_state()
    retry = webhooks.next_retry()
    if retry:
        yield Job("effects", retry, lambda turn: webhooks.retry_failed(turn.clock()))
    daily = Job("prune", (state.pruned_at or now - PRUNE_EVERY) + PRUNE_EVERY, lambda turn: prune(turn.clock()))
    late = state.complete and pacing.is_late(ledger, now, since=state.as_of or now)
    for kind in Dirty.Kind:
        # Any number of events may come: what serves one of them each waits while the sweep, which serves all, is late.
        marked = None if late and kind != Dirty.Kind.NEWEST else dirty.next_due_at(kind)
        if marked:
            yield Job(f"event {kind}", marked, partial(events.serve_next, kind=kind, now=now))
    if not state.complete and not state.sweep_failures and not state.sweep_trouble:
        # An incomplete shop is worth hurrying for, but only while all goes well: asking for what fails as fast as may
        # be would spend the day's calls on it. From then on it is swept like any other.
        yield Job("first fill", now, first_fill)
        yield daily
        return
    # What BeatConnect says, since counting a million rows each second would be work of its own.
    count = state.upstream_total or 0
    if count > hot.FEW:
        yield Job("newest", _walk_due(state, now), lambda turn: newest.walk(turn, purposes.NEWEST))
    yield Job("paced", pacing.next_due(ledger, now), lambda turn: paced(turn, count, now))
    yield daily


def first_fill(turn: Turn) -> None:
    """Go on with the first crawl: beats first, they serve an empty shop best; genres after the first page."""
    state = read_state()
    if state.as_of and genres_due(state, turn.clock()):
        fetch_genres(turn, purposes.FIRST)
    else:
        sweep.fetch_page(turn, purposes.FIRST)


def fetch_genres(turn: Turn, purpose: purposes.Purpose) -> None:
    """Fetch the genres; where that fails they wait an hour, and nothing waits for them."""
    try:
        sweep.fetch_genres(turn, purpose)
    except BeatConnectError:
        SyncState.objects.update(genres_fetched_at=turn.clock() - GENRES_FRESH_FOR + GENRES_AFTER_FAILURE)
        raise


def paced(turn: Turn, count: int, now: datetime) -> None:
    """Use a paced slot: for the sweep or a popular page, by turns; now and then genres or an extra come along.

    They come beside the page, not in its place: else one sweep in three would take a third longer than the others.
    """
    state = read_state()
    slot = state.paced_slot
    tier = hot.tier(slot, count)
    extras_turn = slot % EXTRAS_EVERY == EXTRAS_EVERY - 1 and not pacing.is_lean(turn.gateway.ledger, now)
    extra = extras.wanted(now) if extras_turn else None
    with turn.using_up("paced_slot"):
        if tier:
            hot.fetch(turn, tier)
        else:
            sweep.fetch_page(turn, purposes.SWEEP)
    if genres_due(state, now):
        fetch_genres(turn, purposes.SWEEP)
    elif extra:
        extras.fetch(turn, *extra)


def prune(now: datetime) -> None:
    """Let go of what nobody needs any longer."""
    webhooks.prune(now)
    prune_quarantine(now)
    prune_calls(now)
    state = read_state()
    if state.complete and state.as_of:
        forget_unconfirmed(state.as_of - UNCONFIRMED_FOR)
    SessionStore.clear_expired()
    pruning.send(None, now=now)
    # Kept even before the first fill has made the row, or pruning would be due again at once, for ever.
    SyncState.objects.update_or_create(pk=STATE_ID, defaults={"pruned_at": now})


def genres_due(state: SyncState, now: datetime) -> bool:
    return state.genres_fetched_at is None or state.genres_fetched_at < now - GENRES_FRESH_FOR


def _walk_due(state: SyncState, now: datetime) -> datetime:
    if state.walk_page or state.walked_at is None:
        return now
    proved = WebhookEvent.objects.filter(state=WebhookEvent.State.DONE, received__gt=now - WEBHOOKS_PROVED_FOR).exists()
    return state.walked_at + (POLL_BESIDE_WEBHOOKS if proved else POLL)
