"""What each kind of value may look like on the wire. A wrong one raises ValueError in our own words."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, TypeVar

from pydantic import AliasChoices, AliasPath, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

Value = TypeVar("Value")

LARGEST_ID = 2**63 - 1  # what a database's big integer holds
LARGEST_COUNT = 2**31 - 1  # and its plain one
LARGEST_PRICE = Decimal("99999999.99")
LONGEST_DURATION = 359_999  # seconds: 99:59:59

_ID = re.compile(r"[0-9]{1,19}")
_COUNT = re.compile(r"[0-9]{1,10}")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,20})?")
_CLOCK = re.compile(r"(?:([0-9]{1,2}):([0-5][0-9])|([0-9]{1,3})):([0-5][0-9])")
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.IGNORECASE,
)

_CENT = Decimal("0.01")
# A float's artefact (49.990000000000002) lies this near to the price it means; 29.9999 does not.
_ARTEFACT = Decimal("0.000001")
_LONGEST_CURRENCY = 8
# Epochs in seconds from 1973 to 2100; one in milliseconds is beyond it.
_FIRST_EPOCH, _LAST_EPOCH = 10**8, 4_102_444_800
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


def _read_id(value: object) -> int:
    if isinstance(value, str) and _ID.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID:
        return value
    raise ValueError("not an id")


def _read_count(value: object) -> int:
    if isinstance(value, str) and _COUNT.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT:
        return value
    raise ValueError("not a count")


def _read_text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("not a text")


def _read_number(value: object) -> Decimal:
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise ValueError("not a number")
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("not a number")
    # By way of its text: Decimal(29.99) would be 29.989999999999998436805981327779591083526611328125.
    number = Decimal(str(value))
    # Compared before any arithmetic: quantizing 1e1000000 raises, formatting it fills a megabyte.
    if not number.is_finite() or not 0 <= number < 10**12:
        raise ValueError("a number out of range")
    return number


def _read_price(value: object) -> Decimal:
    number = _read_number(value)
    price = abs(number.quantize(_CENT, ROUND_HALF_UP))
    if price > LARGEST_PRICE or abs(price - number) > _ARTEFACT:
        raise ValueError("not a price")
    return price


def _read_bpm(value: object) -> Decimal | None:
    bpm = _read_number(value).quantize(_CENT, ROUND_HALF_UP)
    if bpm >= 1000:
        raise ValueError("not a tempo")
    whole = bpm.to_integral_value()
    # 0 is how databases say that nobody measured it.
    return (whole if whole == bpm else bpm) or None


def _read_duration(value: object) -> int:
    clock = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if clock:
        seconds = int(clock[1] or 0) * 3600 + int(clock[2] or clock[3]) * 60 + int(clock[4])
    else:
        seconds = int(_read_number(value).to_integral_value(ROUND_HALF_UP))
    if seconds > LONGEST_DURATION:
        raise ValueError("not a duration")
    return seconds


def _read_moment(value: object) -> datetime:
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, int) and not isinstance(value, bool) and _FIRST_EPOCH <= value < _LAST_EPOCH:
        moment = datetime.fromtimestamp(value, UTC)
    elif isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value.upper())
        except ValueError:
            raise ValueError("not a day of the calendar") from None
    else:
        raise ValueError("not a date")
    if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise ValueError("a date out of range")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _read_reference(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID:
        return str(value)
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    raise ValueError("not an order id")


def _read_currency(value: object) -> str | None:
    # Controls and direction marks could reorder the price beside it; the rest is shown as it came.
    kept = (c for c in _read_text(value) if unicodedata.category(c)[0] not in "CZ")
    return "".join(kept)[:_LONGEST_CURRENCY].upper() or None


def _read_links(value: object) -> dict[str, str]:
    # Not documented at all, so nothing in it may cost a producer their page.
    if not isinstance(value, dict):
        return {}
    return {name: link for name, link in value.items() if isinstance(name, str) and isinstance(link, str) and link}


def _or_none(read: Callable[[object], Value]) -> Callable[[object], Value | None]:
    """As `read`, but null stays None, and so does the empty text by which some APIs say null."""
    return lambda value: None if value is None or value == "" else read(value)


def _read_text_or_none(value: object) -> str | None:
    return None if value is None else _read_text(value)


# Strict ids and references: they become keys and addresses. Everything else may be null.
Id = Annotated[int, BeforeValidator(_read_id)]
Reference = Annotated[str, BeforeValidator(_read_reference)]
OptionalId = Annotated[int | None, BeforeValidator(_or_none(_read_id))]
Count = Annotated[int | None, BeforeValidator(_or_none(_read_count))]
Text = Annotated[str | None, BeforeValidator(_read_text_or_none)]
Price = Annotated[Decimal | None, BeforeValidator(_or_none(_read_price))]
Bpm = Annotated[Decimal | None, BeforeValidator(_or_none(_read_bpm))]
Duration = Annotated[int | None, BeforeValidator(_or_none(_read_duration))]
Moment = Annotated[datetime | None, BeforeValidator(_or_none(_read_moment))]
Currency = Annotated[str | None, BeforeValidator(_or_none(_read_currency))]
Links = Annotated[dict[str, str], BeforeValidator(_read_links)]


def with_telling_names(raw: dict[str, object], fields: Mapping[str, FieldInfo]) -> dict[str, object]:
    """`raw` with each field of several names under its own, if the first that is there is null and a later one isn't.

    By itself pydantic takes the first that is there at all. The first of a field's AliasChoices must be its own name;
    a field that is null under every name stays told as null.
    """
    told = {}
    for name, field in fields.items():
        if not isinstance(field.validation_alias, AliasChoices):
            continue
        values = [value for choice in field.validation_alias.choices for value in _at(raw, choice)]
        telling = [value for value in values if not _is_silent(value)]
        if telling and _is_silent(values[0]):
            told[name] = telling[0]
    return {**raw, **told}


def _at(raw: dict[str, object], choice: str | AliasPath) -> list[object]:
    """What stands under a name or a path, as a list of one, or of none."""
    if isinstance(choice, str):
        return [raw[choice]] if choice in raw else []
    found = choice.search_dict_for_path(raw)
    return [] if found is PydanticUndefined else [found]


def _is_silent(value: object) -> bool:
    # Some APIs say null by an empty text.
    return value is None or value == ""
