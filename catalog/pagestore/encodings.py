"""In which encoding a client takes a page, and how that is made."""

import gzip
from functools import lru_cache

import brotli

PLAIN, BROTLI, GZIP = "", "br", "gzip"
SHORTEST = 200  # bytes; less isn't worth the header
LONGEST_HEADER = 200  # no browser says more; what else a client may send would be remembered, too
# (brotli, gzip). While somebody waits: brotli's step 9 costs six times the time and saves one byte in a hundred. For a
# page that many will fetch: a tenth less data for fifty times the work.
QUICK, BEST = (7, 6), (11, 9)


def accepted(header: str) -> frozenset[str]:
    """Return the encodings that an Accept-Encoding header takes; one with q=0 it doesn't."""
    asked = (part.partition(";") for part in header[:LONGEST_HEADER].split(","))
    return frozenset(
        name.strip().lower() for name, _, weight in asked if weight.replace(" ", "") not in {"q=0", "q=0.0"}
    )


def choose(header: str) -> str:
    """Return the best encoding that an Accept-Encoding header takes."""
    return _choose(header[:LONGEST_HEADER])


@lru_cache(maxsize=256)
def _choose(header: str) -> str:
    taken = accepted(header)
    return next((name for name in (BROTLI, GZIP) if name in taken), PLAIN)


def encode(name: str, body: bytes, quality: tuple[int, int] = QUICK) -> bytes:
    """Return a body in an encoding."""
    if name == BROTLI:
        return bytes(brotli.compress(body, quality=quality[0]))
    # Without the time: the same page is the same bytes.
    return gzip.compress(body, quality[1], mtime=0) if name == GZIP else body
