"""What search engines are told of a page, in schema.org's words, as plain data. Pure.

A beat is a recording and, where it has a price, a product too: search engines show prices of products, not of
recordings. Printed by the tag `structured_data`, which also escapes it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.languages import prefix
from catalog.models.mirror import Beat, Genre, Producer
from catalog.paging import PER_PAGE

Data = dict[str, Any]

CONTEXT = "https://schema.org"
LONGEST_TEXT = 500  # of a producer's own words


@dataclass(frozen=True)
class Shop:
    """Who speaks: every address given begins with `url`."""

    name: str
    url: str
    currency: str


def home(shop: Shop, beats: Iterable[Beat]) -> Data:
    """Describe the front page: the site, and its newest beats."""
    site = {"@type": "WebSite", "@id": f"{shop.url}/#site", "name": shop.name, "url": f"{shop.url}/"}
    return _graph(site, _list(shop, [beat.url for beat in beats]))


def beat(shop: Shop, beat: Beat) -> Data:
    """Describe a beat: what it is, who made it, where it is heard, and what it costs."""
    place = (str(beat.genre), beat.genre_url) if beat.genre else (_("Beats"), f"{prefix()}/beats/")
    return _graph(_recording(shop, beat), _breadcrumb(shop, place, (beat.display_title, beat.url)))


def beats(shop: Shop, beats: Sequence[Beat], page: int) -> Data:
    """Describe a page of the list of all beats."""
    return _graph(_list(shop, [beat.url for beat in beats], page))


def genre(shop: Shop, genre: Genre, beats: Sequence[Beat], page: int) -> Data:
    """Describe a genre by a page of its beats."""
    trail = _breadcrumb(shop, (_("Genres"), f"{prefix()}/genres/"), (str(genre), genre.url))
    return _graph(_list(shop, [beat.url for beat in beats], page, str(genre)), trail)


def genres(shop: Shop, genres: Iterable[Genre]) -> Data:
    """Describe the list of genres."""
    return _graph(_list(shop, [genre.url for genre in genres], name=_("Genres")))


def producer(shop: Shop, producer: Producer, beats: Sequence[Beat], page: int) -> Data:
    """Describe a producer and a page of their beats."""
    who = {
        **_artist(shop, producer.display_name, producer.url),
        "description": " ".join(producer.bio.split())[:LONGEST_TEXT],
        "image": producer.avatar_url,
        "sameAs": [producer.website] if producer.website else [],
        "location": {"@type": "Place", "name": producer.location} if producer.location else None,
    }
    trail = _breadcrumb(shop, (_("Producers"), f"{prefix()}/producers/"), (producer.display_name, producer.url))
    return _graph(who, _list(shop, [beat.url for beat in beats], page, producer.display_name), trail)


def producers(shop: Shop, producers: Iterable[Producer], page: int) -> Data:
    """Describe a page of the list of producers."""
    return _graph(_list(shop, [producer.url for producer in producers], page, _("Producers")))


def _recording(shop: Shop, beat: Beat) -> Data:
    address = shop.url + beat.url
    offer = _offer(shop, beat)
    # A page names its producer even where the marketplace gave no page of theirs.
    artist = _artist(shop, beat.producer_label, beat.producer_url) if beat.producer_label else None
    return {
        "@type": ["MusicRecording", "Product"] if offer else "MusicRecording",
        "@id": f"{shop.url}/beats/{beat.pk}/#beat",
        "name": beat.display_title,
        "url": address,
        "image": [image for image in (f"{shop.url}{beat.share_picture}", beat.cover_url) if image],
        "description": _description(beat),
        "byArtist": artist,
        "genre": beat.genre_name,
        "duration": _length(beat),
        "datePublished": beat.created_at.date().isoformat() if beat.created_at else None,
        "recordingOf": _composition(beat),
        "audio": _preview(beat),
        "interactionStatistic": _plays(beat),
        "additionalProperty": _properties(beat) if offer else [],
        "sku": str(beat.pk) if offer else None,
        "brand": {"@type": "Brand", "name": beat.producer_label} if offer and beat.producer_label else None,
        "offers": offer,
    }


def _offer(shop: Shop, beat: Beat) -> Data | None:
    # What search engines can't read as a price is better left out than guessed at.
    if beat.price is None or beat.gone_at or not re.fullmatch(r"[A-Z]{3}", shop.currency):
        return None
    return {
        "@type": "Offer",
        "url": shop.url + beat.url,
        "price": f"{beat.price:.2f}",
        "priceCurrency": shop.currency,
        "availability": f"{CONTEXT}/InStock",
        "seller": {"@type": "Organization", "name": "BeatConnect"},
    }


def _description(beat: Beat) -> str:
    facts = [beat.genre_name, f"{beat.bpm} BPM" if beat.bpm else "", beat.key]
    return ", ".join(fact for fact in facts if fact)


def _composition(beat: Beat) -> Data | None:
    if not beat.key:
        return None
    return {"@type": "MusicComposition", "name": beat.display_title, "musicalKey": beat.key}


def _preview(beat: Beat) -> Data | None:
    if not beat.audio_url:
        return None
    return {
        "@type": "AudioObject",
        "contentUrl": beat.audio_url,
        "encodingFormat": "audio/mpeg",
        "duration": _length(beat),
    }


def _plays(beat: Beat) -> Data | None:
    if beat.play_count is None:
        return None
    counter = {"@type": "InteractionCounter", "interactionType": {"@type": "ListenAction"}}
    return {**counter, "userInteractionCount": beat.play_count}


def _properties(beat: Beat) -> list[Data]:
    tempo = {"@type": "PropertyValue", "name": "Tempo", "value": beat.bpm, "unitText": "BPM"}
    key = {"@type": "PropertyValue", "name": "Key", "value": beat.key}
    return [fact for fact in (tempo, key) if fact["value"]]


def _length(beat: Beat) -> str | None:
    return f"PT{beat.duration // 60}M{beat.duration % 60}S" if beat.duration else None


def _artist(shop: Shop, name: str, path: str) -> Data:
    known = {"@id": f"{shop.url}{path}#producer", "url": shop.url + path} if path else {}
    return {"@type": "MusicGroup", "name": name, **known}


def _list(shop: Shop, paths: Iterable[str], page: int = 1, name: str = "") -> Data:
    first = (page - 1) * PER_PAGE + 1
    items = [
        {"@type": "ListItem", "position": position, "url": shop.url + path}
        for position, path in enumerate(paths, start=first)
    ]
    return {"@type": "ItemList", "name": name, "itemListElement": items} if items else {}


def _breadcrumb(shop: Shop, *places: tuple[str, str]) -> Data:
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": shop.url + path}
        for position, (name, path) in enumerate(places, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _graph(*things: Data) -> Data:
    return {"@context": CONTEXT, "@graph": [_told(thing) for thing in things if thing]}


def _told(value: Any) -> Any:
    """Return the data without what nobody told us."""
    if isinstance(value, dict):
        return {name: _told(item) for name, item in value.items() if item not in (None, "", [])}
    return [_told(item) for item in value] if isinstance(value, list) else value
