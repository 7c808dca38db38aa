"""Keys and tempi, against a table written by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.harmony import (
    FIFTH,
    KEYS,
    LIFT,
    RELATIVE,
    SAME,
    TEMPO_REACH,
    Key,
    key_of,
    neighbours,
    parse_key,
    relation,
    tempo_fit,
    tempo_windows,
)

# Camelot's code, the key, an hour back, an hour on, the relative, two hours on, seven hours on.
WHEEL = """
1A  G#m  12A 2A  1B  3A  8A
2A  Ebm  1A  3A  2B  4A  9A
3A  Bbm  2A  4A  3B  5A  10A
4A  Fm   3A  5A  4B  6A  11A
5A  Cm   4A  6A  5B  7A  12A
6A  Gm   5A  7A  6B  8A  1A
7A  Dm   6A  8A  7B  9A  2A
8A  Am   7A  9A  8B  10A 3A
9A  Em   8A  10A 9B  11A 4A
10A Bm   9A  11A 10B 12A 5A
11A F#m  10A 12A 11B 1A  6A
12A C#m  11A 1A  12B 2A  7A
1B  B    12B 2B  1A  3B  8B
2B  F#   1B  3B  2A  4B  9B
3B  Db   2B  4B  3A  5B  10B
4B  Ab   3B  5B  4A  6B  11B
5B  Eb   4B  6B  5A  7B  12B
6B  Bb   5B  7B  6A  8B  1B
7B  F    6B  8B  7A  9B  2B
8B  C    7B  9B  8A  10B 3B
9B  G    8B  10B 9A  11B 4B
10B D    9B  11B 10A 12B 5B
11B A    10B 12B 11A 1B  6B
12B E    11B 1B  12A 2B  7B
"""
ROWS = [line.split() for line in WHEEL.strip().splitlines()]


def key(text: str) -> Key:
    found = parse_key(text)
    assert found, text
    return found


def test_the_table_is_whole() -> None:
    assert {key(row[1]) for row in ROWS} == set(KEYS)
    assert [key_of(one.number) for one in KEYS] == list(KEYS)
    assert key_of(None) is None
    assert key_of(24) is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_key_stands_where_the_wheel_has_it(row: list[str]) -> None:
    code, name, back, on, relative, two_on, seven_on = row
    mine = key(name)
    assert mine.camelot == code
    assert key(code) == mine
    assert key(mine.name) == mine
    expected = {code: SAME, back: FIFTH, on: FIFTH, relative: RELATIVE, two_on: LIFT, seven_on: LIFT}
    assert {other.camelot: how for other in KEYS if (how := relation(mine, other))} == expected
    assert {other.camelot for other in neighbours(mine)} == {code, back, on, relative}
    assert {other.camelot for other in neighbours(mine, wide=True)} == set(expected)
    assert neighbours(mine)[0] == mine


@pytest.mark.parametrize("one", KEYS, ids=lambda key: key.camelot)
def test_wide_mixing_takes_two_and_seven_whichever_way_they_are_counted(one: Key) -> None:
    semitones = {one.up(2), one.up(7)}
    hours = {key(f"{(int(one.camelot[:-1]) + step - 1) % 12 + 1}{one.camelot[-1]}") for step in (2, 7)}
    assert semitones | hours <= set(neighbours(one, wide=True))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C minor", "5A"),
        ("Cm", "5A"),
        ("CM", "8B"),
        ("c MIN", "5A"),
        ("C# min", "12A"),
        ("C sharp minor", "12A"),
        ("Db Major", "3B"),
        ("D♭", "3B"),
        ("A♭ minor", "1A"),
        ("Bb", "6B"),
        ("Bbm", "3A"),
        ("b", "1B"),
        ("Cb major", "1B"),
        ("E# minor", "4A"),
        ("F#-minor", "11A"),
        ("Gmaj.", "9B"),
        ("5A", "5A"),
        ("05a", "5A"),
        ("12 B", "12B"),
        (" A minor ", "8A"),
    ],
)
def test_keys_are_read_as_people_write_them(text: str, code: str) -> None:
    assert key(text).camelot == code


@pytest.mark.parametrize("text", ["", "H", "C majestic", "13A", "0A", "5C", "minor", "C minor or so", "🎵", "C##"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert parse_key(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_key_or_none(text: str) -> None:
    found = parse_key(text)
    assert found is None or found in KEYS


@pytest.mark.parametrize(
    ("one", "other", "times", "change"),
    [
        (100, 100, 1, 0),
        (100, 95, 1, 0.0526),
        (100, 106, 1, -0.0566),
        (140, 70, 2, 0),
        (70, 140, 0.5, 0),
        (140, 72, 2, -0.0278),
    ],
)
def test_tempi_meet_straight_or_in_half_or_double_time(one: float, other: float, times: float, change: float) -> None:
    fit = tempo_fit(one, other)
    assert fit
    assert (fit.times, fit.change) == (times, pytest.approx(change, abs=1e-4))
    assert fit.semitones == pytest.approx(12 * math.log2(1 + change), abs=0.01)


def test_tempi_too_far_apart_do_not_meet() -> None:
    assert tempo_fit(100, 107) is None
    assert tempo_fit(100, 130) is None


@given(st.integers(20, 400), st.integers(20, 400))
def test_the_windows_hold_exactly_the_tempi_that_fit(one: int, other: int) -> None:
    inside = any(low <= other <= high for low, high in tempo_windows(one))
    assert inside == (tempo_fit(one, other) is not None)
    assert TEMPO_REACH == 0.06
