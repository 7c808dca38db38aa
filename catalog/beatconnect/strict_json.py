"""JSON as the RFC means it: the standard parser takes NaN, doubled keys and floods that this one refuses."""

import json
import re
from decimal import Decimal
from typing import NoReturn

from catalog.beatconnect.errors import Unreadable

MAX_DEPTH = 40
MAX_DIGITS = 20  # of an integer: 64 bits need 19
# Of a fraction: what the shortest text of any 64-bit float needs, with room for zeros.
_LONGEST_FRACTION = 120
_LARGEST_EXPONENT = 324

# Strings are matched whole (also one that never ends, or a flood of quotes would take quadratic time).
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
# The only ways in for NUL and lone surrogates: UTF-8 holds none, and raw control characters are refused.
_UNSAFE_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def loads(body: bytes) -> object:
    """The document in `body`, fractions as Decimal, NULs removed, lone surrogates as U+FFFD; else Unreadable.

    UTF-8 only (a BOM is allowed). Refused: NaN and Infinity, keys given twice, more than 40 levels, integers
    of more than 20 digits, fractions beyond the range of a 64-bit float.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse("is not UTF-8")
    _check_depth(text)
    try:
        document: object = json.loads(
            text,
            parse_int=_read_int,
            parse_float=_read_fraction,
            parse_constant=_refuse_constant,
            object_pairs_hook=_read_object,
        )
    except ValueError:
        document = _BROKEN
    # Raised here and not in the handler: json's own error holds the whole body.
    if document is _BROKEN:
        _refuse("is not JSON")
    return clean(document) if _UNSAFE_ESCAPE.search(text) else document


def clean(value: object) -> object:
    """`value` with what neither databases nor UTF-8 can hold taken out of its texts."""
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return value


_BROKEN = object()


def _refuse(what: str) -> NoReturn:
    raise Unreadable("not_json", f"BeatConnect's answer {what}.") from None


def _refuse_constant(_name: str) -> NoReturn:
    _refuse("holds a number JSON does not have")


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        character = token[0]
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                _refuse("is nested too deeply")
        elif character in "]}":
            depth -= 1


def _read_int(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        _refuse("holds an integer that is too long")
    return int(text)


def _read_fraction(text: str) -> Decimal:
    if len(text) > _LONGEST_FRACTION:
        _refuse("holds a number that is too long")
    try:
        number = Decimal(text)
    except ArithmeticError:
        _refuse("holds a number out of range")
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        _refuse("holds a number out of range")
    return number


def _read_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = {_clean_text(key): value for key, value in pairs}
    if len(found) != len(pairs):
        _refuse("names a key twice")
    return found


def _clean_text(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text.replace("\0", ""))
