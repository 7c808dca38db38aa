"""Collects what a query may mean: at most some hundreds of items, the most played of each kind of match.

Both databases read the same tables by the same indexes, so they find the same; what is best of it, ranking decides.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from catalog.models.search import WORD_LENGTH, SearchEntry
from catalog.search.reading import Query, Reading, Term

MOST = 500
# Of each of several words so many times more are looked at.
DEPTH = 4
# Of so many words each is looked up by itself, so that only its most played are read; more are read as a whole.
MOST_APART = 30


@dataclass(frozen=True)
class Wanted:
    """The entries that answer a term: these words, and those that begin so."""

    words: frozenset[str]
    beginning: str = ""

    @property
    def parts(self) -> list[Q]:
        """Return conditions that are each answered by one walk along the index; an entry answers one of them."""
        if not self.beginning:
            return _apart(self.words)
        # A word that begins so is found as one of those.
        others = [word for word in self.words if not word.startswith(self.beginning)]
        return [Q(word__begins=self.beginning), *_apart(others)]

    @property
    def condition(self) -> Q:
        return reduce(or_, self.parts)

    @property
    def is_one_word(self) -> bool:
        return len(self.words) == 1 and not self.beginning


def _apart(words: Collection[str]) -> list[Q]:
    return [Q(word=word) for word in sorted(words)] if len(words) <= MOST_APART else [Q(word__in=sorted(words))]


Match = Callable[[Term], Wanted]


class Candidates:
    """One search for beats or for producers, and the lists that it has read so far."""

    def __init__(self, kind: int, most: int = MOST) -> None:
        self._entries = SearchEntry.objects.filter(kind=kind)
        self._most = most
        self._found: dict[int, None] = {}
        self._lists: dict[tuple[Wanted, int], list[int]] = {}
        self._done: set[tuple[Wanted, ...]] = set()

    def called(self, query: Query) -> list[int]:
        """Return the ids of what the query may mean, taken by its letters."""
        if query.folded:
            self._add(self._top(Wanted(frozenset(), f"={query.folded}"[:WORD_LENGTH]), self._most))
        # What is called so comes before what merely is of a genre or in a key that is.
        self._collect(query.readings[:1], _literal)
        for match in (_whole, _begun):
            self._collect(query.readings, match)
        return list(self._found)

    def misspelt(self, query: Query) -> list[int]:
        """Return those ids and what the query may mean by misspelt words; it must know their other spellings."""
        self._collect(query.readings, _near)
        return list(self._found)

    def _collect(self, readings: Iterable[Reading], match: Match) -> None:
        # The fewer terms, the more exactly they say what is meant, and the sooner they are found.
        for reading in sorted(readings, key=len):
            wanted = tuple(match(term) for term in reading)
            if len(self._found) < self._most and wanted not in self._done:
                self._done.add(wanted)
                self._add(self._matching(wanted))

    def _add(self, items: list[int]) -> None:
        for item in items[: self._most - len(self._found)] if len(self._found) < self._most else ():
            self._found[item] = None

    def _matching(self, wanted: tuple[Wanted, ...]) -> list[int]:
        """Return what matches all of it: by the rarest, and of what many match by those that are played most."""
        if len(wanted) == 1:
            return self._top(wanted[0], self._most)
        deep = DEPTH * self._most
        lists: dict[Wanted, list[int]] = {}
        # The longest word is the rarest, as a rule; where there is nothing for one, the others needn't be read.
        for each in sorted(wanted, key=lambda each: -len(max(each.words, key=len))):
            lists[each] = self._top(each, deep)
            if not lists[each]:
                return []
        rarest = min(lists, key=lambda each: len(lists[each]))
        items = lists[rarest]
        for other, others in lists.items():
            if not items or other == rarest:
                continue
            if len(others) < deep:
                matching = set(others)
            else:
                probe = self._entries.filter(other.condition, item__in=items)
                matching = set(probe.values_list("item", flat=True))
            items = [item for item in items if item in matching]
        return items

    def _top(self, wanted: Wanted, most: int) -> list[int]:
        """Return the most played items that have one of the words."""
        if (wanted, most) not in self._lists:
            self._lists[wanted, most] = self._read(wanted, most)
        return self._lists[wanted, most]

    def _read(self, wanted: Wanted, most: int) -> list[int]:
        asked = self._entries.order_by("-plays", "-item").values_list("item", "plays")
        if wanted.is_one_word:
            return [item for item, _ in asked.filter(wanted.condition)[:most]]
        # An item may be there under several words that begin alike, hence twice as many. The ORM can't write a union
        # of ordered parts for SQLite.
        parts = [asked.filter(part)[: 2 * most].query.sql_with_params() for part in wanted.parts]
        union = " UNION ".join(f"SELECT * FROM ({sql}) AS part" for sql, _ in parts)  # noqa: S608
        values = [value for _, given in parts for value in given]
        with connection.cursor() as cursor:
            cursor.execute(f"{union} ORDER BY 2 DESC, 1 DESC LIMIT {most}", values)
            return [item for item, _ in cursor.fetchall()]


def _literal(term: Term) -> Wanted:
    return Wanted(frozenset({term.text}))


def _whole(term: Term) -> Wanted:
    return Wanted(term.whole)


def _begun(term: Term) -> Wanted:
    return Wanted(term.whole | term.begins, term.prefix)


def _near(term: Term) -> Wanted:
    return Wanted(term.whole.union(term.begins, term.near), term.prefix)
