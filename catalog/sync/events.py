"""Fetches what webhooks said has changed, and what a list leaves in doubt."""

from datetime import datetime

from catalog import dirty
from catalog.beatconnect.errors import BeatConnectError, NotFound
from catalog.beatconnect.models import BeatPage
from catalog.beatconnect.transport import BACKGROUND_DEADLINE
from catalog.mirror.beats import apply_beats, content
from catalog.mirror.removal import mark_gone, remove_missing
from catalog.mirror.rows import quarantine
from catalog.models.events import Dirty
from catalog.models.mirror import Beat
from catalog.quota import purposes
from catalog.sync import extras, sweep
from catalog.sync.turn import Turn


def serve_next(turn: Turn, kind: Dirty.Kind, now: datetime) -> None:
    """Fetch what of a kind is due longest and keep it; its mark goes, or waits for a second look."""
    dirty.drop_fetched(now)
    row = dirty.next_due(now, kind)
    if row is None:
        return
    try:
        changed = WORK[kind](turn, row)
    except BeatConnectError as error:
        _failed(turn, row, error)
        raise
    if kind == Dirty.Kind.SUSPECT and not changed:
        dirty.unsettled(row, turn.clock())
    else:
        dirty.served(row, changed=changed, now=turn.clock())


def _failed(turn: Turn, row: Dirty, error: BeatConnectError) -> None:
    now = turn.clock()
    if error.reason == "bad_shape":
        if row.kind in (Dirty.Kind.BEAT, Dirty.Kind.SUSPECT):
            quarantine("beat", [(row.ref, error.message)], now)
        if row.kind != Dirty.Kind.SUSPECT:
            dirty.unreadable(row)
            return
    # What has made the ledger pause the key is no trouble of this one thing's.
    paused_until = turn.gateway.ledger.budget().blocked_until
    dirty.failed(row, counts=paused_until is None or paused_until <= now, now=now)


def _newest(turn: Turn, row: Dirty) -> bool:
    fetched = turn.call(purposes.EVENT_PAGE, sweep.path_of(1), lambda client: sweep.ask(client, 1, BACKGROUND_DEADLINE))
    with turn.writing():
        shown = [beat.id for beat in fetched.value.beats]
        known = Beat.objects.filter(id__in=shown, provisional=False).count()
        apply_beats(fetched.value, fetched.sent_at)
        if fetched.value.beats:
            remove_missing(fetched.value, fetched.sent_at, after=None, to_the_end=False)
    return known < len(fetched.value.beats)


def _beat(turn: Turn, row: Dirty) -> bool:
    asked_at = turn.clock()
    try:
        fetched = turn.call(purposes.EVENT_SINGLE, f"/beats/{row.ref}", lambda client: client.get_beat(row.ref))
    except NotFound as error:
        # Right after an event a 404 may only be early: the second look decides.
        if row.looks == 0 or error.code != "not_found":
            return False
        with turn.writing():
            mark_gone(row.ref, asked_at)
        return True
    with turn.writing():
        known = Beat.objects.filter(pk=row.ref)
        provisional = known.filter(provisional=True).exists()
        before = content(row.ref)
        # The lists may lag behind: what none of them has shown yet stays provisional, lest they take it off sale.
        listed = known.filter(provisional=False, gone_at=None).exists()
        apply_beats(BeatPage(beats=(fetched.value,)), fetched.sent_at, provisional=not listed)
        # What the event itself told is confirmed by an answer that says the same; an other one may be too early.
        return (content(row.ref) == before) == provisional


def _suspect(turn: Turn, row: Dirty) -> bool:
    """Return whether the beat is gone: two witnesses, its list and its own page, need no second look."""
    asked_at = turn.clock()
    try:
        fetched = turn.call(purposes.EVENT_SINGLE, f"/beats/{row.ref}", lambda client: client.get_beat(row.ref))
    except NotFound as error:
        if error.code != "not_found":
            return False
        with turn.writing():
            mark_gone(row.ref, asked_at)
        return True
    with turn.writing():
        listed = Beat.objects.filter(pk=row.ref, provisional=False, gone_at=None).exists()
        apply_beats(BeatPage(beats=(fetched.value,)), fetched.sent_at, provisional=not listed)
    return False


def _producer(turn: Turn, row: Dirty) -> bool:
    return extras.fetch_profile(turn, row.ref, purposes.EVENT_SINGLE)


WORK = {
    Dirty.Kind.NEWEST: _newest,
    Dirty.Kind.BEAT: _beat,
    Dirty.Kind.PRODUCER: _producer,
    Dirty.Kind.SUSPECT: _suspect,
}
