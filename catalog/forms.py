"""Query strings, read leniently: what can't be understood is dropped, and nothing a visitor types is an error."""

import re
from typing import Any

from django import forms
from django.http import QueryDict

from catalog.beatconnect.fields import LARGEST_ID
from catalog.clean import clean_text
from catalog.criteria import ALL, BEATS, NEWEST, PRODUCERS, SORTS, Criteria, Search

MOST_GENRES = 10
# Nobody types more, and no title that is longer is searched for as a whole.
LONGEST_QUERY = 100
# Pages beyond this exist in no catalogue; telling them from one another would only feed crawlers.
LAST_PAGE = 10**6


def read_id(text: str) -> int | None:
    """Return the id that a text names, None if it names none; only ASCII digits count."""
    if not re.fullmatch(r"[0-9]{1,19}", text):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST_ID else None


class IdField(forms.Field):
    def to_python(self, value: Any) -> int | None:
        return read_id(value) if isinstance(value, str) else None


class IdsField(forms.Field):
    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[int, ...]:
        ids = {number for text in value or () if (number := read_id(text))}
        return tuple(sorted(ids)[:MOST_GENRES])


class PageField(forms.Field):
    def to_python(self, value: Any) -> int:
        digits = value.lstrip("0") if isinstance(value, str) and re.fullmatch(r"[0-9]+", value) else "1"
        # Compared by length first: int() of 5,000 digits raises, and zeros in front are digits too.
        number = LAST_PAGE if len(digits) > len(str(LAST_PAGE)) else int(digits or 0)
        return min(max(number, 1), LAST_PAGE)


class SortField(forms.Field):
    def to_python(self, value: Any) -> str:
        return value if value in SORTS else NEWEST


class BrowseForm(forms.Form):
    """`genre` (repeatable), `producer`, `sort` and `page` of a list of beats."""

    genre = IdsField(required=False)
    producer = IdField(required=False)
    sort = SortField(required=False)
    page = PageField(required=False)

    @classmethod
    def read(cls, query: QueryDict) -> Criteria:
        """Return what a query string asks for; of a parameter given twice the last counts."""
        form = cls(query)
        form.full_clean()
        asked = form.cleaned_data
        return Criteria(asked["genre"], asked["producer"], asked["sort"], asked["page"])


class TextField(forms.Field):
    def to_python(self, value: Any) -> str:
        return clean_text(value, LONGEST_QUERY) if isinstance(value, str) else ""


class TypeField(forms.Field):
    def to_python(self, value: Any) -> str:
        return value if value in {BEATS, PRODUCERS} else ALL


class SearchForm(forms.Form):
    """`q`, `type` and `page` of a search."""

    q = TextField(required=False)
    type = TypeField(required=False)
    page = PageField(required=False)

    @classmethod
    def read(cls, query: QueryDict) -> Search:
        """Return what a query string asks for; of a parameter given twice the last counts."""
        form = cls(query)
        form.full_clean()
        asked = form.cleaned_data
        return Search(asked["q"], asked["type"], asked["page"])
