"""Draws the picture that is shown where somebody shares a beat: its cover, title, producer, tempo and key."""

import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageDraw

from catalog.covers import letters
from catalog.covers.weave import THREADS, weave

WIDTH, HEIGHT = 1200, 630
# Some messengers show nothing for larger ones.
MOST_BYTES = 300_000
# Tried in this order where a picture is too large: even a picture of nothing but noise fits in the last.
FEWER_COLOURS = (256, 64, 16)
GROUND, TEXT, MUTED, ACCENT = "#16120f", "#f6efe4", "#bcb0a0", "#f2a33a"
EDGE = 12  # the woven band between cover and words
LEFT, RIGHT, TOP, BOTTOM = HEIGHT + EDGE + 44, WIDTH - 44, 64, HEIGHT - 56
ROOM = RIGHT - LEFT
# Type size and lines of a title: as large as it goes.
TITLES = ((68, 3), (56, 4), (44, 5))
PRODUCER, FACTS, SIGN = 34, 40, 26
LEADING = 1.22

# FreeType's fonts are not to be used by two threads at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Shown:
    """What a share picture says; `weave` is drawn where there is no `cover`, WebP as catalog.covers.shrink makes it."""

    title: str
    instead_of_title: str
    producer: str
    bpm: int | None
    key: str
    site_name: str
    weave: int
    cover: bytes | None


def draw_card(shown: Shown) -> bytes:
    """Return the picture as PNG, 1200 × 630."""
    with _one_at_a_time:
        image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
        image.paste(_cover(shown), (0, 0))
        draw = ImageDraw.Draw(image)
        _band(draw, HEIGHT)
        y = _title(draw, shown)
        _producer(draw, shown, y)
        _facts(draw, shown)
    return _png(image)


def _cover(shown: Shown) -> Image.Image:
    cloth = weave(shown.weave, HEIGHT)
    if shown.cover is not None:
        with Image.open(io.BytesIO(shown.cover), formats=["WEBP"]) as picture:
            cover = picture.convert("RGBA").resize((HEIGHT, HEIGHT), Image.Resampling.LANCZOS)
        cloth.paste(cover, (0, 0), cover)
    return cloth


def _band(draw: ImageDraw.ImageDraw, x: int) -> None:
    threads = ("saffron", "soot", "leaf", "soot", "clay", "soot", "hibiscus", "soot", "cream", "soot")
    heights = (24, 4, 12, 4, 24, 4, 12, 4, 24, 4)
    y = 0
    while y < HEIGHT:
        for name, height in zip(threads, heights, strict=True):
            draw.rectangle((x, y, x + EDGE - 1, y + height - 1), fill=THREADS[name])
            y += height


def _title(draw: ImageDraw.ImageDraw, shown: Shown) -> float:
    """Draw the title and return where its last line stands."""
    title = letters.drawable(shown.title) or shown.instead_of_title
    for size, most_lines in TITLES:
        lines, whole = letters.wrap(title, size, ROOM, most_lines)
        # A word that had to be cut is better drawn smaller.
        if whole and len(lines) <= len(title.split()):
            break
    y: float = TOP
    leftward = letters.is_leftward(title)
    for number, line in enumerate(lines):
        y += size * (LEADING if number else 0.8)
        _line(draw, y, line, size, TEXT, leftward=leftward)
    return y


def _producer(draw: ImageDraw.ImageDraw, shown: Shown, y: float) -> None:
    name = letters.drawable(shown.producer)
    for line in letters.wrap(name, PRODUCER, ROOM, 1)[0]:
        _line(draw, y + PRODUCER * 1.75, line, PRODUCER, MUTED, leftward=letters.is_leftward(name))


def _facts(draw: ImageDraw.ImageDraw, shown: Shown) -> None:
    """Draw tempo and key above the shop's sign, a play button cut from cloth, and its name."""
    tempo = f"{shown.bpm} BPM" if shown.bpm else ""
    facts = "  ·  ".join(filter(None, (tempo, letters.drawable(shown.key))))
    if facts:
        lines, _ = letters.wrap(facts, FACTS, ROOM, 1)
        letters.write(draw, (LEFT, BOTTOM - 62), lines[0], FACTS, ACCENT)
    draw.polygon(((LEFT, BOTTOM - 22), (LEFT + 20, BOTTOM - 9), (LEFT, BOTTOM + 4)), fill=ACCENT)
    name, _ = letters.wrap(letters.drawable(shown.site_name), SIGN, ROOM - 34, 1)
    for line in name:
        letters.write(draw, (LEFT + 34, BOTTOM), line, SIGN, TEXT)


def _line(draw: ImageDraw.ImageDraw, y: float, line: str, size: int, fill: str, *, leftward: bool) -> None:
    x = RIGHT - letters.width(line, size) if leftward else LEFT
    letters.write(draw, (x, y), line, size, fill)


def _png(image: Image.Image) -> bytes:
    # The best 256 colours, found at a third of the size, with the grain that hides how few they are; it packs badly.
    best = image.reduce(3).quantize(256, method=Image.Quantize.MEDIANCUT)
    data = _packed(image.quantize(palette=best, dither=Image.Dither.FLOYDSTEINBERG), 8)
    for colours in FEWER_COLOURS:
        if len(data) <= MOST_BYTES:
            break
        plain = image.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        data = _packed(plain, 8 if colours > 16 else 4)
    return data


def _packed(image: Image.Image, bits: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", bits=bits)
    return file.getvalue()
