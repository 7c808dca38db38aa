"""Applies what makes pages richer: producers' profiles, and which beats BeatConnect finds similar."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from catalog.beatconnect import models as wire
from catalog.clean import producer_row
from catalog.mirror.beats import apply_beats
from catalog.models.mirror import Beat, Producer, Similar
from catalog.search import entries
from catalog.state import lock_state, visibly_changed


@transaction.atomic
def apply_user(user: wire.User, sent_at: datetime) -> bool:
    """Keep the profile of a producer that the mirror knows; return whether it told anything new."""
    # First thing in whatever writes: who locks in another order waits for each other.
    lock_state()
    row = producer_row(user, settings.BEATCONNECT_MEDIA_HOSTS)
    known = Producer.objects.select_for_update().filter(pk=user.id).first()
    if known is None or (known.profile_fetched_at and known.profile_fetched_at >= sent_at):
        return False
    changed = any(getattr(known, column) != value for column, value in row.items())
    Producer.objects.filter(pk=user.id).update(**row, profile_fetched_at=sent_at)
    if changed:
        visibly_changed()
    if row.get("name", known.name) != known.name:
        entries.keep_producers([user.id])
        entries.keep_beats_of(user.id)
    return changed


def profile_asked(pk: int, at: datetime) -> None:
    """Remember when a producer's profile was asked for."""
    Producer.objects.filter(pk=pk).update(profile_fetched_at=at)


@transaction.atomic
def apply_similar(pk: int, answer: wire.BeatPage, sent_at: datetime) -> None:
    """Keep which beats BeatConnect finds similar to one, nearest first, and the beats themselves."""
    apply_beats(answer, sent_at)
    others = [beat.id for beat in answer.beats if beat.id != pk]
    known = set(Beat.objects.filter(id__in=others).values_list("id", flat=True))
    Similar.objects.filter(beat=pk).delete()
    Similar.objects.bulk_create(
        Similar(beat_id=pk, other_id=other, rank=rank)
        for rank, other in enumerate(dict.fromkeys(other for other in others if other in known))
    )
    similar_asked(pk, sent_at)
    # Even the same list as before: an old one isn't shown.
    visibly_changed()


def similar_asked(pk: int, at: datetime) -> None:
    """Remember when a beat's similar ones were asked for."""
    Beat.objects.filter(pk=pk).update(similar_fetched_at=at)
