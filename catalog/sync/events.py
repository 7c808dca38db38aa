"""Fetches what webhooks said has changed."""

from datetime import datetime, timedelta

from catalog import dirty
from catalog.beatconnect.errors import BeatConnectError, NotFound, Unreadable
from catalog.beatconnect.models import BeatPage
from catalog.beatconnect.transport import BACKGROUND_DEADLINE
from catalog.mirror.beats import apply_beats, content
from catalog.mirror.removal import mark_gone, remove_missing
from catalog.models.events import Dirty
from catalog.models.mirror import Beat
from catalog.quota import purposes
from catalog.sync import extras, sweep
from catalog.sync.turn import Turn

# After a failed call the row waits its turn again; the ledger pauses the key if it goes on.
AFTER_FAILURE = timedelta(seconds=60)


def serve_next(turn: Turn, kind: Dirty.Kind, now: datetime) -> None:
    """Fetch what of a kind is due longest and keep it; its mark goes, or waits for a second look."""
    dirty.drop_fetched(now)
    row = dirty.next_due(now, kind)
    if row is None:
        return
    try:
        changed = WORK[kind](turn, row)
    except Unreadable:
        # Asking again would bring the same; the sweep tells what becomes of it.
        Dirty.objects.filter(pk=row.pk, version=row.version).delete()
        raise
    except BeatConnectError:
        Dirty.objects.filter(pk=row.pk).update(due_at=now + AFTER_FAILURE)
        raise
    dirty.served(row, changed=changed, now=turn.clock())


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
    try:
        fetched = turn.call(purposes.EVENT_SINGLE, f"/beats/{row.ref}", lambda client: client.get_beat(row.ref))
    except NotFound as error:
        # Right after an event a 404 may only be early: the second look decides.
        if row.looks == 0 or error.code != "not_found":
            return False
        with turn.writing():
            mark_gone(row.ref, turn.clock())
        return True
    with turn.writing():
        provisional = Beat.objects.filter(pk=row.ref, provisional=True).exists()
        before = content(row.ref)
        apply_beats(BeatPage(beats=(fetched.value,)), fetched.sent_at)
        # What the event itself told is confirmed by an answer that says the same; an other one may be too early.
        return (content(row.ref) == before) == provisional


def _producer(turn: Turn, row: Dirty) -> bool:
    return extras.fetch_profile(turn, row.ref, purposes.EVENT_SINGLE)


WORK = {Dirty.Kind.NEWEST: _newest, Dirty.Kind.BEAT: _beat, Dirty.Kind.PRODUCER: _producer}
