"""Covers and avatars in the right size, and the pictures that are shown where a beat is shared.

Kept in: the shelf of `catalog.covers.shelf`. Fresh for: ever, their names change with what they show. Refreshed by:
whoever looks for what isn't there. Neither asks the API: covers come from the media host, and no request waits for it.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

import structlog
from django.conf import settings
from django.utils import timezone

from catalog import queries
from catalog.addresses import fingerprint
from catalog.covers import shelf
from catalog.covers.card import Shown, draw_card
from catalog.covers.fetch import is_allowed
from catalog.covers.maker import maker
from catalog.models.mirror import COVER_WIDTHS, LARGE_COVER, SMALL_COVER, Beat
from catalog.models.pictures import Picture
from catalog.templatetags.catalog_format import weave

log = structlog.get_logger("catalog.covers")

# Seconds until a beat without a cover, or an id that nobody knows, is worth another look.
NOTHING_FOR = 300
# A cover that proved unusable is looked at again in hours; caches are told to ask sooner, for it may be exchanged.
NOTHING_AT_MOST = 3600


@dataclass(frozen=True)
class Kept:
    """A picture of ours; `version` is what an address must carry to be kept for good, "" if it is not to be."""

    data: bytes
    version: str


@dataclass(frozen=True)
class Original:
    """There is no thumbnail yet: the media host has the cover."""

    url: str


@dataclass(frozen=True)
class Nothing:
    """There is no picture, and won't be for so many seconds; `gone` for a beat that is no longer sold."""

    seconds: int = NOTHING_FOR
    gone: bool = False


def cover(pk: int, width: int, *, saves_data: bool) -> Kept | Original | Nothing:
    """Return a beat's cover in one of COVER_WIDTHS, as far as it is there; never waits for the media host.

    Who saves data gets the smallest, whichever the address says.
    """
    return _thumbnail(queries.cover_url(pk), width, saves_data=saves_data)


def avatar(pk: int, width: int, *, saves_data: bool) -> Kept | Original | Nothing:
    """Return a producer's picture like a beat's cover."""
    return _thumbnail(queries.avatar_url(pk), width, saves_data=saves_data)


def _thumbnail(url: str, width: int, *, saves_data: bool) -> Kept | Original | Nothing:
    if width not in COVER_WIDTHS or not url:
        return Nothing()
    now = timezone.now()
    picture = shelf.find(shelf.cover_name(url))
    data = shelf.read(picture, shelf.cover_suffix(SMALL_COVER if saves_data else width), now)
    if data is not None:
        return Kept(data, fingerprint(url))
    if not is_allowed(url, settings.BEATCONNECT_MEDIA_HOSTS, settings.BEATCONNECT_API_URL):
        return Nothing()
    wait = _wait(picture, now)
    if not wait:
        maker.want(url)
    # The original of what proved unusable is nothing to send a visitor to.
    return Original(url) if picture is None or picture.usable else Nothing(min(max(wait, 60), NOTHING_AT_MOST))


def card(pk: int) -> Kept | Nothing:
    """Return a beat's share picture, drawn if it isn't kept; with the woven pattern until the cover is there."""
    beat = queries.any_beat(pk)
    if beat is None or beat.gone_at:
        return Nothing(gone=beat is not None)
    now = timezone.now()
    picture = shelf.find(shelf.cover_name(beat.cover_url)) if beat.cover_url else None
    cover = shelf.read(picture, shelf.cover_suffix(LARGE_COVER), now)
    version = fingerprint(*beat.shown_on_card)
    name = shelf.card_name(pk, *beat.shown_on_card, settings.SITE_NAME, cover is not None)
    seen = shelf.find(name)
    kept = shelf.read(seen, shelf.CARD_SUFFIX, now)
    # A cover that may still come belongs on the picture: until then nobody should keep it.
    may_come = bool(beat.cover_url) and cover is None and (picture is None or picture.usable)
    if kept is not None:
        return Kept(kept, "" if may_come else version)
    drawn = draw_card(_shown(beat, cover))
    if may_come:
        if not _wait(picture, now):
            maker.want(beat.cover_url)
        return Kept(drawn, "")
    _keep(name, seen, drawn, now)
    return Kept(drawn, version)


def _wait(picture: Picture | None, now: datetime) -> int:
    """Return the seconds until a picture may be tried again."""
    if picture is None or picture.retry_at is None:
        return 0
    return max(0, ceil((picture.retry_at - now).total_seconds()))


def _shown(beat: Beat, cover: bytes | None) -> Shown:
    return Shown(
        title=beat.title,
        instead_of_title=f"Beat {beat.pk}",
        producer=beat.producer_label,
        bpm=beat.bpm,
        key=beat.key,
        site_name=settings.SITE_NAME,
        weave=weave(beat.pk),
        cover=cover,
    )


def _keep(name: str, seen: Picture | None, drawn: bytes, now: datetime) -> None:
    try:
        if shelf.claim(name, seen, now):
            shelf.keep(name, {shelf.CARD_SUFFIX: drawn}, now)
    except OSError as error:
        # A full disk costs the next visitor the drawing, and this one nothing.
        log.warning("a share picture can't be kept", error=type(error).__name__)
