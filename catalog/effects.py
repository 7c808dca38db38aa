"""What each kind of event does. Hardly more than marks in the dirty queue, so that their order doesn't matter.

Every effect may run twice without harm: a mark is a mark, a purchase has a natural key, and a beat that came with
an event is as old as the event, so that whatever was fetched later stays.
"""

from collections.abc import Callable
from datetime import datetime

from catalog import dirty, purchases, state
from catalog.beatconnect.models import Beat, BeatPage
from catalog.envelopes import Envelope, beat_id, bought_beats, buyer_id, purchase_id, user_id, whole_beat
from catalog.mirror.beats import apply_beats
from catalog.models.events import Dirty, Purchase
from catalog.models.mirror import Producer
from catalog.signals import purchased


class Unusable(Exception):
    """A known type whose data tell nothing that we could follow; the text says what is missing."""


def knows(kind: str) -> bool:
    """Tell whether events of this type have an effect."""
    return kind in EFFECTS


def apply(event: Envelope, received: datetime, now: datetime) -> None:
    """Do what an event of a known type asks for, maybe long after it was received; call it in a transaction."""
    EFFECTS[event.type](event, received, now)


def look_around(now: datetime) -> None:
    """Have the newest page fetched: for events whose own word is no longer worth following."""
    dirty.mark(Dirty.Kind.NEWEST, 0, now)


def _beat_created(event: Envelope, received: datetime, now: datetime) -> None:
    shown = _show_meanwhile(event, received)
    dirty.mark(Dirty.Kind.NEWEST, 0, now)
    if shown and shown.created_at is None:
        # No page can tell that it is missing, not knowing where it should stand: so it is asked for by itself.
        dirty.mark(Dirty.Kind.BEAT, shown.id, now)


def _beat_updated(event: Envelope, received: datetime, now: datetime) -> None:
    pk = beat_id(event.data)
    if pk is None:
        raise Unusable("no beat id")
    _show_meanwhile(event, received)
    dirty.mark(Dirty.Kind.BEAT, pk, now)


def _show_meanwhile(event: Envelope, received: datetime) -> Beat | None:
    """Keep the beat that came with the event until it is fetched, and return it; never over what was fetched since."""
    beat = whole_beat(event.data)
    if beat is None or event.created is None:
        return None
    try:
        state.check_source(state.read_state())
    except state.WrongSource:
        return None
    apply_beats(BeatPage(beats=(beat,)), min(event.created, received), provisional=True)
    return beat


def _purchase(event: Envelope, received: datetime, now: datetime) -> None:
    beats = bought_beats(event.data)
    if not beats:
        raise Unusable("no beat ids")
    buyer, purchase, bought_at = buyer_id(event.data), purchase_id(event.data), event.created or received
    state.lock_state()
    news = [
        purchases.count(pk, buyer=buyer, purchase=purchase or "", event=event.key, bought_at=bought_at) for pk in beats
    ]
    # Pages count what was bought lately.
    if any(news):
        state.visibly_changed()
    if buyer:
        purchased.send(sender=Purchase, buyer=buyer)


def _user(event: Envelope, received: datetime, now: datetime) -> None:
    pk = user_id(event.data)
    if pk is None:
        raise Unusable("no user id")
    # Somebody without beats has no page here, and so is worth no call.
    if Producer.objects.filter(pk=pk).exists():
        dirty.mark(Dirty.Kind.PRODUCER, pk, now)


EFFECTS: dict[str, Callable[[Envelope, datetime, datetime], None]] = {
    "beat.created": _beat_created,
    "beat.updated": _beat_updated,
    "beat.purchased": _purchase,
    "purchase.completed": _purchase,
    "user.registered": _user,
    "user.updated": _user,
}
