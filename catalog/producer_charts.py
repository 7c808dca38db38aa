"""A producer's charts: what their catalogue is made of, drawn. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.drawing import GAP, HEIGHT, WIDTH, Part, part, round_up, written
from catalog.harmony import KEYS

MOST_COLUMNS = 12
# The Camelot wheel's rings, from the middle of a 200 by 200 square: minors inside, majors outside.
MIDDLE, RINGS = 100.0, {True: (44.0, 70.0), False: (72.0, 98.0)}
HOURS = 12
HEATS = 4  # shades of the wheel's fields: 0 is none

Rows = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Columns:
    """Bars side by side: the drawing, and the same as a table."""

    parts: tuple[Part, ...]
    rows: Rows

    @property
    def first(self) -> str:
        return self.rows[0][0] if self.rows else ""

    @property
    def last(self) -> str:
        return self.rows[-1][0] if len(self.rows) > 1 else ""

    @property
    def top(self) -> int:
        """Return what the highest bar stands for."""
        return max((number for _, number in self.rows), default=0)


@dataclass(frozen=True)
class Field:
    """A key on the wheel: its outline, how dark it is, and its name with where that stands."""

    path: str
    heat: int
    code: str
    name: str
    beats: int
    x: str
    y: str


def columns(rows: Sequence[tuple[str, int]]) -> Columns:
    top = max((number for _, number in rows), default=0) or 1
    step = WIDTH / max(1, len(rows))
    return Columns(
        parts=tuple(
            part("bar", at * step + GAP / 2, HEIGHT * (1 - number / top), step - GAP, HEIGHT * number / top)
            for at, (_, number) in enumerate(rows)
        ),
        rows=tuple(rows),
    )


def spread(counts: Mapping[int, int], name: Callable[[int, int], str]) -> Columns:
    """Draw whole numbers in steps of one width, few enough to see; `name` writes a step from its ends."""
    if not counts:
        return columns([])
    low, high = min(counts), max(counts)
    step = round_up((high - low) // MOST_COLUMNS + 1)
    bins = range(low // step, high // step + 1)
    rows = [
        (name(at * step, at * step + step - 1), sum(n for value, n in counts.items() if value // step == at))
        for at in bins
    ]
    return columns(rows)


def price_spread(prices: Mapping[Decimal, int], name: Callable[[int, int], str]) -> Columns:
    """Draw prices by whole units of money."""
    whole: dict[int, int] = {}
    for price, number in prices.items():
        whole[int(price)] = whole.get(int(price), 0) + number
    return spread(whole, name)


def plays_by_month(plays: Mapping[date, int], name: Callable[[date, bool], str]) -> Columns:
    """Draw plays by month of release, without gaps; by year where there are too many months."""
    if not plays:
        return columns([])
    first, last = min(plays), max(plays)
    months = [date(at // 12, at % 12 + 1, 1) for at in range(_month(first), _month(last) + 1)]
    if len(months) <= 2 * MOST_COLUMNS:
        return columns([(name(month, False), plays.get(month, 0)) for month in months])
    years = range(max(first.year, last.year - 2 * MOST_COLUMNS + 1), last.year + 1)
    return columns(
        [(name(date(year, 1, 1), True), sum(n for day, n in plays.items() if day.year == year)) for year in years]
    )


def wheel(tones: Mapping[int, int]) -> tuple[Field, ...]:
    """Draw how many beats there are in each key, clockwise round the Camelot wheel, majors after minors."""
    top = max(tones.values(), default=0)
    fields = []
    for key in sorted(KEYS, key=lambda key: (not key.minor, int(key.camelot[:-1]))):
        hour, beats = int(key.camelot[:-1]), tones.get(key.number, 0)
        inner, outer = RINGS[key.minor]
        x, y = _at(hour, (inner + outer) / 2)
        heat = math.ceil(HEATS * beats / top) if beats else 0
        fields.append(Field(_outline(hour, inner, outer), heat, key.camelot, key.name, beats, x, y))
    return tuple(fields)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _at(hour: float, radius: float) -> tuple[str, str]:
    """Return a place by the hour on a clock's face."""
    angle = math.tau * hour / HOURS
    return written(MIDDLE + radius * math.sin(angle)), written(MIDDLE - radius * math.cos(angle))


def _outline(hour: int, inner: float, outer: float) -> str:
    before, after = hour - 0.48, hour + 0.48
    (ax, ay), (bx, by) = _at(before, outer), _at(after, outer)
    (cx, cy), (dx, dy) = _at(after, inner), _at(before, inner)
    out, back = written(outer), written(inner)
    return f"M{ax} {ay}A{out} {out} 0 0 1 {bx} {by}L{cx} {cy}A{back} {back} 0 0 0 {dx} {dy}Z"
