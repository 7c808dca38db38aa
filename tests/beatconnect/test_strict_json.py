"""Strict JSON: the same as the standard parser for ordinary documents, and a refusal for everything it lets in."""

import json
import time
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.beatconnect.errors import Unreadable
from catalog.beatconnect.strict_json import loads

ordinary_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ordinary = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20) + 1, 10**20 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ordinary_text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ordinary_text, inner, max_size=5),
    max_leaves=20,
)


def as_decimals(value: object) -> object:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, list):
        return [as_decimals(item) for item in value]
    if isinstance(value, dict):
        return {key: as_decimals(item) for key, item in value.items()}
    return value


@given(ordinary, st.booleans(), st.booleans())
def test_ordinary_json_comes_back_as_it_went(value: object, ascii_only: bool, bom: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8-sig" if bom else "utf-8")
    assert loads(body) == as_decimals(value)


@given(st.binary() | st.text(alphabet='[]{}",:\\u0d81eE-+.NaInfity \0').map(lambda text: text.encode()))
@example(b"")
@example(b'"\\')
@example(b'{"\\u0000a":1,"a":2}')
@example(b"1e99999999999999999999999")
@example(b"[1E-99999999999999999999999]")
def test_any_bytes_give_a_value_or_the_one_refusal(body: bytes) -> None:
    # Any other exception fails the test.
    with suppress(Unreadable):
        loads(body)


REFUSED = {
    "nothing": b"",
    "blank": b"  \n",
    "cut": b'{"a":',
    "two documents": b"{}{}",
    "NaN": b'{"price": NaN}',
    "Infinity": b"[Infinity]",
    "minus Infinity": b"[-Infinity]",
    "1e999": b"[1e999]",
    "tiny exponent": b"[1e-999]",
    "giant exponent": b"[1e1000000]",
    "absurd exponent": b"[1e" + b"9" * 30 + b"]",
    "long fraction": b"[0." + b"1" * 500 + b"]",
    "5000 digits": b"[" + b"9" * 5000 + b"]",
    "21 digits": b"[-" + b"9" * 21 + b"]",
    "key given twice": b'{"price": 1, "price": 999}',
    "key given twice, deeper": b'[{"a": {"b": 1, "b": 2}}]',
    "key the same without its NUL": b'{"a\\u0000": 1, "a": 2}',
    "41 levels": b"[" * 41 + b"]" * 41,
    "100,000 levels": b"[" * 100_000,
    "100,000 levels of objects": b'{"a":' * 100_000,
    "invalid UTF-8": b'["\xff"]',
    "surrogate in UTF-8": b'["\xed\xa0\x80"]',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "two BOMs": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "raw NUL": b'["\0"]',
    "raw newline": b'["\n"]',
    "single quotes": b"['a']",
    "trailing comma": b"[1,]",
    "hex": b"[0x1]",
    "leading zero": b"[01]",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_not_strictly_json_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        loads(body)
    assert caught.value.reason == "not_json"


def test_forty_levels_are_read_and_brackets_in_texts_do_not_count() -> None:
    loads(b"[" * 40 + b"]" * 40)
    assert loads(b'["' + b"[{" * 500 + b'\\"[["]') == ["[{" * 500 + '"[[']


def test_what_no_database_holds_is_cleaned_out_of_keys_and_values() -> None:
    body = rb'{"t\u0000itle": ["a\u0000b", "\ud800x", "x\uDFFF", "\ud83c\udfb5"], "\ud800": 1}'
    assert loads(body) == {"title": ["ab", "\ufffdx", "x\ufffd", "🎵"], "\ufffd": 1}


def test_a_fraction_never_passes_a_float() -> None:
    assert loads(b"[29.99, 0.1, 1E+2]") == [Decimal("29.99"), Decimal("0.1"), Decimal(100)]


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 1_000_000, b'"' * 2_000_000, b"[]," * 700_000, b'["' + b"\\" * 2_000_000]
)
def test_two_hostile_megabytes_take_no_quadratic_time(body: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(Unreadable):
        loads(body)
    assert time.monotonic() - begun < 10
