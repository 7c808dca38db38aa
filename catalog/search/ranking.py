"""The one order of results, the same on every database: exact, beginning, word, part of a word, misspelt. Pure.

Within each the most played come first, those of unknown plays last, and of equals the later id.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from catalog.search.folding import words
from catalog.search.reading import Query, Reading, Term

EXACT, BEGINNING, TITLE_WORDS, WORDS, PARTS, NEAR = range(6)
_NO_MATCH = (NEAR + 1, 0)


@dataclass(frozen=True)
class Candidate:
    """What may be found: its title or name, its other texts, and its marks ("#g5", "#k13")."""

    id: int
    title: str
    others: tuple[str, ...]
    marks: frozenset[str]
    plays: int


@dataclass(frozen=True)
class Ranked:
    id: int
    tier: int


def rank(query: Query, candidates: Iterable[Candidate]) -> list[Ranked]:
    """Return what matches, the best first."""
    scored = []
    for candidate in candidates:
        tier, wrong = _score(query, candidate)
        if (tier, wrong) != _NO_MATCH:
            scored.append(((tier, wrong, -candidate.plays, -candidate.id), candidate.id))
    return [Ranked(pk, key[0]) for key, pk in sorted(scored)]


def _score(query: Query, candidate: Candidate) -> tuple[int, int]:
    title = words(candidate.title)
    folded = " ".join(title)
    if folded and (folded == query.folded or "".join(title) == query.folded.replace(" ", "")):
        return EXACT, 0
    if folded and query.folded and folded.startswith(query.folded):
        return BEGINNING, 0
    in_title = frozenset(title)
    everywhere = in_title.union(candidate.marks, *(words(text) for text in candidate.others))
    return min((_reading_score(reading, in_title, everywhere) for reading in query.readings), default=_NO_MATCH)


def _reading_score(reading: Reading, title: Set[str], everywhere: Set[str]) -> tuple[int, int]:
    tiers = [_term_score(term, title, everywhere) for term in reading]
    return max(tier for tier, _ in tiers), sum(wrong for _, wrong in tiers)


def _term_score(term: Term, title: Set[str], everywhere: Set[str]) -> tuple[int, int]:
    if term.whole & title:
        return TITLE_WORDS, 0
    if term.whole & everywhere:
        return WORDS, 0
    if term.begins & everywhere or (term.prefix and any(word.startswith(term.prefix) for word in everywhere)):
        return PARTS, 0
    near = [wrong for word, wrong in term.near.items() if word in everywhere]
    return (NEAR, min(near)) if near else _NO_MATCH
