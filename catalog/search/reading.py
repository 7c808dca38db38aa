"""What a query may mean: its words, and other ways to read them (a key, a genre's other name, words run together)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from catalog.harmony import parse_key
from catalog.models.mirror import Genre
from catalog.models.search import WORD_LENGTH, SearchWord
from catalog.search.entries import genre_word, key_word
from catalog.search.folding import fold, skeleton, words
from catalog.search.spelling import near_words, nearest, reach
from catalog.search.synonyms import FILLERS, GENRE_NAMES

MOST_WORDS = 8
# A key is written in up to three words, a genre's name as well.
LONGEST_PHRASE = 3
SHORTEST_SPLIT, LONGEST_SPLIT = 3, 30
# Letters that begin words without end: only whole words are meant.
SHORTEST_BEGINNING = 2


@dataclass(frozen=True)
class Term:
    """One of the things asked for: a beat has it if it has one of the `whole`, else a word that begins with `text` …"""

    text: str
    whole: frozenset[str]
    begins: frozenset[str] = frozenset()
    near: Mapping[str, int] = field(default_factory=dict, hash=False, compare=False)

    @property
    def prefix(self) -> str:
        return self.text if len(self.text) >= SHORTEST_BEGINNING or not self.text.isascii() else ""


Reading = tuple[Term, ...]


@dataclass(frozen=True)
class Query:
    """A query as it may be read; the first reading takes it by the word."""

    folded: str
    readings: tuple[Reading, ...]
    genres: tuple[Genre, ...]

    @cached_property
    def whole_words(self) -> frozenset[str]:
        """Return the words that are found as they are."""
        terms = {term for reading in self.readings for term in reading}
        return frozenset(word for term in terms for word in (*term.whole, *term.near))

    @cached_property
    def beginnings(self) -> list[str]:
        """Return the beginnings by which words are found, the longest first."""
        found = {term.prefix for reading in self.readings for term in reading if term.prefix}
        return sorted(found, key=lambda prefix: (-len(prefix), prefix))

    def with_near(self) -> "Query":
        """Return the query with what its words may be misspellings of: costs two queries a word."""
        near: dict[str, dict[str, int]] = {}
        for text in {term.text for reading in self.readings for term in reading}:
            wrong = 0 if text in FILLERS else reach(text)
            near[text] = near_words(text, skeleton(text), wrong) | _near_genres(text, wrong, self.genres)
        readings = tuple(tuple(replace(term, near=near[term.text]) for term in reading) for reading in self.readings)
        return replace(self, readings=readings)


def read_query(text: str) -> list[Query]:
    """Return how to take a text, the strictest way first: in a fixed number of database queries, whatever is in it."""
    tokens = list(dict.fromkeys(words(_spell_signs(text))))[:MOST_WORDS]
    genres = tuple(Genre.objects.filter(beat_count__gt=0).order_by("-beat_count", "id"))
    names, known = GenreNames(genres), _known(tokens)
    telling = [token for token in tokens if token not in FILLERS]
    # A letter at the end is mostly the next word, of which there is no more yet.
    longer = [token for token in telling if len(token) > 1 or not token.isalpha()]
    ways = [tokens, *(way for way in (telling, longer) if way)]
    different = [way for place, way in enumerate(ways) if way not in ways[:place]]
    taken = []
    for way in different:
        plain = tuple(names.term(token) for token in way)
        apart = tuple(names.term(part) for token in way for part in _apart(token, names, known))
        readings = dict.fromkeys([plain, tuple(_phrases(way, names, known)), apart])
        folded = fold(text) if way == tokens else " ".join(way)
        taken.append(Query(folded[:WORD_LENGTH].strip(), tuple(filter(None, readings)), genres))
    return taken


class GenreNames:
    """The genres by their names, by the words in them, and by what else they are called."""

    def __init__(self, genres: Iterable[Genre]) -> None:
        self.by_name: dict[str, set[str]] = {}
        self.by_word: dict[str, set[str]] = {}
        for genre in genres:
            mark, parts = genre_word(genre.pk), words(genre.name)
            self.by_name.setdefault("".join(parts), set()).add(mark)
            for part in parts:
                self.by_word.setdefault(part, set()).add(mark)

    def called(self, joined: str) -> set[str]:
        """Return the genres with this name, written in one, or with this other name."""
        found = set(self.by_name.get(joined, ()))
        for name in GENRE_NAMES.get(joined, ()):
            found |= self.by_name.get(name, set())
        return found

    def term(self, token: str) -> Term:
        """Return what a single word asks for."""
        whole = {token} | self.called(token) | self.by_word.get(token, set())
        begun = [marks for name, marks in (self.by_word | self.by_name).items() if name.startswith(token)]
        tone = _tone(token)
        # Two letters are a key, but more often the beginning of a word.
        marks = {key_word(tone)} if tone is not None else set()
        begins = set().union(*begun) if len(token) >= SHORTEST_BEGINNING else set()
        if len(token) > 2 or token[0].isdigit():
            return Term(token, frozenset(whole | marks), frozenset(begins))
        return Term(token, frozenset(whole), frozenset(begins | marks))


def _phrases(tokens: list[str], names: GenreNames, known: set[str]) -> Iterator[Term]:
    """Yield the words with those put together that mean something together."""
    place = 0
    while place < len(tokens):
        for end in range(min(place + LONGEST_PHRASE, len(tokens)), place + 1, -1):
            joined = "".join(tokens[place:end])
            tone = _tone(" ".join(tokens[place:end]))
            whole = names.called(joined) | ({joined} & known) | ({key_word(tone)} if tone is not None else set())
            if whole:
                yield Term(joined, frozenset(whole))
                place = end
                break
        else:
            yield names.term(tokens[place])
            place += 1


def _apart(token: str, names: GenreNames, known: set[str]) -> list[str]:
    """Return a word as the two that were run together, if it can be read so."""
    heard = known | names.by_word.keys()
    # What is a word by itself is cut into real words only, not into some letters.
    shortest = 3 if token in heard or names.called(token) else 1
    cuts = [(token[:cut], token[cut:]) for cut in _cuts(token)]
    good = [pair for pair in cuts if heard.issuperset(pair) and min(map(len, pair)) >= shortest]
    return list(max(good, key=lambda pair: min(map(len, pair)))) if good else [token]


def _cuts(token: str) -> range:
    return range(1, len(token)) if SHORTEST_SPLIT <= len(token) <= LONGEST_SPLIT else range(0)


def _known(tokens: list[str]) -> set[str]:
    """Return which of the words, their halves and their unions are words of the catalogue."""
    asked = set(tokens)
    for token in tokens:
        asked.update(part for cut in _cuts(token) for part in (token[:cut], token[cut:]))
    for place in range(len(tokens)):
        asked.update("".join(tokens[place:end])[:WORD_LENGTH] for end in range(place + 2, place + 1 + LONGEST_PHRASE))
    return set(SearchWord.objects.filter(word__in=asked).values_list("word", flat=True))


def _near_genres(token: str, most_wrong: int, genres: Iterable[Genre]) -> dict[str, int]:
    near: dict[str, int] = {}
    for genre in genres:
        parts = words(genre.name)
        found = nearest(token, {*parts, "".join(parts)}, most_wrong) if most_wrong else {}
        if found:
            near[genre_word(genre.pk)] = min(found.values())
    return near


def _spell_signs(text: str) -> str:
    """Return a query in which the signs of a key are letters, since words hold no signs."""
    sharp = re.sub(r"(?<![^\W_])([A-Ga-g])\s?[#♯]", r"\1sharp", text)
    return re.sub(r"(?<![^\W_])([A-Ga-g])\s?♭", r"\1flat", sharp)


def _tone(text: str) -> int | None:
    """Return the key that words name, if they say more than a letter."""
    key = parse_key(text) if len(text) > 1 else None
    return key.number if key else None
