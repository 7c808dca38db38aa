"""The front page: each shelf a real list from the mirror."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import ngettext

from catalog import queries
from catalog.criteria import Criteria
from catalog.models.mirror import Beat, Genre, Producer
from catalog.service.store import Page, open_mirror

BEATS = 12
PRODUCERS = 12
# A shop with fewer beats shows each of them once: the same few under several names would look like a mistake.
FEW = 6


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """What the front page shows; `is_small` where one shelf holds the whole catalogue."""

    newest: list[Beat]
    popular: list[Beat]
    bought: list[Beat]
    genres: list[Genre]
    producers: list[Producer]
    total: int
    is_small: bool


def home() -> HomePage:
    mirror = open_mirror()
    genres = list(queries.genres())
    # By the kept counts, and those without a genre out of an index: a million rows aren't counted for each visitor.
    total = sum(genre.beat_count for genre in genres) + queries.live_beats().filter(genre=None).count()
    return HomePage(
        newest=list(queries.matching(Criteria())[:BEATS]),
        popular=list(queries.matching(Criteria(sort="popular"))[:BEATS]),
        bought=_bought(),
        genres=genres,
        producers=list(queries.producers()[:PRODUCERS]),
        total=total,
        is_small=total <= FEW,
        as_of=mirror.as_of,
    )


def _bought() -> list[Beat]:
    """Return what was bought lately, as far as webhooks told, each beat with how often as its reason."""
    found = queries.most_bought(BEATS, timezone.now())
    for beat, times in found:
        beat.reason = ngettext("bought once", "bought %(times)d times", times) % {"times": times}
    return [beat for beat, _ in found]
