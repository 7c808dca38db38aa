"""Lets go of lists of browsers that were not seen for a year; a person's own list goes with the account."""

from datetime import datetime

from accounts.favourites.rows import FavouriteList
from accounts.favourites.whose import KEEP_FOR


def prune(now: datetime) -> None:
    FavouriteList.objects.filter(owner=None, used_at__lt=now - KEEP_FOR).delete()
