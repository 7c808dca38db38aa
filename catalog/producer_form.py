"""What a visitor asks the list of producers for, read as leniently as any query string."""

from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from catalog.clean import clean_text
from catalog.forms import PageField

LONGEST_NAME_ASKED = 100
MOST_PLAYED = "plays"
SORTS = {
    MOST_PLAYED: gettext_lazy("Most played"),
    "beats": gettext_lazy("Most beats"),
    "newest": gettext_lazy("Newest"),
    "name": gettext_lazy("A to Z"),
}


@dataclass(frozen=True)
class ProducersAsked:
    """A part of a name, an order and a page, each already checked."""

    q: str = ""
    sort: str = MOST_PLAYED
    page: int = 1

    def but(self, **changes: Any) -> Self:
        return replace(self, **{"page": 1, **changes})

    def address(self, path: str) -> str:
        """Return the canonical address: defaults are left out."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [("sort", self.sort)] if self.sort != MOST_PLAYED else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"{path}?{urlencode(pairs)}" if pairs else path


class NameField(forms.Field):
    def to_python(self, value: Any) -> str:
        return clean_text(value, LONGEST_NAME_ASKED) if isinstance(value, str) else ""


class SortField(forms.Field):
    def to_python(self, value: Any) -> str:
        return value if value in SORTS else MOST_PLAYED


class ProducersForm(forms.Form):
    """`q`, `sort` and `page` of the list of producers."""

    q = NameField(required=False)
    sort = SortField(required=False)
    page = PageField(required=False)

    @classmethod
    def read(cls, query: QueryDict) -> ProducersAsked:
        """Return what a query string asks for; of a parameter given twice the last counts."""
        form = cls(query)
        form.full_clean()
        return ProducersAsked(**form.cleaned_data)
