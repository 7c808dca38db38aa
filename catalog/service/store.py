"""The mirror as pages find it: open, or not; and what every page says of it.

Kept in: the local mirror, as rows. Fresh for: as long as the sweep takes. Usable when stale: always; every page says
how old it is. Refreshed by: `catalog.sync`; by visitors only where the mirror is empty, an id is new or a search finds
nothing (catalog.sync.visitor, visitor_search).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.beatconnect.transport import VISITOR_DEADLINE
from catalog.gateway import NoKey, site_gateway
from catalog.state import Seen, WrongSource, look
from catalog.sync import visitor

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

    def context(self) -> dict[str, Any]:
        """Return what the templates see."""
        return dict(vars(self))


def holds_something() -> bool:
    """Tell whether there is a catalogue to show; never asks BeatConnect."""
    return look() is not None


def is_complete() -> bool:
    """Tell whether the mirror holds everything that BeatConnect sells; never asks it."""
    seen = look()
    return seen is not None and seen.complete


def not_there() -> NotThere:
    """Return the error for a thing that the mirror doesn't hold."""
    return NotThere(complete=is_complete())


def open_mirror(patience: visitor.Patience | None = None) -> Seen:
    """Return how fresh the mirror is, filling it first if nobody has; EmptyStore where that can't be done."""
    if seen := look():
        return seen
    try:
        retry_after = visitor.fill(site_gateway(), patience or visitor.Patience())
    except (NoKey, WrongSource):
        retry_after = MISCONFIGURED_RETRY
    if seen := look():
        return seen
    raise EmptyStore(retry_after or VISITOR_DEADLINE)


def mirror_as_it_is() -> Seen:
    """Return how fresh the mirror is; EmptyStore while it is empty: what only machines read never fills it."""
    if seen := look():
        return seen
    raise EmptyStore(VISITOR_DEADLINE)


def ask_for_beat(pk: int, patience: visitor.Patience) -> bool:
    """Ask BeatConnect for a beat that may be newer than the mirror; return whether the mirror has it now."""
    try:
        return bool(visitor.ask_for_beat(site_gateway(), pk, patience))
    except (NoKey, WrongSource):
        return False
