"""What a media host may send instead of a cover: whatever it is, the woven pattern stands there, and nothing breaks."""

import gzip
import time
import zlib
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from pytest_django import fixtures

from catalog.covers import fetch
from catalog.covers.maker import maker
from catalog.covers.shrink import NotAPicture, shrink
from catalog.models.pictures import Picture
from tests.beatconnect.raw_server import Behaviour, answers, drips, pours, raw_server, resets, says
from tests.catalog.pictures import beat_with_cover, encoded, media_host, opened, origin, png_that_claims, two_halves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="640"><script>alert(1)</script></svg>'
JPEG = encoded(two_halves())
FRAMES = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue", "lime")]


def huge_exif() -> bytes:
    """Return a JPEG with sixty blocks of EXIF, most of it absurd."""
    rubbish = b"".join(
        b"\xff\xe1" + (65_000).to_bytes(2, "big") + b"Exif\0\0" + b"II*\0" + b"\xff" * 64_988 for _ in range(60)
    )
    return JPEG[:2] + rubbish + JPEG[2:]


def text_bomb() -> bytes:
    """Return a PNG whose compressed remark unpacks to 64 MB."""
    plain = encoded(two_halves(), "PNG")
    body = b"zTXt" + b"Comment\0\0" + zlib.compress(b"\0" * 64_000_000)
    return plain[:33] + (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big") + plain[33:]


REFUSED = {
    "nothing": b"",
    "an SVG": SVG,
    "an SVG with a byte order mark": b"\xef\xbb\xbf" + SVG,
    "a page": b"<!DOCTYPE html><title>Sign in</title><script>alert(1)</script>",
    "JSON": b'{"success": false}',
    "a TIFF": encoded(two_halves(64, 64), "TIFF"),
    "a BMP": encoded(two_halves(64, 64), "BMP"),
    "an EPS, which would start a program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n",
    "a PDF": b"%PDF-1.7\n",
    "the first bytes of a JPEG and no more": b"\xff\xd8\xff",
    "a PNG within a JPEG's first bytes": b"\xff\xd8\xff" + encoded(two_halves(), "PNG"),
    "half a JPEG": JPEG[: len(JPEG) // 2],
    "half a PNG": encoded(two_halves(), "PNG")[:900],
    "a bomb of 20,000 × 20,000": png_that_claims(20_000, 20_000, zlib.compress(b"\0" * 60_001 * 400)),
    "a bomb of 12,000 × 1,000": png_that_claims(12_000, 1_000),
    "a bomb that claims 2,147,483,647 × 2,147,483,647": png_that_claims(2**31 - 1, 2**31 - 1),
    "a PNG of no size": png_that_claims(0, 0),
    "a tracking pixel": encoded(Image.new("RGB", (1, 1)), "GIF"),
    "a GIF whose screen is 65,000 wide": encoded(FRAMES[0], "GIF").replace(b"\x90\x01\x90\x01", b"\xe8\xfd\xe8\xfd", 1),
    "a WebP whose canvas is 16,384 wide": encoded(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]).replace(
        b"\x8f\x01\x00\x8f\x01\x00", b"\xff\x3f\x00\xff\x3f\x00", 1
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_for_us_gives_the_woven_pattern(
    client: Client, settings: fixtures.Settings, what: str
) -> None:
    with media_host(answers(REFUSED[what]), settings) as host:
        beat = beat_with_cover(f"{origin(host)}/cover.jpg")
        assert client.get(beat.small_cover).status_code == 302
        maker.work_off()
        answer = client.get(beat.small_cover)
        assert (answer.status_code, answer.content) == (404, b"")
        assert answer["Cache-Control"] == "public, max-age=1800"
        # Asked once, and not again before its time; the share picture does without it.
        assert client.get(beat.share_picture)["Cache-Control"].endswith("immutable")
        maker.work_off()
        assert len(host.requests) == 1
    row = Picture.objects.get(name__startswith="covers/")
    assert (row.usable, row.failures, row.size) == (False, 1, 0)


TAKEN = {
    "a JPEG": JPEG,
    "a JPEG with four inks": encoded(two_halves(mode="CMYK")),
    "a grey JPEG": encoded(two_halves(mode="L")),
    "a progressive JPEG": encoded(two_halves(), progressive=True),
    "a JPEG of 4,000 × 4,000": encoded(two_halves(4_000, 4_000), quality=30),
    "a JPEG with sixty blocks of EXIF": huge_exif(),
    "a PNG": encoded(two_halves(), "PNG"),
    "a PNG with a palette": encoded(two_halves().quantize(8), "PNG"),
    "a PNG with holes": encoded(two_halves(mode="RGBA"), "PNG"),
    "a PNG with a remark of 64 MB": text_bomb(),
    "a GIF that moves": encoded(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]),
    "a WebP": encoded(two_halves(), "WEBP"),
    "a WebP that moves": encoded(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]),
    "an AVIF": encoded(two_halves(), "AVIF", speed=10),
    "a banner": encoded(two_halves(1_600, 100)),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_a_picture_becomes_one_of_ours(client: Client, settings: fixtures.Settings, what: str) -> None:
    with media_host(answers(TAKEN[what]), settings) as host:
        beat = beat_with_cover(f"{origin(host)}/cover.jpg")
        client.get(beat.large_cover)
        maker.work_off()
        if what == "a PNG with a remark of 64 MB":
            # Pillow won't unpack so long a remark: refused, and cheaply.
            assert client.get(beat.large_cover).status_code == 404
            return
        answer = client.get(beat.large_cover)
    assert answer.status_code == 200
    picture = opened(answer.content)
    assert picture.format == "WEBP"
    assert picture.size[0] == picture.size[1] <= 640
    assert not getattr(picture, "is_animated", False)
    assert {"exif", "icc_profile", "xmp", "comment"}.isdisjoint(picture.info)
    red = picture.convert("RGB").getpixel((5, picture.height // 2))
    assert isinstance(red, tuple)
    if "grey" not in what:
        assert red[0] > 180 > 90 > max(red[1:])


def test_a_photograph_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    upright = opened(shrink(encoded(two_halves(600, 600), exif=exif))[320]).convert("RGB")
    top, bottom = upright.getpixel((160, 10)), upright.getpixel((160, 310))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 100 > top[2]  # what was on the left
    assert bottom[2] > 200 > 100 > bottom[0]


def test_sixteen_bits_become_eight_and_not_white() -> None:
    grey = opened(shrink(encoded(Image.new("I;16", (400, 400), 32_768), "PNG"))[320]).convert("L").getpixel((9, 9))
    assert isinstance(grey, int)
    assert 120 < grey < 136


@pytest.mark.parametrize("flipped", range(0, 400, 7))
def test_a_damaged_file_is_a_picture_or_none(flipped: int) -> None:
    """Whatever byte is wrong, the only error is ours."""
    for kind, options in (
        ("JPEG", {}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {"lossless": True}),
        ("AVIF", {"speed": 10}),
    ):
        data = bytearray(encoded(two_halves(120, 120), kind, **options))
        data[flipped % len(data)] ^= 0xFF
        with suppress(NotAPicture):
            shrink(bytes(data))


TROUBLES: dict[str, tuple[Behaviour, str, bool]] = {
    "a body without end": (pours(b"HTTP/1.1 200 OK\r\n\r\n" + JPEG, b"\0" * 65_536), "too_large", False),
    "a body that is announced as 6 MB": (answers(b"x" * 6_000_000), "too_large", False),
    "5 kB that unpack to 6 MB": (
        answers(gzip.compress(b"\0" * 6_000_000), headers=b"Content-Encoding: gzip\r\n"),
        "too_large",
        False,
    ),
    "a redirect to this machine": (
        answers(b"", status="302 Found", headers=b"Location: http://127.0.0.1:9/admin/\r\n"),
        "status_302",
        False,
    ),
    "no such file": (answers(b"gone", status="404 Not Found"), "status_404", False),
    "a refusal": (answers(b"", status="403 Forbidden"), "status_403", False),
    "too many requests": (answers(b"", status="429 Too Many Requests"), "status_429", True),
    "a broken host": (answers(b"", status="503 Service Unavailable"), "status_503", True),
    "something that isn't HTTP": (says(b"SSH-2.0-OpenSSH_9.2\r\n"), "reset", True),
    "a reset": (resets, "reset", True),
    "a body that breaks off": (
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + JPEG[:500]),
        "truncated",
        True,
    ),
}


@pytest.mark.parametrize("what", TROUBLES)
def test_a_host_in_trouble_is_asked_once_and_later_again(
    client: Client, settings: fixtures.Settings, what: str
) -> None:
    behaviour, expected, visitors_may_try = TROUBLES[what]
    with media_host(behaviour, settings) as host:
        beat = beat_with_cover(f"{origin(host)}/cover.jpg")
        client.get(beat.small_cover)
        maker.work_off()
        # Perhaps the visitor's line reaches it; what proved unusable is nothing to send anybody to.
        assert client.get(beat.small_cover).status_code == (302 if visitors_may_try else 404)
        maker.work_off()
        assert len(host.requests) == 1
    row = Picture.objects.get()
    assert (row.trouble, row.usable, row.failures) == (expected, visitors_may_try, 1)
    assert row.retry_at is not None


def test_a_redirect_is_not_followed_to_another_host(client: Client, settings: fixtures.Settings) -> None:
    with raw_server(answers(JPEG)) as other:
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"):
            location = f"Location: {origin(other)}/secret\r\n".encode()
            redirect = answers(b"", status=status, headers=location)
            with media_host(redirect, settings) as host, pytest.raises(fetch.NoCover):
                fetch.fetch(f"{origin(host)}/cover.jpg")
        assert other.connections == 0


@pytest.mark.parametrize(
    "drip",
    [
        drips(b"", b"H"),
        drips(b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"\xff"),
    ],
)
def test_a_host_that_drips_is_left_on_time(settings: fixtures.Settings, drip: Behaviour) -> None:
    with media_host(drip, settings) as host:
        started = time.monotonic()
        with pytest.raises(fetch.NoCover) as caught:
            fetch.fetch(f"{origin(host)}/cover.jpg", deadline=0.4)
        assert time.monotonic() - started < 1.5
        assert not caught.value.refused


def test_the_host_learns_nothing_of_us_but_who_asks(client: Client, settings: fixtures.Settings) -> None:
    with media_host(answers(JPEG), settings) as host:
        beat = beat_with_cover(f"{origin(host)}/cover.jpg?size=large")
        client.get(beat.small_cover, headers={"Cookie": "sessionid=secret", "Authorization": "Bearer secret"})
        maker.work_off()
        head = host.requests[0].decode()
    assert head.startswith("GET /cover.jpg?size=large HTTP/1.1\r\n")
    told: dict[str, Any] = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    assert set(told) <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert settings.BEATCONNECT_API_KEY not in head
