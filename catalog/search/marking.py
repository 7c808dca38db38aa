"""Marks in a text what a query found there: pieces for a template to escape, never markup. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from catalog.search.folding import Span, fold, spans
from catalog.search.reading import Query


class Piece(NamedTuple):
    text: str
    hit: bool


def pieces(text: str, query: Query) -> list[Piece]:
    """Return a text cut into what matches a query and what doesn't; joined again they are the text."""
    found: list[Piece] = []
    place = 0
    for start, end in _hits(text, query):
        found += [Piece(text[place:start], hit=False)] if start > place else []
        found.append(Piece(text[start:end], hit=True))
        place = end
    return found + ([Piece(text[place:], hit=False)] if place < len(text) else [])


def _hits(text: str, query: Query) -> Iterator[tuple[int, int]]:
    for span in spans(text):
        if span.word in query.whole_words:
            yield span.start, span.end
            continue
        prefix = next((prefix for prefix in query.beginnings if span.word.startswith(prefix)), "")
        if prefix:
            yield span.start, _end_of(prefix, text, span)


def _end_of(prefix: str, text: str, span: Span) -> int:
    """Return where in the text a beginning of a word ends: folding may make a letter longer or shorter."""
    for end in range(span.start + 1, span.end):
        # Accents that stand apart belong to the letter before them.
        if len(fold(text[span.start : end])) >= len(prefix) and fold(text[end]) != "":
            return end
    return span.end
