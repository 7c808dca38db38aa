"""What buyers type and which of their orders they ask for."""

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.orders.reading import ALL, TABS
from catalog.forms import PageField, read_id

LONGEST_KEY = 600  # characters as pasted; what is sent is checked by its own rule
MOST_BEATS = 200


class KeyForm(forms.Form):
    """A pasted API key. It is never shown again: a page that came back with it would stand in the browser's history."""

    key = forms.CharField(max_length=LONGEST_KEY, strip=False, required=False)

    @property
    def pasted(self) -> str:
        return str(self.cleaned_data["key"]) if self.is_valid() else ""


class OrdersForm(forms.Form):
    status = forms.ChoiceField(choices=[(name, name) for name in TABS], required=False)
    page = PageField(required=False)

    @classmethod
    def read(cls, query: QueryDict) -> tuple[str, int]:
        """Return the tab and the page asked for; what can't be understood is dropped."""
        form = cls(query)
        form.is_valid()
        asked: dict[str, Any] = form.cleaned_data
        return asked.get("status") or ALL, asked.get("page") or 1


def read_beats(query: QueryDict) -> list[int]:
    """Return the ids of `b=1,2,3`, at most MOST_BEATS."""
    numbers = (read_id(part) for part in query.get("b", "")[: 20 * MOST_BEATS].split(",")[:MOST_BEATS])
    return [number for number in numbers if number]


class _PageForm(forms.Form):
    page = PageField(required=False)


def read_page(query: QueryDict) -> int:
    """Return the page asked for, the first where that can't be understood."""
    form = _PageForm(query)
    form.is_valid()
    return int(form.cleaned_data.get("page") or 1)
