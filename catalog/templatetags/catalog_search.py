"""How found texts are shown: what matches is marked."""

from django import template
from django.utils.html import format_html, format_html_join

from catalog.search.marking import pieces
from catalog.search.reading import Query

register = template.Library()


@register.filter
def marked(query: Query | None, text: str) -> str:
    """Return a text with what the query found in it marked; without a query as it is."""
    if not query:
        return text
    shown = (
        (format_html("<mark>{}</mark>", piece.text) if piece.hit else piece.text,) for piece in pieces(text, query)
    )
    return format_html_join("", "{}", shown)
