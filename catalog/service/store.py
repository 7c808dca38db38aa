"""The mirror as pages find it: open, or not; and what every page says of it.

Kept in: the local mirror, as rows. Fresh for: as long as the sweep takes. Usable when stale: always; every page says
how old it is. Refreshed by: `catalog.sync`, never by a visitor, but for an empty mirror, which the first visitor fills.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from catalog.beatconnect.transport import VISITOR_DEADLINE
from catalog.gateway import NoKey, site_gateway
from catalog.state import WrongSource, read_state
from catalog.sync import visitor

# From this age on a price is what it was when we saw it, and the pages say so.
OLD_AFTER = timedelta(hours=6)
# Seconds until a shop that lacks its key, or has another shop's mirror, is worth another look; a person has to act.
MISCONFIGURED_RETRY = 60.0


class EmptyStore(Exception):
    """There is nothing to show yet, and BeatConnect could not be asked; worth a retry in `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"empty store, retry in {retry_after:.0f} s")
        self.retry_after = retry_after


class NotThere(Exception):
    """No such thing, as far as BeatConnect has told; `complete` says whether it has told us everything."""

    def __init__(self, *, complete: bool) -> None:
        super().__init__("not in the mirror")
        self.complete = complete


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page of the catalogue shows: its own fields, and how fresh they are."""

    as_of: datetime

    @property
    def is_old(self) -> bool:
        """Whether prices should say when they were seen."""
        return timezone.now() - self.as_of > OLD_AFTER

    def context(self) -> dict[str, Any]:
        """Return what the templates see."""
        return {**vars(self), "is_old": self.is_old}


def holds_something() -> bool:
    """Tell whether there is a catalogue to show; never asks BeatConnect."""
    return read_state().as_of is not None


def not_there() -> NotThere:
    """Return the error for a thing that the mirror doesn't hold."""
    return NotThere(complete=read_state().complete)


def open_mirror(patience: visitor.Patience | None = None) -> datetime:
    """Return how fresh the mirror is, filling it first if nobody has; EmptyStore where that can't be done."""
    as_of = read_state().as_of
    if as_of is not None:
        return as_of
    try:
        retry_after = visitor.fill(site_gateway(), patience or visitor.Patience())
    except (NoKey, WrongSource):
        retry_after = MISCONFIGURED_RETRY
    as_of = read_state().as_of
    if as_of is None:
        raise EmptyStore(retry_after or VISITOR_DEADLINE)
    return as_of


def mirror_as_it_is() -> datetime:
    """Return how fresh the mirror is; EmptyStore while it is empty: what only machines read never fills it."""
    as_of = read_state().as_of
    if as_of is None:
        raise EmptyStore(VISITOR_DEADLINE)
    return as_of


def ask_for_beat(pk: int, patience: visitor.Patience) -> bool:
    """Ask BeatConnect for a beat that may be newer than the mirror; return whether the mirror has it now."""
    try:
        return bool(visitor.ask_for_beat(site_gateway(), pk, patience))
    except (NoKey, WrongSource):
        return False
