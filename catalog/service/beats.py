"""Lists of beats, and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from catalog import queries
from catalog.criteria import Criteria
from catalog.facets.counting import Reference, partners
from catalog.facets.index import index
from catalog.listing import Listing, beat_listing
from catalog.models.mirror import Beat
from catalog.service.store import NotThere, Page, ask_for_beat, is_complete, open_mirror
from catalog.similar import mix_reason
from catalog.similar_beats import similar
from catalog.sync import visitor

MORE_BEATS = 6
SIMILAR_BEATS = 12
MIXING_BEATS = 12


@dataclass(frozen=True, kw_only=True)
class BeatsPage(Page):
    listing: Listing


@dataclass(frozen=True, kw_only=True)
class BeatPage(Page):
    """A beat and the way on; `beat.gone_at` is set where it is no longer sold."""

    beat: Beat
    mixes: list[Beat]
    mixes_url: str
    more_from_producer: list[Beat]
    similar: list[Beat]
    bought_lately: int


def beats(criteria: Criteria, path: str) -> BeatsPage:
    mirror = open_mirror()
    return BeatsPage(listing=beat_listing(criteria, path, Criteria(), mirror.version), as_of=mirror.as_of)


def beat(pk: int, *, may_ask: bool) -> BeatPage:
    """Return a beat, sold or gone; NotThere if nobody knows it.

    With `may_ask`, an id newer than all we know may cost one call to BeatConnect; a crawler must not be given it.
    """
    patience = visitor.Patience()
    mirror = open_mirror(patience)
    found = queries.any_beat(pk)
    if found is None and may_ask and _may_be_new(pk) and ask_for_beat(pk, patience):
        found = queries.any_beat(pk)
    if found is None:
        raise NotThere(complete=mirror.complete or visitor.known_absent(pk, timezone.now()))
    # A beat no longer sold has its way on in one shelf.
    mixes = [] if found.gone_at else _mixes(found, mirror.version)
    more = [] if found.gone_at else queries.newest_of_producer(found, MORE_BEATS)
    return BeatPage(
        beat=found,
        mixes=mixes,
        mixes_url=Criteria(mixes_with=pk).address(reverse("beat-list")),
        more_from_producer=more,
        similar=similar(found, SIMILAR_BEATS, timezone.now(), above=[*mixes, *more]),
        bought_lately=queries.bought_lately(pk, timezone.now()),
        as_of=mirror.as_of,
    )


def known(pks: Iterable[int]) -> dict[int, Beat]:
    """Return those of these beats that the mirror knows, sold or not, by id; never asks BeatConnect."""
    return Beat.objects.select_related("producer").in_bulk(list(pks))


def _mixes(beat: Beat, version: int) -> list[Beat]:
    """Return the most played beats that mix with one, each with its `reason`."""
    reference = Reference(beat.pk, beat.bpm, beat.tone)
    ids = partners(index.current(version), reference)
    found = list(queries.named(queries.matching(Criteria(sort="popular"), reference), ids)[:MIXING_BEATS])
    for other in found:
        other.reason = mix_reason(beat, other)
    return found


def _may_be_new(pk: int) -> bool:
    """Tell whether a beat that we don't have may exist: a complete mirror knows all up to its highest id."""
    if visitor.known_absent(pk, timezone.now()):
        return False
    return not is_complete() or pk > queries.highest_id()
