"""How a player on another site is to look, and what an oEmbed consumer asks; read as leniently as other queries."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

CARD, STRIP = "card", "strip"
# The picture is as wide as the card; below it stand the words and the controls.
CARD_WIDTH, CARD_TEXT_HEIGHT = 340, 176
STRIP_WIDTH, STRIP_HEIGHT = 600, 132
SMALLEST_WIDTH = 200
LARGEST_SIZE = 10_000


class ChoiceField(forms.Field):
    """One of a few words, the first where it is none of them."""

    def __init__(self, *choices: str) -> None:
        super().__init__(required=False)
        self.choices = choices

    def to_python(self, value: Any) -> str:
        return value if value in self.choices else self.choices[0]


class SizeField(forms.Field):
    def to_python(self, value: Any) -> int | None:
        digits = value if isinstance(value, str) and re.fullmatch(r"[0-9]{1,5}", value) else ""
        return min(int(digits), LARGEST_SIZE) or None if digits else None


class LookForm(forms.Form):
    """`layout` (card or strip) and `theme` (dark, light, or as the visitor's device has it)."""

    layout = ChoiceField(CARD, STRIP)
    theme = ChoiceField("", "dark", "light")

    @classmethod
    def read(cls, query: QueryDict) -> dict[str, str]:
        form = cls(query)
        form.full_clean()
        return dict(form.cleaned_data)


@dataclass(frozen=True)
class Size:
    layout: str
    width: int
    height: int


class OembedForm(forms.Form):
    """`url`, `format`, `maxwidth` and `maxheight`, as the oEmbed specification names them."""

    url = forms.CharField(required=False, max_length=2_000)
    format = forms.CharField(required=False, max_length=20)
    maxwidth = SizeField(required=False)
    maxheight = SizeField(required=False)

    @classmethod
    def read(cls, query: QueryDict) -> dict[str, Any]:
        form = cls(query)
        form.full_clean()
        return form.cleaned_data


def fitting_size(maxwidth: int | None, maxheight: int | None) -> Size:
    """Return the size of a player that fits: a card where there is room for one, else a strip."""
    width = min(maxwidth or CARD_WIDTH, CARD_WIDTH)
    height = width + CARD_TEXT_HEIGHT
    if width >= SMALLEST_WIDTH and (not maxheight or height <= maxheight):
        return Size(CARD, width, height)
    return Size(STRIP, min(maxwidth or STRIP_WIDTH, STRIP_WIDTH), min(maxheight or STRIP_HEIGHT, STRIP_HEIGHT))
