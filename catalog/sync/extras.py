"""What makes pages richer but no page needs: BeatConnect's own word for similar beats, and producers' profiles."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from catalog.beatconnect.errors import BeatConnectError, NotFound
from catalog.mirror.extras import apply_similar, apply_user, profile_asked, similar_asked
from catalog.models.mirror import Beat, Producer
from catalog.quota import purposes
from catalog.quota.ledger import OverBudget
from catalog.similar_beats import SIMILAR_FRESH_FOR
from catalog.sync.turn import Turn

PROFILE_FRESH_FOR = timedelta(days=30)
SIMILAR_LIMIT = 20
AFTER_FAILURE = timedelta(days=1)


def wanted(now: datetime) -> tuple[str, int] | None:
    """Return the most wanted profile ("producer", id) or similar list ("beat", id) that is missing or old.

    Where the quota doesn't reach for all, the lists of the most played beats are kept fresh, and the others make do
    with the shop's own score: going through all in turn would let every list grow old before it is fetched again.
    """
    old = now - PROFILE_FRESH_FOR
    producer = (
        Producer.objects.filter(Q(profile_fetched_at=None) | Q(profile_fetched_at__lt=old), beat_count__gt=0)
        .order_by(F("profile_fetched_at").asc(nulls_first=True), "-play_count", "-id")
        .first()
    )
    if producer:
        return ("producer", producer.pk)
    old = now - SIMILAR_FRESH_FOR
    beat = (
        Beat.objects.filter(Q(similar_fetched_at=None) | Q(similar_fetched_at__lt=old), gone_at=None)
        .order_by(F("play_count").desc(nulls_last=True), "-id")
        .first()
    )
    return ("beat", beat.pk) if beat else None


def fetch(turn: Turn, kind: str, pk: int) -> None:
    """Fetch a profile or a similar list and keep it, if the quota has room for it now."""
    try:
        if kind == "producer":
            fetch_profile(turn, pk, purposes.EXTRAS)
        else:
            fetch_similar(turn, pk)
    except OverBudget:
        return
    except BeatConnectError:
        # The others' turn: what fails today is tried again tomorrow.
        again = turn.clock() + AFTER_FAILURE
        if kind == "producer":
            profile_asked(pk, again - PROFILE_FRESH_FOR)
        else:
            similar_asked(pk, again - SIMILAR_FRESH_FOR)
        raise


def fetch_profile(turn: Turn, pk: int, purpose: purposes.Purpose) -> bool:
    """Fetch a producer's profile and keep it; return whether it told anything new."""
    try:
        fetched = turn.call(purpose, f"/users/{pk}", lambda client: client.get_user(pk))
    except NotFound:
        with turn.writing():
            profile_asked(pk, turn.clock())
        return False
    with turn.writing():
        return apply_user(fetched.value, fetched.sent_at)


def fetch_similar(turn: Turn, pk: int) -> None:
    """Fetch what BeatConnect finds similar to a beat and keep it."""
    try:
        fetched = turn.call(
            purposes.EXTRAS,
            f"/beats/{pk}/similar",
            lambda client: client.similar_beats(pk, limit=SIMILAR_LIMIT),
        )
    except NotFound:
        with turn.writing():
            similar_asked(pk, turn.clock())
        return
    with turn.writing():
        apply_similar(pk, fetched.value, fetched.sent_at)
