"""The producers, the page of one, and what is missing in their listing."""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.catalogue_check import FEWEST_FOR_A_USUAL_TEMPO, Finding, check
from catalog.criteria import Criteria
from catalog.listing import Listing, beat_listing
from catalog.models.mirror import Beat, Producer, Quarantined
from catalog.paging import PER_PAGE, Paging, paging
from catalog.portrait import Portrait, portrait
from catalog.producer_figures import producers_asked, usual_tempi
from catalog.producer_form import SORTS, ProducersAsked
from catalog.service.store import Page, not_there, open_mirror

# Looked at, the newest first: who has more reads the rest when these are mended.
MOST_CHECKED = 2_000


@dataclass(frozen=True, kw_only=True)
class ProducersPage(Page):
    producers: list[Producer]
    total: int
    pages: Paging
    asked: ProducersAsked
    sorts: list[tuple[str, str]]
    path: str


@dataclass(frozen=True, kw_only=True)
class ProducerPage(Page):
    """A producer; their `portrait` is counted only where it is drawn, a list that is filtered does without."""

    producer: Producer
    listing: Listing
    portrait: Callable[[], Portrait]
    check_url: str


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    producer: Producer
    findings: list[Finding]
    checked: int
    most_checked: int
    url: str


def producers(asked: ProducersAsked, path: str) -> ProducersPage:
    mirror = open_mirror()
    found = producers_asked(asked)
    total = found.count()
    pages = paging(total, asked.page, lambda number: asked.but(page=number).address(path))
    start = (asked.page - 1) * PER_PAGE
    return ProducersPage(
        producers=[] if pages.out_of_range else list(found[start : start + PER_PAGE]),
        total=total,
        pages=pages,
        asked=asked,
        sorts=[(sort, str(label)) for sort, label in SORTS.items()],
        path=path,
        as_of=mirror.as_of,
    )


def producer(pk: int, criteria: Criteria) -> ProducerPage:
    """Return a producer and their beats; NotThere if the mirror doesn't know them."""
    mirror = open_mirror()
    found = _producer(pk)
    listing = beat_listing(criteria, found.url, Criteria(producer=pk), mirror.version)
    return ProducerPage(
        producer=found,
        listing=listing,
        portrait=lambda: portrait(found),
        check_url=_check_url(found),
        as_of=mirror.as_of,
    )


def checked(pk: int) -> CheckPage:
    """Return what is missing or looks wrong in a producer's listing; NotThere if the mirror doesn't know them."""
    mirror = open_mirror()
    found = _producer(pk)
    theirs = Beat.objects.filter(gone_at=None, producer=pk).select_related("genre").order_by("-created_at", "-id")
    beats = list(theirs[:MOST_CHECKED])
    genres = {beat.genre_id for beat in beats if beat.genre_id}
    refused = Quarantined.objects.filter(kind="beat", item_id__in=[str(beat.pk) for beat in beats])
    reasons = {int(item): reason for item, reason in refused.values_list("item_id", "reason")}
    return CheckPage(
        producer=found,
        findings=check(beats, usual_tempi(genres, FEWEST_FOR_A_USUAL_TEMPO), reasons),
        checked=len(beats),
        most_checked=MOST_CHECKED,
        url=_check_url(found),
        as_of=mirror.as_of,
    )


def _producer(pk: int) -> Producer:
    found = Producer.objects.filter(pk=pk).first()
    if found is None:
        raise not_there()
    return found


def _check_url(producer: Producer) -> str:
    # "-" where the name leaves no slug: no slug is ever that, and without one "check" would be taken for a name.
    nameless = producer.url.endswith(f"/{producer.pk}/")
    return f"{producer.url}-/check/" if nameless else f"{producer.url}check/"
