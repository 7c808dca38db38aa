"""Beats to take away: the newest of a feed, and any list as a playlist."""

from dataclasses import dataclass
from datetime import datetime

from catalog import queries
from catalog.criteria import Criteria
from catalog.models.mirror import Beat, Genre, Producer
from catalog.service.store import mirror_as_it_is, not_there

IN_FEED = 50
IN_PLAYLIST = 100


@dataclass(frozen=True)
class Selection:
    """Beats, whose they are (nobody's and no genre's: the whole shop's), and how fresh the mirror is."""

    owner: Genre | Producer | None
    beats: list[Beat]
    as_of: datetime


def feed(*, genre: int | None = None, producer: int | None = None) -> Selection:
    """Return the newest beats that have a date; NotThere for an owner that the mirror doesn't know."""
    as_of = mirror_as_it_is().as_of
    owner = _owner(genre, producer)
    beats = queries.matching(_narrowed(Criteria(), genre, producer)).filter(created_at__isnull=False)
    return Selection(owner, list(beats[:IN_FEED]), as_of)


def playlist(criteria: Criteria, *, genre: int | None = None, producer: int | None = None) -> Selection:
    """Return the first beats of a list that can be heard; NotThere for an owner that the mirror doesn't know."""
    as_of = mirror_as_it_is().as_of
    owner = _owner(genre, producer)
    beats = queries.matching(_narrowed(criteria, genre, producer)).exclude(audio_url="")
    return Selection(owner, list(beats[:IN_PLAYLIST]), as_of)


def _narrowed(criteria: Criteria, genre: int | None, producer: int | None) -> Criteria:
    if genre:
        return criteria.but(genres=(genre,))
    return criteria.but(producer=producer) if producer else criteria


def _owner(genre: int | None, producer: int | None) -> Genre | Producer | None:
    found: Genre | Producer | None = None
    if genre:
        found = Genre.objects.filter(pk=genre).first()
    elif producer:
        found = Producer.objects.filter(pk=producer).first()
    else:
        return None
    if found is None:
        raise not_there()
    return found
