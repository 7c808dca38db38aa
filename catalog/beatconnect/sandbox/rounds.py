"""Motifs after baskets, wax prints and painted walls."""

import math
from collections.abc import Callable
from random import Random

from PIL.ImageDraw import ImageDraw

from .strokes import SIDE, Inks, Point, chevrons, disc

Place = Callable[[float, float], Point]
_HALF = SIDE // 2


def arcs(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """Quarter circles in rings, each tile turned its own way, so that rings meet and part."""
    ground, *colours = inks
    count = rng.choice((2, 3, 4))
    size = SIDE / count
    sets = [rng.sample(colours, 3) for _ in range(2)]
    for row in range(count):
        for column in range(count):
            x, y = column * size, row * size
            first, second, third = sets[(row + column) % 2]
            draw.rectangle((x, y, x + size, y + size), fill=third if rng.random() < 0.35 else ground)
            cx, cy = x + size * rng.choice((0, 1)), y + size * rng.choice((0, 1))
            quarter = (0 if cx == x else 90) if cy == y else (270 if cx == x else 180)
            for ring, ink in zip((1.0, 0.8, 0.6, 0.4, 0.2), (first, ground, second, ground, first), strict=True):
                reach = size * ring
                draw.pieslice((cx - reach, cy - reach, cx + reach, cy + reach), quarter, quarter + 90, fill=ink)


def basket(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """A coiled bowl seen from above: rings whose colours step round into a spiral or a star."""
    ground, *colours = inks
    draw.rectangle((0, 0, SIDE, SIDE), fill=rng.choice((ground, colours[-1])))
    rings, sectors = rng.choice((7, 9, 11)), rng.choice((6, 8, 10))
    spiral = rng.choice((True, False))
    shades = [ground, *rng.sample(colours, 3)]
    reach = SIDE * rng.choice((0.48, 0.62))
    for ring in range(rings, 0, -1):
        outer = reach * ring / rings
        bent = ring if spiral else abs(ring - rings // 2)
        for sector in range(sectors * 2):
            start = 180 / sectors * (sector + bent * 0.5)
            ink = shades[(sector % 2) * 2 + (ring // 3) % 2]
            box = (_HALF - outer, _HALF - outer, _HALF + outer, _HALF + outer)
            draw.pieslice(box, start, start + 180 / sectors + 0.4, fill=ink)
    disc(draw, _HALF, _HALF, reach / rings * 1.4, shades[1])
    disc(draw, _HALF, _HALF, reach / rings * 0.7, ground)


def sun(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """A sun with rays over bands of land."""
    ground, *colours = inks
    warm, second, third, pale = colours[0], colours[1], colours[2], colours[3]
    draw.rectangle((0, 0, SIDE, SIDE), fill=ground)
    cx, cy, reach = SIDE * rng.choice((0.36, 0.5, 0.64)), SIDE * rng.uniform(0.42, 0.54), SIDE * rng.uniform(0.2, 0.27)
    rays = rng.choice((16, 20, 24, 32))
    for ray in range(rays):
        middle, half = math.tau * ray / rays, math.pi / rays * 0.5
        far = SIDE * 1.3
        tips = [(cx + far * math.cos(middle + turn), cy + far * math.sin(middle + turn)) for turn in (-half, half)]
        draw.polygon([(cx, cy), *tips], fill=third if ray % 2 else second)
    for ring, ink in (
        (1.5, ground),
        (1.38, pale),
        (1.3, ground),
        (1.12, warm),
        (0.8, pale),
        (0.66, warm),
        (0.34, second),
    ):
        disc(draw, cx, cy, reach * ring, ink)
    level = SIDE * rng.uniform(0.66, 0.74)
    draw.rectangle((0, level, SIDE, SIDE), fill=ground)
    teeth = rng.choice((6, 8, 10))
    for band, ink in enumerate(rng.sample((warm, second, pale), 3)):
        top = level + 24 + band * (SIDE - level) / 3
        chevrons(draw, top, (SIDE - level) / 3 * 0.62, SIDE / teeth, ink)


def fans(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """Overlapping fans in rows, each with its ribs: a classic of wax prints."""
    ground, *colours = inks
    draw.rectangle((0, 0, SIDE, SIDE), fill=ground)
    across = rng.choice((2, 2, 3))
    reach = SIDE / across / 2
    ribs = rng.choice((5, 6, 8))
    for row in range(across * 2 + 2):
        first, second = colours[row % 2], colours[2 + row % 2]
        for column in range(-1, across + 1):
            cx, cy = (column * 2 + 1 + row % 2) * reach, row * reach
            disc(draw, cx, cy, reach, ground)
            disc(draw, cx, cy, reach * 0.93, first)
            for rib in range(ribs):
                start = 180 + 180 / ribs * (rib + 0.25)
                box = (cx - reach * 0.86, cy - reach * 0.86, cx + reach * 0.86, cy + reach * 0.86)
                draw.pieslice(box, start, start + 90 / ribs, fill=second)
            for ring, ink in ((0.52, ground), (0.45, second), (0.25, first)):
                disc(draw, cx, cy, reach * ring, ink)


def walls(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """A quarter of nested triangles and squares, mirrored both ways between heavy lines, as on painted walls."""
    ground, *colours = inks
    half = rng.choice((2, 2, 3))
    size = _HALF / half
    plan = [
        (rng.choice((_triangles, _triangles, _corners, _ladder)), rng.choice((True, False)), rng.sample(colours, 3))
        for _ in range(half * half)
    ]
    for row in range(2 * half):
        for column in range(2 * half):
            right, below = column >= half, row >= half
            place = (2 * half - 1 - row if below else row) * half + (2 * half - 1 - column if right else column)
            shape, turned, shades = plan[place]

            def at(x: float, y: float, row: int = row, column: int = column, turned: bool = turned) -> Point:
                """Map the tile's own 0..1 to the square; every quarter mirrors its neighbour."""
                x, y = (1 - x, 1 - y) if turned else (x, y)
                x, y = (1 - x if column >= half else x), (1 - y if row >= half else y)
                return (column + x) * size, (row + y) * size

            shape(draw, at, (ground, *shades))
    for line in range(2 * half + 1):
        draw.line((line * size, 0, line * size, SIDE), fill=ground, width=14)
        draw.line((0, line * size, SIDE, line * size), fill=ground, width=14)


def _triangles(draw: ImageDraw, at: Place, inks: Inks) -> None:
    draw.polygon((at(0, 0), at(1, 0), at(1, 1), at(0, 1)), fill=inks[1])
    for reach, ink in ((1.0, inks[0]), (0.92, inks[2]), (0.66, inks[0]), (0.58, inks[3]), (0.3, inks[0])):
        draw.polygon((at(0, 0), at(reach, 0), at(0, reach)), fill=ink)


def _corners(draw: ImageDraw, at: Place, inks: Inks) -> None:
    for reach, ink in (
        (1.0, inks[1]),
        (0.8, inks[0]),
        (0.73, inks[2]),
        (0.5, inks[0]),
        (0.43, inks[3]),
        (0.2, inks[0]),
    ):
        draw.polygon((at(0, 0), at(reach, 0), at(reach, reach), at(0, reach)), fill=ink)


def _ladder(draw: ImageDraw, at: Place, inks: Inks) -> None:
    draw.polygon((at(0, 0), at(1, 0), at(1, 1), at(0, 1)), fill=inks[1])
    for step in range(4):
        low, high = step / 4, (step + 1) / 4
        draw.polygon((at(0, low), at(1 - low, low), at(1 - low, high), at(0, high)), fill=inks[0])
        draw.polygon((at(0, low), at(0.93 - low, low), at(0.93 - low, high), at(0, high)), fill=inks[2 + step % 2])
