"""What all motifs share: the size of the square they fill, and a few marks."""

import math
from collections.abc import Sequence

from PIL.ImageDraw import ImageDraw

SIDE = 1200  # pixels as drawn; covers are served at half
Inks = Sequence[str]  # ground first
Point = tuple[float, float]


def disc(draw: ImageDraw, cx: float, cy: float, reach: float, ink: str) -> None:
    """Fill a circle."""
    draw.ellipse((cx - reach, cy - reach, cx + reach, cy + reach), fill=ink)


def chevrons(draw: ImageDraw, top: float, thick: float, width: float, ink: str) -> None:
    """Draw one band of chevrons from edge to edge, each `width` wide."""
    drop = width * 0.5
    steps = range(-1, math.ceil(SIDE / width * 2) + 2)
    upper: list[Point] = [(step * width / 2, top + (drop if step % 2 else 0)) for step in steps]
    lower: list[Point] = [(x, y + thick) for x, y in reversed(upper)]
    draw.polygon(upper + lower, fill=ink)


def brightness(ink: str) -> float:
    """Return how bright an ink looks, 0 to 255."""
    red, green, blue = (int(ink[start : start + 2], 16) for start in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue
