"""Motifs after cloth: kente strips, rugs, bands of chevrons, mud cloth."""

from random import Random

from PIL.ImageDraw import ImageDraw

from .strokes import SIDE, Inks, brightness, chevrons, disc


def kente(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """Strips sewn side by side: blocks of warp stripes between blocks of stepped weft."""
    ground, *colours = inks
    strips = rng.choice((3, 4, 5))
    size = SIDE // strips
    looks = [rng.sample(colours, 3) for _ in range(2)]
    weft = rng.choice((_steps, _checks, _bars))
    for column in range(strips):
        for row in range(strips):
            first, second, third = looks[(column + row // 2) % 2]
            x, y = column * size, row * size
            draw.rectangle((x, y, x + size, y + size), fill=ground)
            if (column + row) % 2:
                weft(draw, x, y, size, (ground, first, second))
            else:
                for part, ink in enumerate((first, ground, second, third, second, ground, first)):
                    left = x + part * size / 7
                    draw.rectangle((left, y, left + size / 7, y + size), fill=ink)
        draw.line((column * size, 0, column * size, SIDE), fill=ground, width=10)


def _steps(draw: ImageDraw, x: float, y: float, size: float, inks: Inks) -> None:
    draw.rectangle((x, y, x + size, y + size), fill=inks[1])
    unit = size / 9
    for row in range(9):
        reach = 4 - abs(row - 4)
        for inset, ink in ((0, inks[0]), (2, inks[2])):
            if reach >= inset:
                left, right = x + (4 - reach + inset) * unit, x + (5 + reach - inset) * unit
                draw.rectangle((left, y + row * unit, right, y + (row + 1) * unit), fill=ink)


def _checks(draw: ImageDraw, x: float, y: float, size: float, inks: Inks) -> None:
    unit = size / 6
    for row in range(6):
        for column in range(6):
            ink = inks[1] if (row + column) % 2 else inks[2] if 0 < row < 5 and 0 < column < 5 else inks[0]
            left, top = x + column * unit, y + row * unit
            draw.rectangle((left, top, left + unit, top + unit), fill=ink)


def _bars(draw: ImageDraw, x: float, y: float, size: float, inks: Inks) -> None:
    for row in range(8):
        top = y + row * size / 8
        draw.rectangle((x, top, x + size, top + size / 8), fill=inks[(1, 0, 2, 1, 1, 2, 0, 1)[row]])


def diamonds(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """Nested lozenges in a lattice, as on woven rugs."""
    ground, *colours = inks
    across, down = rng.choice(((2, 2), (3, 3), (3, 2), (2, 1)))
    wide, high = SIDE / across, SIDE / down
    draw.rectangle((0, 0, SIDE, SIDE), fill=ground)
    shades = rng.sample(colours, 4)
    for row in range(-1, 2 * down + 1):
        for column in range(-1, across + 1):
            cx = column * wide + (row % 2) * wide / 2 + wide / 2
            cy = row * high / 2 + high / 2
            turn = shades if row % 2 else [*shades[2:], *shades[:2]]
            for ring, ink in zip((0.94, 0.72, 0.5, 0.26), (turn[0], ground, turn[1], turn[2]), strict=True):
                _lozenge(draw, cx, cy, wide / 2 * ring, high / 2 * ring, ink)


def _lozenge(draw: ImageDraw, cx: float, cy: float, wide: float, high: float, ink: str) -> None:
    draw.polygon(((cx - wide, cy), (cx, cy - high), (cx + wide, cy), (cx, cy + high)), fill=ink)


def zigzags(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """Bands of chevrons of different weights, with rows of dots and teeth between."""
    ground, *colours = inks
    draw.rectangle((0, 0, SIDE, SIDE), fill=ground)
    teeth = rng.choice((4, 6, 8))
    width, top, turn = SIDE / teeth, 0.0, rng.randrange(4)
    while top < SIDE:
        high = rng.choice((70, 110, 110, 150, 190))
        ink, other = colours[turn % 4], colours[(turn + 1) % 4]
        if high == 70:
            draw.rectangle((0, top, SIDE, top + high), fill=ink)
            for step in range(teeth * 2):
                disc(draw, (step + 0.5) * width / 2, top + high / 2, 20, ground)
        else:
            chevrons(draw, top, high, width, ink)
            chevrons(draw, top + high * 0.5, high * 0.32, width, other)
            top += width * 0.3
        top += high
        turn += rng.choice((1, 1, 2))


def mudcloth(draw: ImageDraw, rng: Random, inks: Inks) -> None:
    """Pale marks on a dark cloth, panel by panel, a little unsteady as if by hand."""
    ground, accent, pale = inks[0], *sorted(inks[1:], key=brightness)[-2:]
    draw.rectangle((0, 0, SIDE, SIDE), fill=ground)
    rows = rng.choice((3, 4))
    size = SIDE / rows
    for row in range(rows):
        mark = rng.choice((_crosses, _waves, _rounds, _arrows, _ladders))
        ink = accent if rng.random() < 0.3 else pale
        cells = rows + rng.choice((0, 0, 1))
        for cell in range(cells):
            wide = SIDE / cells
            cx, cy = wide * (cell + 0.5) + rng.uniform(-8, 8), size * (row + 0.5) + rng.uniform(-8, 8)
            mark(draw, cx, cy, min(wide, size) * 0.36, ink)
        for line in (-12, 12):
            y = size * (row + 1) + line
            draw.line([(x, y + rng.uniform(-5, 5)) for x in range(-60, SIDE + 61, 120)], fill=pale, width=9)


def _crosses(draw: ImageDraw, cx: float, cy: float, reach: float, ink: str) -> None:
    for dx, dy in ((1, 1), (1, -1)):
        draw.line((cx - reach * dx, cy - reach * dy, cx + reach * dx, cy + reach * dy), fill=ink, width=24)
    for dx, dy in ((0, -1), (0, 1), (-1, 0), (1, 0)):
        disc(draw, cx + dx * reach * 0.85, cy + dy * reach * 0.85, 17, ink)


def _waves(draw: ImageDraw, cx: float, cy: float, reach: float, ink: str) -> None:
    for shift in (-0.7, 0.0, 0.7):
        steps = [
            (cx + (step / 4 - 1) * reach * 1.3, cy + reach * (shift + (0.25 if step % 2 else -0.25)))
            for step in range(9)
        ]
        draw.line(steps, fill=ink, width=20, joint="curve")


def _rounds(draw: ImageDraw, cx: float, cy: float, reach: float, ink: str) -> None:
    for ring in (1.05, 0.62):
        box = (cx - reach * ring, cy - reach * ring, cx + reach * ring, cy + reach * ring)
        draw.ellipse(box, outline=ink, width=20)
    disc(draw, cx, cy, reach * 0.2, ink)


def _arrows(draw: ImageDraw, cx: float, cy: float, reach: float, ink: str) -> None:
    for shift in (-0.8, -0.2, 0.4):
        tip = cy + reach * shift
        draw.line(
            ((cx - reach, tip + reach * 0.6), (cx, tip), (cx + reach, tip + reach * 0.6)),
            fill=ink,
            width=22,
            joint="curve",
        )


def _ladders(draw: ImageDraw, cx: float, cy: float, reach: float, ink: str) -> None:
    for side in (-0.8, 0.8):
        draw.line((cx + reach * side, cy - reach, cx + reach * side, cy + reach), fill=ink, width=20)
    for step in (-0.66, 0.0, 0.66):
        draw.line((cx - reach * 0.8, cy + reach * step, cx + reach * 0.8, cy + reach * step), fill=ink, width=20)
