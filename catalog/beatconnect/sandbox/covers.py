"""Covers and avatars: drawn at twice their size and halved, which is all the smoothing they need."""

import io
from random import Random

from PIL import Image, ImageDraw

from .genres import Genre
from .rounds import arcs, basket, fans, sun, walls
from .strokes import SIDE
from .weaves import diamonds, kente, mudcloth, zigzags

_MOTIFS = (kente, arcs, fans, diamonds, sun, zigzags, basket, walls, mudcloth)
_IN_PALETTE_ORDER = (mudcloth, sun)
_QUALITIES = (80, 60, 42, 34)  # finely woven cloth needs more bytes: the first that keeps to the size is taken
_MOST_BYTES = 60_000
_HAIR = "#1a1210"
_AVATAR_SIDE = 800  # drawn; served at half
_SKINS = ("#3b2219", "#4a2c1d", "#5c3826", "#6f4630", "#86573b")


def cover(seed: int, beat_id: int, genre: Genre) -> bytes:
    """Draw a beat's cover, 600 × 600 JPEG, in its genre's colours."""
    rng = Random(f"{seed}:cover:{beat_id}")
    ground, *colours = genre.palette
    rng.shuffle(colours)
    image = Image.new("RGB", (SIDE, SIDE), ground)
    draw = ImageDraw.Draw(image)
    motif = _MOTIFS[(beat_id + rng.choice((0, 0, 4))) % len(_MOTIFS)]  # neighbours seldom look alike
    motif(draw, rng, genre.palette if motif in _IN_PALETTE_ORDER else (ground, *colours))
    return _jpeg(image)


def avatar(seed: int, user_id: int, genre: Genre) -> bytes:
    """Draw a producer, 400 × 400 JPEG: a faceless portrait before a disc."""
    rng = Random(f"{seed}:avatar:{user_id}")
    ground, *colours = genre.palette
    rng.shuffle(colours)
    side, middle = _AVATAR_SIDE, _AVATAR_SIDE // 2
    image = Image.new("RGB", (side, side), colours[0])
    draw = ImageDraw.Draw(image)
    for reach, ink in ((0.47, colours[1]), (0.41, colours[0]), (0.38, colours[1])):
        draw.circle((middle, side * 0.46), side * reach, fill=ink)
    skin = rng.choice(_SKINS)
    hair = rng.choice((_afro, _wrap, _cap, _locks, _short))
    hair(draw, side, ground, colours, behind=True)
    draw.rounded_rectangle((side * 0.42, side * 0.5, side * 0.58, side * 0.8), 60, fill=skin)
    draw.rounded_rectangle((side * 0.16, side * 0.72, side * 0.84, side * 1.3), 190, fill=colours[2])
    draw.chord((side * 0.36, side * 0.6, side * 0.64, side * 0.84), 0, 180, fill=skin)
    for step in range(7):  # an embroidered neckline
        draw.circle((side * (0.29 + 0.07 * step), side * (0.93 - 0.012 * abs(step - 3))), 13, fill=colours[3])
    draw.ellipse((side * 0.35, side * 0.27, side * 0.65, side * 0.66), fill=skin)
    hair(draw, side, ground, colours, behind=False)
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    small = image.reduce(2)
    data = b""
    for quality in _QUALITIES:
        file = io.BytesIO()
        small.save(file, "JPEG", quality=quality, optimize=True)
        data = file.getvalue()
        if len(data) <= _MOST_BYTES:
            break
    return data


def _afro(draw: ImageDraw.ImageDraw, side: int, ground: str, colours: list[str], *, behind: bool) -> None:
    if behind:
        draw.circle((side / 2, side * 0.36), side * 0.26, fill=_HAIR)
    else:
        draw.chord((side * 0.34, side * 0.2, side * 0.66, side * 0.5), 195, 345, fill=_HAIR)


def _short(draw: ImageDraw.ImageDraw, side: int, ground: str, colours: list[str], *, behind: bool) -> None:
    if not behind:
        draw.chord((side * 0.335, side * 0.22, side * 0.665, side * 0.6), 190, 350, fill=_HAIR)


def _wrap(draw: ImageDraw.ImageDraw, side: int, ground: str, colours: list[str], *, behind: bool) -> None:
    if behind:
        return
    for part, ink in enumerate((ground, colours[3], ground)):
        rise = part * side * 0.055
        box = (side * (0.31 + part * 0.015), side * 0.2 - rise, side * (0.69 - part * 0.015), side * 0.4 - rise)
        draw.rounded_rectangle(box, 90, fill=ink)
    draw.circle((side * 0.63, side * 0.14), side * 0.07, fill=colours[3])


def _cap(draw: ImageDraw.ImageDraw, side: int, ground: str, colours: list[str], *, behind: bool) -> None:
    if behind:
        return
    draw.rounded_rectangle((side * 0.335, side * 0.17, side * 0.665, side * 0.37), 40, fill=ground)
    for step in range(6):
        x = side * (0.345 + step * 0.052)
        draw.polygon(
            ((x, side * 0.34), (x + side * 0.026, side * 0.26), (x + side * 0.052, side * 0.34)), fill=colours[3]
        )


def _locks(draw: ImageDraw.ImageDraw, side: int, ground: str, colours: list[str], *, behind: bool) -> None:
    if not behind:
        draw.chord((side * 0.33, side * 0.2, side * 0.67, side * 0.58), 185, 355, fill=_HAIR)
        return
    for step in range(9):
        x = side * (0.3 + step * 0.05)
        draw.rounded_rectangle((x - 24, side * 0.26, x + 24, side * (0.76 - 0.02 * abs(step - 4))), 24, fill=_HAIR)
        if step % 3 == 0:
            draw.rectangle((x - 24, side * 0.62, x + 24, side * 0.64), fill=colours[3])
