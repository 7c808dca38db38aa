"""Collects what a query may mean: at most some hundreds of items, the most played of each kind of match.

Both databases read the same tables by the same indexes, so they find the same; what is best of it, ranking decides.
"""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models.search import WORD_LENGTH, SearchEntry
from catalog.search.reading import Query, Reading, Term

MOST = 500

Match = Callable[[Term], Q]


def candidates(kind: int, query: Query, most: int = MOST) -> list[int]:
    """Return the ids of what the query may mean, taken by its letters."""
    found: dict[int, None] = {}
    if query.folded:
        beginning = SearchEntry.objects.filter(kind=kind, word__begins=f"={query.folded}"[:WORD_LENGTH])
        found.update(dict.fromkeys(_ids(beginning, most)))
    for match in (_whole, _begun):
        _collect(found, kind, query.readings, match, most)
    return list(found)[:most]


def misspelt(kind: int, query: Query, most: int = MOST) -> list[int]:
    """Return the ids of what the query may mean if its words are misspelt; it must know their other spellings."""
    found: dict[int, None] = {}
    _collect(found, kind, query.readings, _near, most)
    return list(found)[:most]


def _collect(found: dict[int, None], kind: int, readings: tuple[Reading, ...], match: Match, most: int) -> None:
    for reading in readings:
        if len(found) < most:
            found.update(dict.fromkeys(_ids(_entries(kind, reading, match), most)))


def _entries(kind: int, reading: Reading, match: Match) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.filter(kind=kind)
    # Begun with the longest word: it is the rarest, as a rule.
    first, *others = sorted(reading, key=lambda term: -len(term.text))
    wanted = entries.filter(match(first))
    for term in others:
        wanted = wanted.filter(Exists(entries.filter(match(term), item=OuterRef("item"))))
    return wanted


def _whole(term: Term) -> Q:
    return Q(word__in=sorted(term.whole))


def _begun(term: Term) -> Q:
    listed = Q(word__in=sorted(term.whole | term.begins))
    return listed | Q(word__begins=term.prefix) if term.prefix else listed


def _near(term: Term) -> Q:
    return _begun(term) | Q(word__in=sorted(term.near)) if term.near else _begun(term)


def _ids(entries: QuerySet[SearchEntry], most: int) -> list[int]:
    """Return the most played items among the entries; an item may have several."""
    items = entries.order_by("-plays", "-item").values_list("item", "plays").distinct()
    return [item for item, _ in items[:most]]
