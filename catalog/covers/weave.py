"""The woven pattern of a beat without a cover, drawn as static/css/components/weave.css draws it."""

from PIL import Image, ImageDraw

# The threads, as static/css/tokens.css names them.
THREADS = {
    "saffron": "#f2a33a",
    "clay": "#b4532a",
    "leaf": "#2f9e6e",
    "hibiscus": "#d9483b",
    "indigo": "#27407a",
    "cream": "#efdcb4",
    "soot": "#231a14",
    "plum": "#6a2744",
}
# Of each pattern the threads a, b, c and d, and how many cells stand side by side.
WEAVES = (
    ("saffron", "soot", "leaf", "hibiscus", 4),
    ("cream", "indigo", "saffron", "cream", 4),
    ("hibiscus", "soot", "cream", "saffron", 3),
    ("leaf", "soot", "saffron", "cream", 4),
    ("saffron", "plum", "cream", "clay", 5),
    ("clay", "cream", "indigo", "soot", 4),
    ("saffron", "indigo", "hibiscus", "leaf", 3),
    ("cream", "clay", "soot", "saffron", 5),
    ("indigo", "soot", "hibiscus", "cream", 4),
    ("saffron", "leaf", "soot", "cream", 3),
    ("plum", "soot", "saffron", "leaf", 5),
    ("hibiscus", "plum", "cream", "saffron", 4),
)
# Where the stripes of a cell end, in hundredths of it, and with which thread each is woven.
WEFT = ((18, "a"), (34, "b"), (48, "c"), (54, "b"), (68, "c"), (84, "b"), (100, "a"))
WARP = ((12, "b"), (28, "d"), (40, "b"), (60, "a"), (72, "b"), (88, "d"), (100, "b"))


def weave(number: int, side: int) -> Image.Image:
    """Return a square of one of the patterns."""
    *names, cells = WEAVES[number % len(WEAVES)]
    threads = {place: THREADS[str(name)] for place, name in zip("abcd", names, strict=True)}
    image = Image.new("RGB", (side, side), threads["b"])
    draw = ImageDraw.Draw(image)
    cell = side / int(cells)
    for row in range(int(cells)):
        for column in range(int(cells)):
            # Warp shows in every other cell: at the top right and the bottom left of each two by two.
            is_warp = (row + column) % 2 == 1
            start = 0
            for end, place in WARP if is_warp else WEFT:
                first, last = cell * start / 100, cell * end / 100 - 1
                if is_warp:
                    box = (column * cell + first, row * cell, column * cell + last, (row + 1) * cell - 1)
                else:
                    box = (column * cell, row * cell + first, (column + 1) * cell - 1, row * cell + last)
                draw.rectangle([round(edge) for edge in box], fill=threads[place])
                start = end
    return image
