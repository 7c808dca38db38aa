"""Finds beats, producers and genres in the mirror; never asks BeatConnect."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catalog.models.mirror import Beat, Genre, Producer
from catalog.models.search import SearchEntry
from catalog.search.candidates import MOST, Candidates
from catalog.search.entries import UNKNOWN, genre_word, key_word
from catalog.search.folding import skeleton, words
from catalog.search.ranking import NEAR, Candidate, Ranked, rank
from catalog.search.reading import Query, read_query
from catalog.search.spelling import near_words, nearest
from catalog.search.synonyms import FILLERS

Kind = SearchEntry.Kind
# With fewer than so many finds a query may be misspelt, even if it is a word.
FEW = 3
# Where nothing is found, spellings are offered that differ in so many places.
WIDE = 3
MOST_OFFERS = 6


@dataclass(frozen=True)
class Found:
    """What a query finds, the best first; `query` knows which words to mark."""

    folded: str
    query: Query
    beats: list[Ranked]
    producers: list[Ranked]
    genres: list[Genre]

    @property
    def nothing(self) -> bool:
        return not (self.beats or self.producers or self.genres)

    @property
    def closest(self) -> bool:
        """Whether nothing is spelt like the query, and this is what comes near it."""
        return all(ranked.tier == NEAR for ranked in (*self.beats[:1], *self.producers[:1]))


def find(text: str, most: int = MOST) -> Found:
    """Return what a text finds among the live beats, the producers and the genres."""
    of_beats, of_producers = Candidates(Kind.BEAT, most), Candidates(Kind.PRODUCER, most)
    beats: list[int] = []
    producers: list[int] = []
    ways = read_query(text)
    query, folded = ways[0], ways[0].folded
    for way in ways:
        beats, producers = of_beats.called(way), of_producers.called(way)
        if beats or producers:
            ways, query = [way], way
            break
    if len(beats) + len(producers) < FEW:
        for way in ways:
            query = way.with_near()
            beats, producers = of_beats.misspelt(query), of_producers.misspelt(query)
            if beats or producers:
                break
    named = {genre.pk: genre for genre in query.genres}
    return Found(
        folded,
        query,
        rank(query, _beats(beats)),
        rank(query, _producers(producers)),
        [named[ranked.id] for ranked in rank(query, _genres(query.genres))],
    )


def other_queries(query: Query) -> list[str]:
    """Return what finds something where a query finds nothing: its single words, and words a little like them."""
    terms = [term for term in (query.readings[0] if query.readings else ()) if term.text not in FILLERS]
    used = set(
        # The index begins with the kind: without it all entries would be read.
        SearchEntry.objects.filter(kind__in=Kind.values, word__in={word for term in terms for word in term.whole})
        .values_list("word", flat=True)
        .distinct()
    )
    offers = {term.text: (0, term.text) for term in terms if term.whole & used and len(terms) > 1}
    for term in terms:
        if not term.whole & used:
            near = near_words(term.text, skeleton(term.text), min(WIDE, max(1, len(term.text) // 2)))
            parts = {part for genre in query.genres for part in words(genre.name)}
            near |= nearest(term.text, parts, WIDE) | {part: 1 for part in parts if term.text in part}
            offers |= {word: (wrong, word) for word, wrong in near.items()}
    return sorted(offers, key=lambda word: offers[word])[:MOST_OFFERS]


def _beats(ids: Collection[int]) -> Iterable[Candidate]:
    rows = Beat.objects.filter(id__in=ids, gone_at=None).values_list(
        "id", "title", "producer_name", "producer__name", "genre_id", "tone", "play_count"
    )
    for pk, title, name, profile_name, genre, tone, plays in rows:
        marks = {genre_word(genre)} if genre is not None else set()
        marks |= {key_word(tone)} if tone is not None else set()
        yield Candidate(pk, title, (name, profile_name or ""), frozenset(marks), UNKNOWN if plays is None else plays)


def _producers(ids: Collection[int]) -> Iterable[Candidate]:
    rows = Producer.objects.filter(id__in=ids, beat_count__gt=0).values_list("id", "name", "play_count")
    for pk, name, plays in rows:
        yield Candidate(pk, name, (), frozenset(), plays)


def _genres(genres: Iterable[Genre]) -> Iterable[Candidate]:
    for genre in genres:
        yield Candidate(genre.pk, genre.name, (), frozenset({genre_word(genre.pk)}), genre.beat_count)
