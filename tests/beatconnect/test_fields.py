"""One value at a time: what is forgiven, and what makes its item unreadable."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.beatconnect.fields import LARGEST_ID
from catalog.beatconnect.models import Beat, Order, Problem
from catalog.beatconnect.shapes import read_item


def beat(**fields: Any) -> Beat:
    return Beat.model_validate({"id": 1, **fields})


def problem(model: type[Beat | Order], raw: object) -> Problem:
    found = read_item(model, raw, "items[0]")
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize("value", [12, "12", "012"])
def test_an_id_may_be_written_as_text(value: object) -> None:
    assert Beat.model_validate({"id": value}).id == 12


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, 12.0, Decimal("12.0"), "12.0", "", " 12", "1_2", "٣", "²", "abc", 2**63, "9" * 5000, [], {}],
)
def test_anything_else_is_no_id(value: object) -> None:
    assert problem(Beat, {"id": value}).reason == "id: not an id"


@pytest.mark.parametrize(
    ("value", "price"),
    [
        (50, "50"),
        (0, "0"),
        (Decimal("49.99"), "49.99"),
        (49.99, "49.99"),
        ("29.99", "29.99"),
        ("29.990", "29.99"),
        (Decimal("49.990000000000002"), "49.99"),
        (Decimal("-0.0"), "0"),
        (None, None),
        ("", None),
    ],
)
def test_a_price_is_exact(value: object, price: str | None) -> None:
    assert beat(price=value).price == (None if price is None else Decimal(price))


@pytest.mark.parametrize(
    "value",
    [
        -1,
        "-1",
        "1,50",
        "1e1000000",
        Decimal("1e1000000"),
        "NaN",
        Decimal("NaN"),
        Decimal("Infinity"),
        29.9999,
        float("nan"),
        True,
        [],
        {},
        "R 50",
        "٣",
        10**30,
        "9" * 5000,
        Decimal("1e11"),
        "1e2",
        "0x1",
        ".",
    ],
)
def test_anything_else_is_no_price(value: object) -> None:
    found = problem(Beat, {"id": 5, "price": value})
    assert found.item_id == 5
    assert found.reason.startswith("price: ")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(180, 180), ("180", 180), ("3:00", 180), ("1:02:03", 3723), ("62:03", 3723), ("0:05", 5), (183.6, 184), (0, 0)],
)
def test_a_duration_is_seconds_or_a_clock(value: object, seconds: int) -> None:
    assert beat(duration=value).duration == seconds
    assert beat(length=value).duration == seconds


@pytest.mark.parametrize("value", [-1, "3:60", "3:0", ":30", "1:2:3", "a", True, [], 10**9, "1:61:00", "1:2:3:4"])
def test_anything_else_is_no_duration(value: object) -> None:
    assert problem(Beat, {"id": 1, "duration": value}).reason.startswith("duration: ")


@pytest.mark.parametrize(("value", "bpm"), [(115, "115"), ("115.5", "115.5"), (Decimal("92.456"), "92.46"), (0, None)])
def test_a_tempo_is_a_decimal(value: object, bpm: str | None) -> None:
    assert beat(bpm=value).bpm == (None if bpm is None else Decimal(bpm))


@pytest.mark.parametrize("value", [-1, 1000, "fast", True, Decimal("1e999"), []])
def test_anything_else_is_no_tempo(value: object) -> None:
    assert problem(Beat, {"id": 1, "bpm": value}).reason.startswith("bpm: ")


@pytest.mark.parametrize(
    "value",
    [
        "2023-04-15T12:34:56Z",
        "2023-04-15t12:34:56z",
        "2023-04-15 12:34:56",
        "2023-04-15T12:34:56",
        "2023-04-15T14:34:56+02:00",
        "2023-04-15T14:34:56+0200",
        "2023-04-15T12:34:56.000000000Z",
        1681562096,
    ],
)
def test_a_moment_is_aware_and_utc(value: object) -> None:
    read = beat(created_at=value).created_at
    assert read == datetime(2023, 4, 15, 12, 34, 56, tzinfo=UTC)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "2024-02-30",
        "9999-12-31T23:59:59Z",
        "0001-01-01",
        "yesterday",
        "2024-13-01T00:00:00Z",
        "2024-01-01T25:00:00Z",
        "2024-W01-1",
        "٢٠٢٤-01-01",
        1681562096000,
        -1,
        5,
        True,
        Decimal("1681562096.5"),
        [],
        {},
        "2024-01-01T00:00:00+99:99",
        "2024-01-01T00:00Zulu",
    ],
)
def test_anything_else_is_no_moment(value: object) -> None:
    assert problem(Beat, {"id": 1, "created_at": value}).reason.startswith("created_at: ")


@pytest.mark.parametrize("name", ["title", "producer_name", "key", "audio_url", "cover_image"])
@pytest.mark.parametrize("value", [5, True, [], {}, ["a"], {"a": 1}, Decimal(1)])
def test_only_a_text_is_a_text(name: str, value: object) -> None:
    assert "not a text" in problem(Beat, {"id": 1, name: value}).reason


@pytest.mark.parametrize("value", [-1, 1.0, True, "x", 2**31, []])
def test_only_a_count_is_a_count(value: object) -> None:
    assert "not a count" in problem(Beat, {"id": 1, "play_count": value}).reason


@pytest.mark.parametrize("value", ["", "a b", "x" * 65, "é", "../1", 0, -1, True, None, 1.0, []])
def test_an_order_needs_a_plain_id(value: object) -> None:
    assert problem(Order, {"id": value}).reason == "id: not an order id"


@pytest.mark.parametrize(
    ("value", "currency"),
    [("USD", "USD"), ("zar", "ZAR"), ("ZAR\u202e", "ZAR"), ("₦", "₦"), ("a" * 500, "A" * 8), (" \u200b", None)],
)
def test_a_currency_is_a_short_code_without_controls(value: str, currency: str | None) -> None:
    assert Order.model_validate({"id": 1, "currency": value}).currency == currency


@given(st.integers(1, LARGEST_ID))
def test_every_id_a_database_holds_is_read(number: int) -> None:
    assert Beat.model_validate({"id": number}).id == Beat.model_validate({"id": str(number)}).id == number
