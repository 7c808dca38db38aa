"""What pages may ask for: the only door from the views to the catalogue.

Kept in: the local mirror, as rows. Fresh for: as long as the sweep takes. Usable when stale: always; every page says
how old it is. Refreshed by: `catalog.sync`, never by a visitor, but for an empty mirror, which the first visitor fills.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from catalog import queries
from catalog.beatconnect.transport import VISITOR_DEADLINE
from catalog.criteria import Criteria
from catalog.gateway import NoKey, site_gateway
from catalog.listing import Listing, beat_listing
from catalog.models.mirror import Beat, Genre, Producer
from catalog.paging import PER_PAGE, Paging, paging
from catalog.state import WrongSource, read_state
from catalog.sync import visitor

HOME_BEATS = 12
HOME_PRODUCERS = 12
MORE_BEATS = 6
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


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    newest: list[Beat]
    popular: list[Beat]
    genres: list[Genre]
    producers: list[Producer]
    total: int


@dataclass(frozen=True, kw_only=True)
class BeatsPage(Page):
    listing: Listing


@dataclass(frozen=True, kw_only=True)
class BeatPage(Page):
    """A beat and the way on; `beat.gone_at` is set where it is no longer sold."""

    beat: Beat
    more_from_producer: list[Beat]
    more_in_genre: list[Beat]
    bought_lately: int


@dataclass(frozen=True, kw_only=True)
class GenresPage(Page):
    genres: list[Genre]


@dataclass(frozen=True, kw_only=True)
class GenrePage(Page):
    genre: Genre
    listing: Listing


@dataclass(frozen=True, kw_only=True)
class ProducersPage(Page):
    producers: list[Producer]
    pages: Paging


@dataclass(frozen=True, kw_only=True)
class ProducerPage(Page):
    producer: Producer
    listing: Listing


def holds_something() -> bool:
    """Tell whether there is a catalogue to show; never asks BeatConnect."""
    return read_state().as_of is not None


def home() -> HomePage:
    as_of = _open()
    return HomePage(
        newest=list(queries.matching(Criteria())[:HOME_BEATS]),
        popular=list(queries.matching(Criteria(sort="popular"))[:HOME_BEATS]),
        genres=list(queries.genres()),
        producers=list(queries.producers()[:HOME_PRODUCERS]),
        total=queries.live_beats().count(),
        as_of=as_of,
    )


def beats(criteria: Criteria, path: str) -> BeatsPage:
    as_of = _open()
    return BeatsPage(listing=beat_listing(criteria, path, fixed=Criteria()), as_of=as_of)


def beat(pk: int, *, may_ask: bool) -> BeatPage:
    """Return a beat, sold or gone; NotThere if nobody knows it.

    With `may_ask`, an id newer than all we know may cost one call to BeatConnect; a crawler must not be given it.
    """
    patience = visitor.Patience()
    as_of = _open(patience)
    found = queries.any_beat(pk)
    if found is None and may_ask and _may_be_new(pk) and _ask_for(pk, patience):
        found = queries.any_beat(pk)
    if found is None:
        raise NotThere(complete=read_state().complete or visitor.known_absent(pk, timezone.now()))
    return BeatPage(
        beat=found,
        more_from_producer=queries.newest_of_producer(found, MORE_BEATS),
        more_in_genre=queries.similar(found, MORE_BEATS),
        bought_lately=queries.bought_lately(pk, timezone.now()),
        as_of=as_of,
    )


def _may_be_new(pk: int) -> bool:
    """Tell whether a beat that we don't have may exist: a complete mirror knows all up to its highest id."""
    if visitor.known_absent(pk, timezone.now()):
        return False
    return not read_state().complete or pk > queries.highest_id()


def _ask_for(pk: int, patience: visitor.Patience) -> bool:
    try:
        return bool(visitor.ask_for_beat(site_gateway(), pk, patience))
    except (NoKey, WrongSource):
        return False


def genres() -> GenresPage:
    as_of = _open()
    return GenresPage(genres=list(queries.genres()), as_of=as_of)


def genre(pk: int, criteria: Criteria) -> GenrePage:
    """Return a genre and its beats; NotThere if the mirror doesn't know it."""
    as_of = _open()
    found = Genre.objects.filter(pk=pk).first()
    if found is None:
        raise NotThere(complete=read_state().complete)
    return GenrePage(genre=found, listing=beat_listing(criteria, found.url, fixed=Criteria(genres=(pk,))), as_of=as_of)


def producers(page: int, path: str) -> ProducersPage:
    as_of = _open()
    found = queries.producers()
    pages = paging(found.count(), page, lambda number: Criteria(page=number).address(path))
    start = (page - 1) * PER_PAGE
    return ProducersPage(
        producers=[] if pages.out_of_range else list(found[start : start + PER_PAGE]), pages=pages, as_of=as_of
    )


def producer(pk: int, criteria: Criteria) -> ProducerPage:
    """Return a producer and their beats; NotThere if the mirror doesn't know them."""
    as_of = _open()
    found = Producer.objects.filter(pk=pk).first()
    if found is None:
        raise NotThere(complete=read_state().complete)
    listing = beat_listing(criteria, found.url, fixed=Criteria(producer=pk))
    return ProducerPage(producer=found, listing=listing, as_of=as_of)


def _open(patience: visitor.Patience | None = None) -> datetime:
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
