"""Rectangles of a chart. Pure; templates draw them, style sheets colour them.

Coordinates are texts: a template would write numbers as the language does, "12,5".
"""

from dataclasses import dataclass

# A drawing's own units; it is stretched to whatever room there is.
WIDTH, HEIGHT = 240.0, 100.0
GAP = 2.0  # between bars


@dataclass(frozen=True)
class Part:
    """A rectangle, and the class it is coloured by."""

    slug: str
    x: str
    y: str
    width: str
    height: str


def part(slug: str, x: float, y: float, width: float, height: float) -> Part:
    return Part(slug, written(x), written(y), written(width), written(height))


def written(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def round_up(peak: int) -> int:
    """Return the next 5, 10, 20, 50, … above."""
    unit = 1
    while True:
        for factor in (5, 10, 20):
            if peak <= factor * unit:
                return factor * unit
        unit *= 10
