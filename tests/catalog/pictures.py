"""Pictures as strangers send them, a media host that sends them, and beats whose covers they are."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from PIL import Image
from pytest_django import fixtures

from catalog.models.mirror import Beat
from tests.beatconnect.raw_server import Behaviour, RawServer, raw_server


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return a picture as a file of some kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def two_halves(width: int = 900, height: int = 900, mode: str = "RGB") -> Image.Image:
    """Return a picture that is red on the left and blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image.convert(mode)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def png_that_claims(width: int, height: int, pixels: bytes = b"") -> bytes:
    """Return a PNG of any size in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@contextmanager
def media_host(behaviour: Behaviour, settings: fixtures.Settings) -> Iterator[RawServer]:
    """Serve covers as `behaviour` does, from an origin that the settings allow."""
    with raw_server(behaviour) as server:
        settings.BEATCONNECT_MEDIA_HOSTS = [origin(server)]
        yield server


def origin(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def beat_with_cover(url: str, pk: int = 1, **fields: Any) -> Beat:
    """Return a beat of the mirror whose cover is at a URL."""
    return Beat.objects.create(pk=pk, fetched_at=timezone.now(), cover_url=url, title=f"Beat no. {pk}", **fields)
