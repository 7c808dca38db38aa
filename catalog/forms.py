"""Query strings, read leniently: what can't be understood is dropped, and nothing a visitor types is an error."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from catalog.beatconnect.fields import LARGEST_ID
from catalog.clean import FASTEST_BPM, SLOWEST_BPM, clean_text
from catalog.criteria import ALL, BEATS, NEWEST, PRODUCERS, SORTS, Criteria, Search
from catalog.harmony import KEYS, parse_key
from catalog.models.mirror import KEY_LENGTH

MOST_GENRES = 10
MOST_KEYS = len(KEYS)
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


class TempoField(forms.Field):
    def to_python(self, value: Any) -> int | None:
        known = isinstance(value, str) and re.fullmatch(r" *[0-9]{1,3} *", value, re.ASCII)
        return min(max(int(value), SLOWEST_BPM), FASTEST_BPM) if known else None


class TonesField(forms.Field):
    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[int, ...]:
        keys = {key for text in list(value or ())[:MOST_KEYS] if (key := parse_key(text[:KEY_LENGTH]))}
        return tuple(sorted(key.number for key in keys))


class PriceField(forms.Field):
    def to_python(self, value: Any) -> Decimal | None:
        found = (
            re.fullmatch(r" *([0-9]{1,8})(?:[.,]([0-9]{1,2}))? *", value, re.ASCII) if isinstance(value, str) else None
        )
        if not found:
            return None
        # As short as it can be said: 20, 20.00 and 020 are one address.
        price = Decimal(f"{found[1]}.{found[2] or 0}").quantize(Decimal("0.01"))
        return price.to_integral_value() if price == price.to_integral_value() else price


class AnyTimeField(forms.Field):
    def to_python(self, value: Any) -> bool:
        return bool(value == "any")


class BrowseForm(forms.Form):
    """What a list of beats may be asked for; `genre` and `key` may be given several times."""

    genre = IdsField(required=False)
    producer = IdField(required=False)
    bpm_min = TempoField(required=False)
    bpm_max = TempoField(required=False)
    times = AnyTimeField(required=False)
    key = TonesField(required=False)
    price_min = PriceField(required=False)
    price_max = PriceField(required=False)
    mixes_with = IdField(required=False)
    sort = SortField(required=False)
    page = PageField(required=False)

    @classmethod
    def read(cls, query: QueryDict) -> Criteria:
        """Return what a query string asks for; of a parameter given twice the last counts."""
        form = cls(query)
        form.full_clean()
        asked = form.cleaned_data
        bpm_min, bpm_max = _in_order(asked["bpm_min"], asked["bpm_max"])
        price_min, price_max = _in_order(asked["price_min"], asked["price_max"])
        return Criteria(
            genres=asked["genre"],
            producer=asked["producer"],
            bpm_min=bpm_min,
            bpm_max=bpm_max,
            any_time=asked["times"] and bool(bpm_min or bpm_max),
            tones=asked["key"],
            price_min=price_min,
            price_max=price_max,
            mixes_with=asked["mixes_with"],
            sort=asked["sort"],
            page=asked["page"],
        )


def _in_order(low: Any, high: Any) -> tuple[Any, Any]:
    """Return the ends of a range, whichever was typed into which field."""
    return (high, low) if low is not None and high is not None and low > high else (low, high)


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
