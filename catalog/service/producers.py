"""The producers, and the page of one."""

from dataclasses import dataclass

from catalog import queries
from catalog.criteria import Criteria
from catalog.listing import Listing, beat_listing
from catalog.models.mirror import Producer
from catalog.paging import PER_PAGE, Paging, paging
from catalog.service.store import Page, not_there, open_mirror


@dataclass(frozen=True, kw_only=True)
class ProducersPage(Page):
    producers: list[Producer]
    pages: Paging


@dataclass(frozen=True, kw_only=True)
class ProducerPage(Page):
    producer: Producer
    listing: Listing


def producers(page: int, path: str) -> ProducersPage:
    as_of = open_mirror()
    found = queries.producers()
    pages = paging(found.count(), page, lambda number: Criteria(page=number).address(path))
    start = (page - 1) * PER_PAGE
    return ProducersPage(
        producers=[] if pages.out_of_range else list(found[start : start + PER_PAGE]), pages=pages, as_of=as_of
    )


def producer(pk: int, criteria: Criteria) -> ProducerPage:
    """Return a producer and their beats; NotThere if the mirror doesn't know them."""
    as_of = open_mirror()
    found = Producer.objects.filter(pk=pk).first()
    if found is None:
        raise not_there()
    listing = beat_listing(criteria, found.url, fixed=Criteria(producer=pk))
    return ProducerPage(producer=found, listing=listing, as_of=as_of)
