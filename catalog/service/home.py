"""The front page: each shelf a real list from the mirror."""

from dataclasses import dataclass

from catalog import queries
from catalog.criteria import Criteria
from catalog.models.mirror import Beat, Genre, Producer
from catalog.service.store import Page, open_mirror

BEATS = 12
PRODUCERS = 12


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    newest: list[Beat]
    popular: list[Beat]
    genres: list[Genre]
    producers: list[Producer]
    total: int


def home() -> HomePage:
    as_of = open_mirror()
    return HomePage(
        newest=list(queries.matching(Criteria())[:BEATS]),
        popular=list(queries.matching(Criteria(sort="popular"))[:BEATS]),
        genres=list(queries.genres()),
        producers=list(queries.producers()[:PRODUCERS]),
        total=queries.live_beats().count(),
        as_of=as_of,
    )
