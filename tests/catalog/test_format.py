"""How figures are written in each language."""

from decimal import Decimal

import pytest
from django.utils import translation

from catalog.templatetags.catalog_format import count, money

FIGURES = {
    "en": ["9", "9,999", "12K", "1.2M", "1.2B"],
    "fr": ["9", "9\u202f999", "12\xa0k", "1,2\xa0M", "1,2\xa0Md"],
    "pt": ["9", "9.999", "12\xa0mil", "1,2\xa0mi", "1,2\xa0bi"],
    "sw": ["9", "9,999", "12,345", "1.2M", "1,234,567,890"],
}
PRICES = {"en": "$19.99", "fr": "19,99\xa0$US", "pt": "US$\xa019,99", "sw": "US$\xa019.99"}


@pytest.mark.parametrize("code", FIGURES)
def test_figures_are_short_where_the_language_has_a_short_form(code: str) -> None:
    with translation.override(code):
        assert [count(number) for number in (9, 9_999, 12_345, 1_234_567, 1_234_567_890)] == FIGURES[code]


@pytest.mark.parametrize("code", PRICES)
def test_prices_are_written_as_the_language_does(code: str) -> None:
    with translation.override(code):
        assert money(Decimal("19.99")) == PRICES[code]
