"""How found texts are shown: in pieces, those that match marked."""

from django import template

from catalog.search.marking import Piece, pieces
from catalog.search.reading import Query

register = template.Library()


@register.filter
def found_in(query: Query, text: str) -> list[Piece]:
    """The pieces of a text, each with whether the query found it."""
    return pieces(str(text), query)
