"""Tapes: beats in the order in which somebody queued them. They cost no call, whatever ids an address names."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import queries
from catalog.models.mirror import Beat
from catalog.service.playlists import Selection
from catalog.service.store import Page, mirror_as_it_is, open_mirror


@dataclass(frozen=True, kw_only=True)
class TapePage(Page):
    """The beats of a tape that are on sale, in its order, and how many others it names."""

    beats: list[Beat]
    missing: int


def tape(ids: Sequence[int]) -> TapePage:
    mirror = open_mirror()
    found = _in_order(ids)
    return TapePage(beats=found, missing=len(ids) - len(found), as_of=mirror.as_of)


def framed(ids: Sequence[int]) -> list[Beat]:
    """Return the beats of a tape that can be heard, for a player on another site."""
    return [beat for beat in _in_order(ids) if beat.audio_url]


def playlist(ids: Sequence[int]) -> Selection:
    """Return the beats of a tape that can be heard, for another program."""
    return Selection(None, framed(ids), mirror_as_it_is().as_of)


def _in_order(ids: Sequence[int]) -> list[Beat]:
    found = queries.live_beats().in_bulk(ids) if ids else {}
    return [found[pk] for pk in ids if pk in found]
