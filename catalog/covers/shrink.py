"""Turns what a media host sent into pictures of ours: known kinds only, bounded before they are decoded, redrawn.

Nothing of the original's bytes is served: no metadata, no script, no second frame. Pure.
"""

import io
import struct
import warnings
from contextlib import suppress

from PIL import Image, ImageOps

from catalog.models.mirror import COVER_WIDTHS

# A JPEG of 4,000 × 4,000, the most that music shops ask for, and a little. The other kinds can't be decoded smaller
# than they are, and may hold three copies of themselves meanwhile: 3,000 × 3,000, some 110 MB.
MOST_PIXELS = 4096 * 4096
MOST_PIXELS_WHOLE = 3072 * 3072
LONGEST_SIDE = 10_000
# What is smaller is a tracking pixel or a mistake: the woven pattern looks better.
SHORTEST_SIDE = 16
QUALITY = 72
# 4 makes files 3 % larger than 6 in half the time.
EFFORT = 4

# What Pillow and the decoders under it raise on what a stranger can send.
_TROUBLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    RuntimeError,
    struct.error,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class NotAPicture(Exception):
    """It is nothing that we would show; the text is the kind of trouble, without a word of the original."""


def kind_of(data: bytes) -> str:
    """Return the format that the first bytes tell, "" for none that we take: whatever the file is called."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in {b"avif", b"avis"}:
        return "AVIF"
    return ""


def shrink(data: bytes) -> dict[int, bytes]:
    """Return a cover as WebP, square, for each of COVER_WIDTHS; never larger than it came. NotAPicture otherwise."""
    kind = kind_of(data)
    if not kind:
        raise NotAPicture("unknown_kind")
    try:
        with warnings.catch_warnings():
            # Pillow complains of odd files on standard error; a bomb's warning is as good as its error.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # The one decoder that the first bytes name: a file can't choose another.
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                _check_size(image)
                upright = _decode(image)
            return {width: _webp(upright, width) for width in COVER_WIDTHS}
    except _BOMBS as bomb:
        raise NotAPicture("too_many_pixels") from bomb
    except _TROUBLE as trouble:
        raise NotAPicture("broken") from trouble


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if min(width, height) < SHORTEST_SIDE:
        raise NotAPicture("too_small")
    most = MOST_PIXELS if image.format in {"JPEG", "MPO"} else MOST_PIXELS_WHOLE
    if max(width, height) > LONGEST_SIDE or width * height > most:
        raise NotAPicture("too_many_pixels")


def _decode(image: Image.Image) -> Image.Image:
    """Return the first frame, upright, in colours that WebP knows, and no larger than is needed."""
    # A JPEG is decoded at the next eighth above the size wanted: faster, and in a fraction of the memory.
    largest = max(COVER_WIDTHS)
    image.draft("RGB", (largest, largest))
    image.load()
    _check_size(image)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256, "L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode in {"1", "P", "PA"}:
        image = image.convert(mode)
    image = image.reduce(max(1, min(image.size) // (2 * largest)))
    with suppress(*_TROUBLE):  # an absurd EXIF block turns nothing, and spoils nothing
        image = ImageOps.exif_transpose(image)
    return image.convert(mode)


def _webp(image: Image.Image, width: int) -> bytes:
    # The page's box is square and would cut the same: what it hides isn't worth its bytes.
    side = min(width, *image.size)
    square = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    square.save(file, "WEBP", quality=QUALITY, method=EFFORT)
    return file.getvalue()
