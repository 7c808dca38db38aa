"""The genres, and the page of one."""

from dataclasses import dataclass

from catalog import queries
from catalog.criteria import Criteria
from catalog.listing import Listing, beat_listing
from catalog.models.mirror import Genre
from catalog.service.store import Page, not_there, open_mirror


@dataclass(frozen=True, kw_only=True)
class GenresPage(Page):
    genres: list[Genre]


@dataclass(frozen=True, kw_only=True)
class GenrePage(Page):
    genre: Genre
    listing: Listing


def genres() -> GenresPage:
    mirror = open_mirror()
    return GenresPage(genres=list(queries.genres()), as_of=mirror.as_of)


def genre(pk: int, criteria: Criteria) -> GenrePage:
    """Return a genre and its beats; NotThere if the mirror doesn't know it."""
    mirror = open_mirror()
    found = Genre.objects.filter(pk=pk).first()
    if found is None:
        raise not_there()
    listing = beat_listing(criteria, found.url, Criteria(genres=(pk,)), mirror.version)
    return GenrePage(genre=found, listing=listing, as_of=mirror.as_of)
