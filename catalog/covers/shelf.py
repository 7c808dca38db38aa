"""Where pictures of ours are kept: files in Django's default storage, bounded in their total size.

Kept in: the default storage (MEDIA_ROOT, which nodes share), listed in the table Picture. Fresh for: ever, since a
name changes with what the picture is made of. Refreshed by: nothing; what nobody looked at for longest goes first.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q, Sum

from catalog.models.mirror import COVER_WIDTHS
from catalog.models.pictures import TROUBLE_LENGTH, Picture

log = structlog.get_logger("catalog.covers")

# All pictures together: some 20,000 covers in both widths, or 10,000 with a share picture each.
MOST_BYTES = 1024**3
# Pictures removed in one cleaning, and kept between two: each cleaning does little, and takes away more than came.
REMOVED_AT_ONCE, KEPT_BETWEEN = 64, 16
# Longer than the longest making: a maker that died blocks its picture no longer.
CLAIM = timedelta(seconds=30)
LOOKED_AT_AGAIN = timedelta(days=1)
# After so many failures in a row; a dead host is asked again soon, a bad picture begins further down.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
PAUSES_SKIPPED_FOR_BAD = 2

# Raise it when pictures are made differently: the old ones are left to the cleaning.
EDITION = 1
COVERS, CARDS = "covers", "cards"
CARD_SUFFIX = ".png"

_kept = 0


def cover_name(url: str) -> str:
    """Return under which name the cover from a URL is kept; another edition is another name."""
    digest = hashlib.sha256(f"{EDITION} {url}".encode()).hexdigest()
    # No folder holds more than a few thousand files.
    return f"{COVERS}/{digest[:2]}/{digest[2:34]}"


def cover_suffix(width: int) -> str:
    """Return what the file of that width is called after the picture's name."""
    return f"-{width}.webp"


def card_name(pk: int, *shown: object) -> str:
    """Return under which name a share picture is kept that shows this."""
    digest = hashlib.sha256(repr((EDITION, pk, shown)).encode()).hexdigest()
    return f"{CARDS}/{digest[:2]}/{digest[2:34]}"


def find(name: str) -> Picture | None:
    """Return what is known of a picture, None if nobody has asked for it yet."""
    return Picture.objects.filter(pk=name).first()


def read(picture: Picture | None, suffix: str, now: datetime) -> bytes | None:
    """Return a file of a picture, None if it isn't there, and remember that somebody looked."""
    if picture is None or not picture.size:
        return None
    try:
        with default_storage.open(picture.name + suffix) as file:
            data: bytes = file.read()
    except OSError:
        return None
    if picture.used_at < now - LOOKED_AT_AGAIN:
        Picture.objects.filter(pk=picture.name).update(used_at=now)
    return data


def is_whole(picture: Picture | None) -> bool:
    """Tell whether a picture is kept, and its files are really there."""
    if picture is None or not picture.size:
        return False
    return all(default_storage.exists(picture.name + suffix) for suffix in _suffixes(picture.name))


def claim(name: str, seen: Picture | None, now: datetime) -> bool:
    """Take it on to make a picture, unless another process has, or made it since it was `seen`, or it failed lately."""
    Picture.objects.get_or_create(pk=name, defaults={"used_at": now})
    free = (Q(claimed_until=None) | Q(claimed_until__lte=now)) & (Q(retry_at=None) | Q(retry_at__lte=now))
    # One conditional UPDATE: of two who try, one changes the row. Nobody reads files that are being written.
    as_seen = seen.size if seen else 0
    return bool(Picture.objects.filter(free, pk=name, size=as_seen).update(claimed_until=now + CLAIM, size=0))


def keep(name: str, files: Mapping[str, bytes], now: datetime) -> None:
    """Keep a claimed picture's files, by suffix, and now and then take away what was not looked at for longest."""
    global _kept  # noqa: PLW0603 - how often this process kept one
    for suffix, data in files.items():
        # The storage would rather invent another name than write over what a maker left who died.
        default_storage.delete(name + suffix)
        default_storage.save(name + suffix, ContentFile(data))
    fine = {"claimed_until": None, "retry_at": None, "failures": 0, "trouble": "", "usable": True}
    size = sum(map(len, files.values()))
    Picture.objects.filter(pk=name).update(size=size, used_at=now, **fine)
    _kept += 1
    if _kept % KEPT_BETWEEN == 0:
        clean(now)


def note_failure(name: str, why: str, *, usable: bool, now: datetime) -> None:
    """Remember that a picture could not be made, and when it may be tried again."""
    row = Picture.objects.get(pk=name)
    pause = PAUSES[min(row.failures + (0 if usable else PAUSES_SKIPPED_FOR_BAD), len(PAUSES) - 1)]
    row.failures = min(row.failures + 1, len(PAUSES))
    row.claimed_until, row.retry_at = None, now + pause
    row.trouble, row.usable = why[:TROUBLE_LENGTH], usable
    row.save()
    log.info("no picture", name=name, trouble=why, failures=row.failures)


def clean(now: datetime, most_bytes: int | None = None) -> int:
    """Remove pictures until the rest fits, the longest unseen first, and failures that are over; return how many."""
    bound = MOST_BYTES if most_bytes is None else most_bytes
    over = (Picture.objects.aggregate(total=Sum("size"))["total"] or 0) - bound
    removed = 0
    for row in Picture.objects.filter(size__gt=0).order_by("used_at", "name")[:REMOVED_AT_ONCE]:
        if over <= 0:
            break
        _remove(row.name)
        over -= row.size
        removed += 1
    # Not what somebody is at just now.
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    stale = Picture.objects.filter(free, size=0, used_at__lt=now - PAUSES[-1], retry_at__lt=now)
    Picture.objects.filter(pk__in=list(stale.values_list("pk", flat=True)[:REMOVED_AT_ONCE])).delete()
    return removed


def _remove(name: str) -> None:
    # The row first: whoever reads it meanwhile finds no file, and asks for the picture again.
    Picture.objects.filter(pk=name).delete()
    for suffix in _suffixes(name):
        default_storage.delete(name + suffix)


def _suffixes(name: str) -> list[str]:
    return [CARD_SUFFIX] if name.startswith(f"{CARDS}/") else [cover_suffix(width) for width in COVER_WIDTHS]
