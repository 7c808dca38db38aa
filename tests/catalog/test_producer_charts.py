"""A producer's charts: every beat is in one bar, and bars are as long as what they count."""

import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.harmony import KEYS, parse_key
from catalog.producer_charts import MOST_COLUMNS, columns, plays_by_month, price_spread, spread, wheel
from catalog.producer_figures import median


def plain(low: int, high: int) -> str:
    return f"{low}-{high}"


def test_bars_reach_what_they_count() -> None:
    drawn = columns([("a", 5), ("b", 0), ("c", 10)])
    assert [(part.x, part.y, part.height) for part in drawn.parts] == [
        ("1", "50", "50"),
        ("81", "100", "0"),
        ("161", "0", "100"),
    ]
    assert (drawn.first, drawn.last, drawn.top) == ("a", "c", 10)


def test_nothing_is_drawn_as_nothing() -> None:
    assert columns([]).rows == spread({}, plain).rows == plays_by_month({}, str).rows == ()
    assert columns([("a", 0)]).parts[0].height == "0"
    assert {field.heat for field in wheel({})} == {0}


def test_tempi_are_drawn_in_few_steps_of_a_round_width() -> None:
    drawn = spread({88: 3, 92: 1, 127: 2}, plain)
    assert drawn.rows[0] == ("85-89", 3)
    assert drawn.rows[-1] == ("125-129", 2)
    assert spread({112: 4}, plain).rows == (("110-114", 4),)


@given(st.dictionaries(st.integers(0, 100_000), st.integers(1, 50), min_size=1))
def test_every_beat_is_in_one_bar_and_there_are_never_many(counts: dict[int, int]) -> None:
    rows = spread(counts, plain).rows
    assert sum(number for _, number in rows) == sum(counts.values())
    assert len(rows) <= MOST_COLUMNS + 1
    assert rows[0][1]
    assert rows[-1][1]


def test_prices_are_drawn_by_whole_money() -> None:
    prices = {Decimal("0"): 1, Decimal("29.99"): 2, Decimal("29.50"): 1, Decimal("49.99"): 1}
    drawn = price_spread(prices, plain)
    assert [row for row in drawn.rows if row[1]] == [("0-4", 1), ("25-29", 3), ("45-49", 1)]


def test_months_have_no_gaps_and_many_become_years() -> None:
    def name(day: date, is_year: bool) -> str:
        return f"{day:%Y}" if is_year else f"{day:%Y-%m}"

    drawn = plays_by_month({date(2025, 11, 1): 7, date(2026, 2, 1): 9}, name)
    assert drawn.rows == (("2025-11", 7), ("2025-12", 0), ("2026-01", 0), ("2026-02", 9))
    drawn = plays_by_month({date(2021, 3, 1): 1, date(2021, 5, 1): 2, date(2026, 2, 1): 9}, name)
    assert drawn.rows == (("2021", 3), ("2022", 0), ("2023", 0), ("2024", 0), ("2025", 0), ("2026", 9))
    assert len(plays_by_month({date(2000, 1, 1): 1, date(2026, 1, 1): 1}, name).rows) == 2 * MOST_COLUMNS


def test_the_wheel_has_every_key_once_at_its_hour() -> None:
    tones = {key.number: 0 for key in KEYS}
    c_minor = parse_key("C minor")
    assert c_minor
    fields = wheel(tones | {c_minor.number: 8, 0: 1})
    assert sorted(field.code for field in fields) == sorted(key.camelot for key in KEYS)
    by_code = {field.code: field for field in fields}
    assert (by_code["5A"].name, by_code["5A"].beats, by_code["5A"].heat) == ("C minor", 8, 4)
    assert (by_code["8B"].beats, by_code["8B"].heat) == (1, 1)
    assert by_code["1A"].heat == 0
    for code, field in by_code.items():
        angle = math.atan2(float(field.x) - 100, 100 - float(field.y)) % math.tau
        assert round(angle / math.tau * 12) % 12 == int(code[:-1]) % 12


@pytest.mark.parametrize(
    ("counts", "middle"),
    [({}, None), ({5: 1}, 5), ({1: 1, 2: 1}, Decimal("1.5")), ({1: 3, 9: 1}, 1), ({1: 1, 5: 1, 9: 3}, 9)],
)
def test_the_median_is_the_middle_one(counts: dict[int, int], middle: Decimal | None) -> None:
    assert median(counts) == middle


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_the_median_is_that_of_the_values_laid_out(values: list[int]) -> None:
    laid_out = sorted(values)
    counts = {value: values.count(value) for value in values}
    assert median(counts) == Decimal(laid_out[len(values) // 2] + laid_out[(len(values) - 1) // 2]) / 2
