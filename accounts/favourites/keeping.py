"""Adds to a list of favourites, takes out of it, and joins two; all under the list's own lock."""

from django.db import transaction
from django.utils import timezone

from accounts.favourites.rows import Favourite, FavouriteList
from accounts.models import User
from catalog.models.mirror import Beat

MOST = 500  # beats in a list


class ListFull(Exception):
    """Not one beat more fits into this list."""


class ListGone(Exception):
    """Another tab has signed in meanwhile, and taken this list along."""


def keep(mine: FavouriteList, beat: Beat) -> None:
    """Add a beat as it is now; one that is there already stays as it was. ListFull where no more fit, or ListGone."""
    now = timezone.now()
    with transaction.atomic():
        if not _lock(mine):
            raise ListGone
        beats = Favourite.objects.filter(list=mine)
        if beats.filter(beat_id=beat.pk).exists():
            return
        if beats.count() >= MOST:
            raise ListFull
        Favourite.objects.create(
            list=mine,
            beat_id=beat.pk,
            title=beat.title,
            producer=beat.producer_label,
            price=beat.price,
            seen_price=beat.price,
            kept_at=now,
        )


def let_go(mine: FavouriteList, beat_id: int) -> bool:
    """Take a beat out; return whether it was there."""
    number, _ = Favourite.objects.filter(list=mine, beat_id=beat_id).delete()
    return bool(number)


def merge(browser: str, user: User) -> None:
    """Move what a browser kept into a person's own list: what both hold once, the newest first while there is room."""
    if not FavouriteList.objects.filter(browser=browser).exists():
        return
    with transaction.atomic():
        mine, _ = FavouriteList.objects.get_or_create(owner=user, defaults={"used_at": timezone.now()})
        # Always in this order, so that two tabs that sign in at once wait for each other and the second finds nothing.
        _lock(mine)
        theirs = FavouriteList.objects.select_for_update().filter(browser=browser).first()
        if theirs is None:
            return
        held = set(Favourite.objects.filter(list=mine).values_list("beat_id", flat=True))
        others = Favourite.objects.filter(list=theirs).order_by("-kept_at", "-pk")
        new = [row.pk for row in others if row.beat_id not in held]
        Favourite.objects.filter(pk__in=new[: max(MOST - len(held), 0)]).update(list=mine)
        theirs.delete()


def _lock(mine: FavouriteList) -> bool:
    # An UPDATE, not only a SELECT: it is the write lock on SQLite as well.
    return bool(FavouriteList.objects.filter(pk=mine.pk).update(used_at=timezone.now()))
