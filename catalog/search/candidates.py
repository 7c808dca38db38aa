"""Collects what a query may mean: at most some hundreds of items, the most played of each kind of match.

Both databases read the same tables by the same indexes, so they find the same; what is best of it, ranking decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from catalog.models.search import WORD_LENGTH, SearchEntry
from catalog.search.reading import Query, Reading, Term

MOST = 500
# Of each of several words so many times more are looked at.
DEPTH = 8


@dataclass(frozen=True)
class Wanted:
    """The entries that answer a term: these words, and those that begin so."""

    words: frozenset[str]
    beginning: str = ""

    @property
    def condition(self) -> Q:
        if self.is_one_word:
            return Q(word=next(iter(self.words)))
        listed, begun = Q(word__in=sorted(self.words)), Q(word__begins=self.beginning)
        if not self.beginning:
            return listed
        # A word that begins so is found as one of those.
        others = [word for word in self.words if not word.startswith(self.beginning)]
        return begun | Q(word__in=sorted(others)) if others else begun

    @property
    def is_one_word(self) -> bool:
        return len(self.words) == 1 and not self.beginning


Match = Callable[[Term], Wanted]


def candidates(kind: int, query: Query, most: int = MOST) -> list[int]:
    """Return the ids of what the query may mean, taken by its letters."""
    search = _Search(kind, most)
    if query.folded:
        search.add(search.top(Wanted(frozenset(), f"={query.folded}"[:WORD_LENGTH]), most))
    # What is called so comes before what merely is of a genre or in a key that is.
    search.collect(query.readings[:1], _literal)
    for match in (_whole, _begun):
        search.collect(query.readings, match)
    return list(search.found)


def misspelt(kind: int, query: Query, most: int = MOST) -> list[int]:
    """Return the ids of what the query may mean if its words are misspelt; it must know their other spellings."""
    search = _Search(kind, most)
    search.collect(query.readings, _near)
    return list(search.found)


class _Search:
    """One search for beats or for producers: what it has found, and the lists it has read for it."""

    def __init__(self, kind: int, most: int) -> None:
        self.entries = SearchEntry.objects.filter(kind=kind)
        self.most = most
        self.found: dict[int, None] = {}
        self._lists: dict[tuple[Wanted, int], list[int]] = {}
        self._done: set[tuple[Wanted, ...]] = set()

    def collect(self, readings: Iterable[Reading], match: Match) -> None:
        # The fewer terms, the more exactly they say what is meant, and the sooner they are found.
        for reading in sorted(readings, key=len):
            wanted = tuple(match(term) for term in reading)
            if len(self.found) < self.most and wanted not in self._done:
                self._done.add(wanted)
                self.add(self._matching(wanted))

    def add(self, items: list[int]) -> None:
        for item in items[: self.most - len(self.found)] if len(self.found) < self.most else ():
            self.found[item] = None

    def _matching(self, wanted: tuple[Wanted, ...]) -> list[int]:
        """Return what matches all of it: by the rarest, and of what many match by those that are played most."""
        if len(wanted) == 1:
            return self.top(wanted[0], self.most)
        deep = DEPTH * self.most
        lists = {each: self.top(each, deep) for each in wanted}
        rarest = min(lists, key=lambda each: len(lists[each]))
        items = lists[rarest]
        for other, others in lists.items():
            if not items or other == rarest:
                continue
            if len(others) < deep:
                matching = set(others)
            else:
                probe = self.entries.filter(other.condition, item__in=items)
                matching = set(probe.values_list("item", flat=True))
            items = [item for item in items if item in matching]
        return items

    def top(self, wanted: Wanted, most: int) -> list[int]:
        """Return the most played items that have one of the words."""
        if (wanted, most) not in self._lists:
            rows = self.entries.filter(wanted.condition).order_by("-plays", "-item").values_list("item", "plays")
            # Only with several words an item may be there twice.
            rows = rows if wanted.is_one_word else rows.distinct()
            self._lists[wanted, most] = [item for item, _ in rows[:most]]
        return self._lists[wanted, most]


def _literal(term: Term) -> Wanted:
    return Wanted(frozenset({term.text}))


def _whole(term: Term) -> Wanted:
    return Wanted(term.whole)


def _begun(term: Term) -> Wanted:
    return Wanted(term.whole | term.begins, term.prefix)


def _near(term: Term) -> Wanted:
    return Wanted(term.whole.union(term.begins, term.near), term.prefix)
