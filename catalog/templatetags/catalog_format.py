"""How figures, money, lengths and dates are written for a listener."""

import functools
import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_compact_decimal, format_currency, format_decimal
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext, to_locale

register = template.Library()

WEAVES = 12  # static/css/components/weave.css draws weave-0 to weave-11
_COMPACT_FROM = 10_000  # below it the exact figure is just as short
_ACCIDENTAL = re.compile(r"^([A-G])([#b])")
_SIGNS = {"#": "♯", "b": "♭"}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@register.filter
def money(price: Decimal | None) -> str:
    """The price as the reader's language writes it, 'Free' for nothing; empty when there is none."""
    if price is None:
        return ""
    if not price:
        return gettext("Free")
    return _money(price, settings.BEATCONNECT_CURRENCY, _locale())


@register.filter
def money_in(amount: Decimal | None, currency: str) -> str:
    """An amount in a currency of its own, which may be any: an unknown one is written out, none leaves the figure."""
    if amount is None:
        return ""
    if not currency:
        return format_decimal(amount, format="#,##0.00", locale=_locale())
    return format_currency(amount, currency, locale=_locale(), currency_digits=amount == amount.to_integral_value())


@register.filter
def money_round(price: Decimal | None) -> str:
    """A round sum without its zeros, for ranges: $20, and $19.99 as it is."""
    if price is None:
        return ""
    pattern = _locale().currency_formats["standard"].pattern
    whole = price == price.to_integral_value()
    pattern = pattern.replace(".00", "") if whole else pattern
    return format_currency(
        price, settings.BEATCONNECT_CURRENCY, format=pattern, locale=_locale(), currency_digits=not whole
    )


@register.filter
def count(number: int | None) -> str:
    """1,234 in full, 12K and 1.2M short."""
    return "" if number is None else _count(number, _locale())


@register.filter
def exact(number: int | None) -> str:
    """1,234,567: for titles and running text, where the short form would hide something."""
    return "" if number is None else format_decimal(number, locale=_locale())


@register.filter
def duration(seconds: float | None) -> str:
    """m:ss, or h:mm:ss from an hour on; empty when unknown."""
    whole = _whole(seconds)
    if whole is None:
        return ""
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def iso_duration(seconds: float | None) -> str:
    """PT3M20S, for <time datetime>; empty when unknown."""
    whole = _whole(seconds)
    return "" if whole is None else f"PT{whole // 60}M{whole % 60}S"


@register.filter
def iso_moment(moment: datetime | None) -> str:
    """2026-11-24T11:49:19+00:00, for <time datetime>, which knows no millionths of a second."""
    return moment.isoformat(timespec="seconds") if moment else ""


@register.filter
def key_signs(key: str | None) -> str:
    """The key as musicians write it: F♯ minor, E♭ major."""
    return _ACCIDENTAL.sub(lambda found: found[1] + _SIGNS[found[2]], key or "")


@register.filter
def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """'3 days ago': one unit, coarse on purpose; the exact date stands in the title beside it."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = int(((now or timezone.now()) - aware).total_seconds())
    days = seconds // _DAY
    if seconds < _MINUTE:  # a clock ahead of ours counts as now
        return gettext("just now")
    if seconds < _HOUR:
        return _past(ngettext("%d minute ago", "%d minutes ago", seconds // _MINUTE), seconds // _MINUTE)
    if days < 1:
        return _past(ngettext("%d hour ago", "%d hours ago", seconds // _HOUR), seconds // _HOUR)
    if days < 14:
        return _past(ngettext("%d day ago", "%d days ago", days), days)
    if days < 60:
        return _past(ngettext("%d week ago", "%d weeks ago", days // 7), days // 7)
    if days < 730:
        return _past(ngettext("%d month ago", "%d months ago", days // 30), days // 30)
    return _past(ngettext("%d year ago", "%d years ago", days // 365), days // 365)


@register.filter
def next_minute(moment: datetime | None) -> str:
    """14:05 UTC, never before the moment itself: for when something may be tried again."""
    return date_format(moment + timedelta(seconds=59), "H:i T") if moment else ""


@register.filter
def weave(number: int | None) -> int:
    """Which of the woven patterns stands in for a missing cover: the same for the same id."""
    # Multiplied, so that neighbours in a list (ids one apart) don't walk through the palette in order.
    return (number or 0) * 7 % WEAVES


def _past(sentence: str, number: int) -> str:
    return sentence % number


def _whole(seconds: float | None) -> int | None:
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return None
    return int(seconds)


@functools.lru_cache(maxsize=4096)  # a page of filters has a hundred of them, most of them small
def _count(number: int, locale: Locale) -> str:
    if abs(number) < _COMPACT_FROM or not _has_short_form(number, locale):
        return format_decimal(number, locale=locale)
    return format_compact_decimal(number, locale=locale, fraction_digits=1 if abs(number) >= 1_000_000 else 0)


@functools.lru_cache(maxsize=4096)  # keyed by what the catalogue charges, never by what a visitor types
def _money(price: Decimal, currency: str, locale: Locale) -> str:
    return format_currency(price, currency, locale=locale)


def _has_short_form(number: int, locale: Locale) -> bool:
    # Babel takes patterns apart wrongly that have another form for negative figures ("elfu 0;elfu -0" in Swahili):
    # 12,345 would read elfu 1234.
    size = "1" + "0" * (len(str(abs(number))) - 1)
    pattern = locale.compact_decimal_formats["short"]["other"].get(size)
    return pattern is None or ";" not in pattern.pattern


def _locale() -> Locale:
    return _parse(get_language() or settings.LANGUAGE_CODE)


@functools.lru_cache(maxsize=32)
def _parse(language: str) -> Locale:
    try:
        return Locale.parse(to_locale(language))
    except (ValueError, UnknownLocaleError):
        return Locale("en")
