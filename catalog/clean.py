"""The border: what an answer says becomes what our tables may hold, or is refused with a reason.

Behind it templates and queries meet no surprises: texts are clamped and free of controls, numbers are in range,
URLs are on allowed media origins. Pure; the wire models have checked types before.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from catalog.beatconnect import models as wire
from catalog.harmony import parse_key
from catalog.models.mirror import KEY_LENGTH, NAME_LENGTH, TITLE_LENGTH, URL_LENGTH
from catalog.search.folding import fold_name

BIO_LENGTH = 2_000
NETWORK_LENGTH, MOST_LINKS = 40, 12
LONGEST_BEAT = 86_400  # seconds
SLOWEST_BPM, FASTEST_BPM = 20, 400
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(days=1)

# Everything a URL may hold as it stands; the rest is percent-encoded, and "%" is taken as already encoded.
URL_SAFE = "%/:?#[]@!$&()*+,;=~-._"


BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class BadItem(Exception):
    """An item that can't be kept; the text says why, without quoting it."""


def clean_text(text: str | None, length: int) -> str:
    """Return one line of at most `length` characters: composed, without controls, "" if nothing can be seen."""
    raw = (text or "")[: length * 8]
    visible = "".join(" " if char.isspace() else char for char in raw if char.isspace() or not _is_control(char))
    # Composed last: what stood between a letter and its accent is out of the way by now.
    composed = unicodedata.normalize("NFC", visible)
    line = re.sub(r" {2,}", " ", composed).strip()[:length].rstrip()
    return line if any(unicodedata.category(char)[0] not in "CZM" for char in line) else ""


def _is_control(char: str) -> bool:
    # Cc: controls. Cs: lone surrogates. The bidi overrides reorder what stands after the text, too.
    return unicodedata.category(char) in {"Cc", "Cs"} or char in BIDI_OVERRIDES


def clean_url(url: str | None, allowed_origins: Collection[str]) -> str:
    """Return the URL if it is http(s) on an allowed origin, "" otherwise; http becomes https where that is listed."""
    url = (url or "").strip()
    if not url or len(url) > URL_LENGTH or "\\" in url or any(ord(char) < 0x21 or char == "\x7f" for char in url):
        return ""
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        # Cut after the "//", for a host named "h" or "p" stands in "http" as well.
        rest = quote(url[url.find("//") + 2 + len(parts.netloc) :], safe=URL_SAFE)
    except ValueError:
        return ""
    if parts.scheme == "http" and origin.replace("http:", "https:", 1) in allowed_origins:
        origin = origin.replace("http:", "https:", 1)
    if origin not in allowed_origins or not parts.scheme.startswith("http"):
        return ""
    return f"{origin}{rest}" if len(origin) + len(rest) <= URL_LENGTH else ""


def url_origin(url: str | None) -> str:
    """Return the origin a refused URL names, for the operator's eyes; "" where it names none."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return ""
    return clean_text(f"{parts.scheme}://{parts.netloc}".lower(), 64) if parts.netloc else ""


def _within(name: str, value: int | Decimal | None, low: int, high: int) -> int | None:
    # A zero tempo or length is how some say "unknown".
    if not value:
        return None
    if not low <= value <= high:
        raise BadItem(f"{name} is out of range")
    return round(value)


def _created_at(moment: datetime | None, now: datetime) -> datetime | None:
    if moment is not None and not EARLIEST <= moment <= now + CLOCK_SKEW:
        raise BadItem("created_at is out of range")
    return moment


def genre_row(genre: wire.Genre) -> dict[str, Any]:
    """Return the columns of a genre that the answer speaks of."""
    row: dict[str, Any] = {"id": genre.id}
    if "name" in genre.model_fields_set:
        row["name"] = clean_text(genre.name, NAME_LENGTH)
    if "slug" in genre.model_fields_set:
        row["slug"] = clean_text(genre.slug, NAME_LENGTH) or None
    return row


def beat_row(beat: wire.Beat, allowed_origins: Collection[str], now: datetime) -> dict[str, Any]:
    """Return the columns of a beat that the answer speaks of; BadItem if one of them can't be kept.

    What the answer lacks is left out, so that a shape without a field never wipes what another one told.
    """
    columns: dict[str, tuple[str, Callable[[], Any]]] = {
        "title": ("title", lambda: clean_text(beat.title, TITLE_LENGTH)),
        "producer_id": ("producer_id", lambda: beat.producer_id),
        "producer_name": ("producer_name", lambda: clean_text(beat.producer_name, NAME_LENGTH)),
        "genre": ("genre_id", lambda: beat.genre.id if beat.genre else None),
        "price": ("price", lambda: beat.price),
        "duration": ("duration", lambda: _within("duration", beat.duration, 1, LONGEST_BEAT)),
        "bpm": ("bpm", lambda: _within("bpm", beat.bpm, SLOWEST_BPM, FASTEST_BPM)),
        "key": ("key", lambda: clean_text(beat.key, KEY_LENGTH)),
        "audio_url": ("audio_url", lambda: clean_url(beat.audio_url, allowed_origins)),
        "cover_image": ("cover_url", lambda: clean_url(beat.cover_image, allowed_origins)),
        "created_at": ("created_at", lambda: _created_at(beat.created_at, now)),
        "play_count": ("play_count", lambda: beat.play_count),
        "download_count": ("download_count", lambda: beat.download_count),
    }
    told = beat.model_fields_set & columns.keys()
    if beat.genre and beat.genre.id is None:
        told -= {"genre"}  # a genre's bare name can't be followed
    row: dict[str, Any] = {"id": beat.id}
    for field in told:
        column, read = columns[field]
        row[column] = read()
    if "key" in row:
        key = parse_key(row["key"])
        row["tone"] = key.number if key else None
    return row


def producer_row(user: wire.User, allowed_origins: Collection[str]) -> dict[str, Any]:
    """Return the columns of a producer that a profile speaks of; what we count ourselves isn't taken from it."""
    columns: dict[str, tuple[str, Callable[[], Any]]] = {
        "name": ("name", lambda: clean_text(user.name, NAME_LENGTH)),
        "bio": ("bio", lambda: clean_paragraphs(user.bio, BIO_LENGTH)),
        "location": ("location", lambda: clean_text(user.location, NAME_LENGTH)),
        "avatar": ("avatar_url", lambda: clean_url(user.avatar, allowed_origins)),
        "website": ("website", lambda: clean_link(user.website)),
        "social": ("social", lambda: _social(user.social)),
        "follower_count": ("follower_count", lambda: user.follower_count),
        "created_at": ("joined_at", lambda: user.created_at),
    }
    told = user.model_fields_set & columns.keys()
    row = {columns[field][0]: columns[field][1]() for field in told}
    return row | (name_columns(row["name"]) if "name" in row else {})


def name_columns(name: str) -> dict[str, Any]:
    """Return a producer's name, already clean, with the form in which it is looked for."""
    return {"name": name, "folded": fold_name(name)[:NAME_LENGTH]}


def _social(links: dict[str, str]) -> dict[str, str]:
    named = {clean_text(network, NETWORK_LENGTH): clean_link(url) for network, url in links.items()}
    return dict([(network, url) for network, url in named.items() if network and url][:MOST_LINKS])


def clean_paragraphs(text: str | None, length: int) -> str:
    """Return a longer text with its line breaks, each line cleaned."""
    lines = [clean_text(line, length) for line in (text or "")[: length * 8].splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:length]


def clean_link(url: str | None) -> str:
    """Return an https address of somebody's own site, "" for anything else: shown as a link, never fetched."""
    try:
        parts = urlsplit((url or "").strip())
        origin = f"https://{parts.netloc}".lower()
        plain = bool(re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", parts.netloc)) and parts.scheme == "https"
    except ValueError:
        return ""
    named = plain and not re.fullmatch(r"[0-9.]+", parts.netloc)
    return clean_url(url, [origin]) if named else ""
