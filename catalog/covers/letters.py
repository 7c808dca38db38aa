"""Which font draws which letters, how wide they become, and how they are drawn: any script, and never an error.

Noto Sans comes with the storefront (Latin with all its African letters, Greek, Cyrillic; Arabic). What it lacks is
looked for in the fonts of this machine (Debian's fonts-noto-core and fonts-noto-cjk); what nobody has is left out.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

WEIGHT, WIDTH = 700, 100
SYSTEM_FONTS = Path("/usr/share/fonts")
_SYSTEM_NAMES = re.compile(r"(NotoSans(?!Mono)\w*-Bold|NotoSansCJK-Bold|DejaVuSans-Bold)\.(ttf|otf|ttc)")
_MOST_SYSTEM_FONTS = 80
_NOBODY_HAS = "\U0010ffff"
# Read from one size: what a font holds doesn't depend on it.
_PROBE = 16
# Arabic joins its letters and Hebrew runs leftwards only where the layout engine is there (libfribidi on the machine).
_SHAPES = bool(features.check("raqm"))


@functools.cache
def _paths() -> tuple[str, ...]:
    """Return the font files, those that the storefront brings first."""
    own = [
        files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf",
        files("fontpkg_noto_sans_arabic") / "files" / "NotoSansArabic[wdth,wght].ttf",
    ]
    found = sorted(SYSTEM_FONTS.rglob("*.*")) if SYSTEM_FONTS.is_dir() else []
    system = [path for path in found if _SYSTEM_NAMES.fullmatch(path.name)]
    return tuple(str(path) for path in [*own, *system[:_MOST_SYSTEM_FONTS]])


@functools.lru_cache(maxsize=256)  # fonts times the few sizes of a card
def _font(path: str, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        font = ImageFont.truetype(path, size)
        if "[" in Path(path).name:
            font.set_variation_by_axes([WEIGHT, WIDTH])
    except OSError:
        return None  # a broken file among the machine's fonts
    return font


@functools.lru_cache(maxsize=8192)
def _has(path: str, letter: str) -> bool:
    """Tell whether a font has a letter: it draws the sign for what is missing otherwise."""
    font = _font(path, _PROBE)
    if font is None:
        return False
    drawn, missing = font.getmask(letter), font.getmask(_NOBODY_HAS)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


@functools.lru_cache(maxsize=4096)
def _path_for(letter: str) -> str:
    """Return the first font file that has a letter, "" if none has."""
    return next((path for path in _paths() if _has(path, letter)), "")


def drawable(text: str) -> str:
    """Return a text without what can't be drawn: letters that no font has, with their marks, and controls."""
    kept, lost = "", True
    for char in text:
        if not _is_mark(char):
            lost = not char.isspace() and not (_is_visible(char) and _path_for(char))
        # A mark that has lost its letter would stand on its neighbour.
        if not lost and (char.isspace() or _path_for(char)):
            kept += char
    return " ".join(kept.split())


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] != "C"


def is_leftward(text: str) -> bool:
    """Tell whether a text runs from right to left, as its first letter that has a direction says."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def _runs(text: str) -> list[tuple[str, str]]:
    """Return the parts that one font draws, each with it, from left to right."""
    parts: list[tuple[str, str]] = []
    for path, letters in groupby(_with_fonts(text), key=lambda pair: pair[1]):
        parts.append(("".join(letter for letter, _ in letters), path))
    return parts[::-1] if is_leftward(text) else parts


def _with_fonts(text: str) -> Iterator[tuple[str, str]]:
    before = _paths()[0]
    for char in text:
        # Spaces and marks stay with the letter before them where its font has them.
        stays = char.isspace() or (_is_mark(char) and _has(before, char))
        path = before if stays else _path_for(char)
        if path:
            before = path
            yield char, path


def _ready(text: str) -> tuple[str, str | None]:
    """Return a run as it is to be drawn, and its direction for the layout engine."""
    leftward = is_leftward(text)
    if not _SHAPES:
        return (text[::-1] if leftward else text), None
    return text, "rtl" if leftward else "ltr"


def width(text: str, size: int) -> float:
    """Return how many pixels wide a text becomes."""
    total = 0.0
    for run, path in _runs(text):
        font = _font(path, size)
        if font is not None:
            shown, direction = _ready(run)
            total += font.getlength(shown, direction=direction)
    return total


def write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: str) -> None:
    """Draw one line; `at` is the left end of its base line."""
    x, y = at
    for run, path in _runs(text):
        font = _font(path, size)
        if font is not None:
            shown, direction = _ready(run)
            draw.text((x, y), shown, font=font, fill=fill, anchor="ls", direction=direction)
            x += font.getlength(shown, direction=direction)


def wrap(text: str, size: int, room: float, most_lines: int) -> tuple[list[str], bool]:
    """Return a text in lines no wider than `room`, and whether all of it found a place; else it ends in an ellipsis."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most_lines:
        line = _line(rest, size, room)
        lines.append(line.strip())
        rest = rest[len(line) :].lstrip()
    if rest and lines:
        last = lines[-1]
        while last and width(f"{last}…", size) > room:
            last = last[:-1].rstrip()
        lines[-1] = f"{last}…"
    return lines, not rest


def _line(text: str, size: int, room: float) -> str:
    """Return as much of a text as goes into one line: whole words, or letters of a word that is too long by itself."""
    fits = _longest(text, size, room)
    if fits == len(text) or text[fits].isspace():
        return text[:fits]
    words = text[:fits].rfind(" ")
    return text[: words + 1] if words > 0 else text[:fits]


def _longest(text: str, size: int, room: float) -> int:
    low, high = 1, min(len(text), 120)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(text[:middle], size) <= room else (low, middle - 1)
    # Not between a letter and its marks.
    while 1 < low < len(text) and _is_mark(text[low]):
        low -= 1
    return low
