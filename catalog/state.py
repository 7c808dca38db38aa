"""Where the mirror came from, and how far it is."""

import secrets
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from catalog.models.events import Dirty, Purchase
from catalog.models.mirror import Absent, Beat, Genre, Producer, Quarantined
from catalog.models.search import AskedSearch, SearchEntry, SearchWord
from catalog.models.sync import SyncState

STATE_ID = 1


class WrongSource(Exception):
    """The mirror holds another API's beats, or a test key's: going on would put invented beats into a real shop."""


def read_state() -> SyncState:
    """Return the mirror's state; an unsaved, empty one before the first fill."""
    return SyncState.objects.filter(pk=STATE_ID).first() or SyncState(pk=STATE_ID)


class Seen(NamedTuple):
    """What pages have to know of the mirror's state: how fresh it is, whether it is whole, and its version."""

    as_of: datetime
    complete: bool
    version: int


def look() -> Seen | None:
    """Return what pages have to know, None before the first fill; all thirty columns would cost twice as much."""
    told = SyncState.objects.filter(pk=STATE_ID).values_list("as_of", "complete", "version").first()
    as_of, complete, version = told or (None, False, 0)
    return Seen(as_of, complete, version) if as_of else None


def lock_state() -> SyncState:
    """Return the mirror's state, locked until the transaction ends: first thing in whatever writes its rows."""
    SyncState.objects.get_or_create(pk=STATE_ID)
    return SyncState.objects.select_for_update().get(pk=STATE_ID)


def keep_state(state: SyncState) -> None:
    """Write a locked state back, all but the version: that may have changed since it was read."""
    state.save(update_fields=[field.name for field in SyncState._meta.fields if field.name not in {"id", "version"}])


def visibly_changed() -> None:
    """Give the mirror a new version: rows that a visitor can see are others now; call it with the state locked.

    What is made of the mirror's rows is thrown away for it, so what merely came again as it was must not call it.
    """
    # Random, not one more: a mirror that was emptied and filled again must not come by an old number.
    SyncState.objects.filter(pk=STATE_ID).update(version=secrets.randbits(63))


def key_kind() -> str:
    """Return "test" for a sandbox key, "live" for any other."""
    return "test" if settings.BEATCONNECT_API_KEY.startswith("bca_test_") else "live"


def check_source(state: SyncState) -> None:
    """Raise WrongSource unless the mirror is empty or came from the configured API with this kind of key."""
    if state.api_url and (state.api_url, state.key_kind) != (settings.BEATCONNECT_API_URL, key_kind()):
        raise WrongSource(
            f"The mirror was filled from {state.api_url} with a {state.key_kind} key, but the settings name "
            f"{settings.BEATCONNECT_API_URL} and a {key_kind()} key. Use another DATABASE_URL, or empty the mirror "
            "with `manage.py sync_catalog --reset`."
        )


@transaction.atomic
def reset() -> None:
    """Empty the mirror, and forget what else was told of its beats; the ledger stays, since its calls were made."""
    lock_state()
    mirrored = (Beat, Producer, Genre, Absent, Purchase, Dirty, Quarantined)
    for model in (*mirrored, SearchEntry, SearchWord, AskedSearch):
        model._default_manager.all().delete()
    # Emptied, not deleted: whoever waits for its lock must find it afterwards.
    SyncState(pk=STATE_ID).save()
    visibly_changed()
