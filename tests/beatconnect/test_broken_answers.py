"""Answers that are cut, packed, endless or no HTTP at all end in one of the library's own errors."""

import gzip
import logging
import traceback
import tracemalloc

import pytest

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import BeatConnectError, Unavailable, Unreadable
from catalog.beatconnect.transport import MAX_BODY, Transport
from tests.beatconnect.calls import GENRES, KEY, OK, call
from tests.beatconnect.raw_server import Behaviour, answers, drips, pours, raw_server, resets, says, stays_silent

BROKEN: dict[str, tuple[Behaviour, type[BeatConnectError], str]] = {
    "reset": (resets, Unavailable, "reset"),
    "closed at once": (says(b""), Unavailable, "reset"),
    "not http": (says(b"220 smtp ready\r\n"), Unavailable, "reset"),
    "bad status": (says(b"HTTP/1.1 abc OK\r\n\r\n"), Unavailable, "reset"),
    "too many headers": (says(OK + b"X-A: b\r\n" * 200 + b"\r\n{}"), Unavailable, "reset"),
    "endless header": (pours(OK + b"X-A: ", b"a" * 65536), Unavailable, "reset"),
    "truncated": (says(OK + b"Content-Length: 500\r\n\r\n" + GENRES), Unavailable, "truncated"),
    "truncated chunk": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\n" + GENRES),
        Unavailable,
        "truncated",
    ),
    "no last chunk": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"),
        Unavailable,
        "truncated",
    ),
    "bad chunk size": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        Unavailable,
        "truncated",
    ),
    "cut by close": (says(OK + b"Connection: close\r\n\r\n" + GENRES[:-5]), Unreadable, "not_json"),
    "lying gzip": (says(OK + b"Content-Encoding: gzip\r\n\r\n" + GENRES), Unreadable, "bad_encoding"),
    "brotli": (says(OK + b"Content-Encoding: br\r\n\r\n" + GENRES), Unreadable, "bad_encoding"),
    "fifty encodings": (
        says(OK + b"Content-Encoding: " + b", ".join([b"gzip"] * 50) + b"\r\n\r\n" + GENRES),
        Unreadable,
        "bad_encoding",
    ),
    "announced 3 GB": (
        drips(OK + b"Content-Length: 3000000000\r\n\r\n", b" "),
        Unreadable,
        "too_large",
    ),
    "endless body": (pours(OK + b"Connection: close\r\n\r\n", b" " * 65536), Unreadable, "too_large"),
    "endless chunks": (
        pours(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
        Unreadable,
        "too_large",
    ),
    "web page": (
        says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html>log in</html>"),
        Unreadable,
        "not_json",
    ),
    "switching protocols": (
        says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        Unavailable,
        "unexpected_status",
    ),
    "status 999": (answers(b"", status="999 Odd"), Unavailable, "unexpected_status"),
    "teapot": (answers(GENRES, status="418 Teapot"), Unavailable, "unexpected_status"),
    "partial": (answers(GENRES, status="206 Partial Content"), Unavailable, "unexpected_status"),
    "no content": (answers(b"", status="204 No Content"), Unavailable, "unexpected_status"),
    "bad cookie": (
        answers(b"{}", headers=b'Set-Cookie: \xff=\x01; expires=x; max-age="\r\nSet-Cookie: ;;=\r\n'),
        Unreadable,
        "bad_shape",
    ),
    "bad headers": (says(OK + b"no colon\r\n: no name\r\n x: y\r\n\r\n{}"), Unreadable, "bad_shape"),
    "bad content length": (says(OK + b"Content-Length: -5\r\n\r\n{}"), Unreadable, "bad_shape"),
    "two lengths": (says(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), Unavailable, "reset"),
    "bad charset": (
        says(b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=\xffnone\r\n\r\n{}"),
        Unreadable,
        "bad_shape",
    ),
}


@pytest.mark.parametrize(("behaviour", "error_class", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_becomes_an_error_of_the_library(
    behaviour: Behaviour, error_class: type[BeatConnectError], reason: str
) -> None:
    error = call(behaviour)
    assert type(error) is error_class
    assert error.reason == reason
    assert error.sent is True


def test_a_reset_after_the_head_keeps_what_the_head_said() -> None:
    head = OK + b"Date: Wed, 03 Nov 2021 18:00:00 GMT\r\nX-RateLimit-Remaining: 7\r\nContent-Length: 99\r\n\r\n{"
    error = call(says(head))
    assert error.status == 200
    assert error.rate is not None
    assert error.rate.remaining == 7
    assert error.date is not None


@pytest.mark.parametrize("bomb_headers", [b"", b"Transfer-Encoding: chunked\r\n"], ids=["plain", "chunked"])
def test_a_gzip_bomb_stops_at_the_cap(bomb_headers: bytes) -> None:
    bomb = gzip.compress(b"[" * 200_000_000, 9)
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(bomb), bomb) if bomb_headers else bomb
    behaviour = says(OK + b"Content-Encoding: gzip\r\n" + bomb_headers + b"\r\n" + body)
    with raw_server(behaviour) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        tracemalloc.start()
        try:
            with pytest.raises(Unreadable) as caught:
                client.list_genres()
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert caught.value.reason == "too_large"
    assert peak < 4 * MAX_BODY


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_packed_answer_is_unpacked(encoding: str) -> None:
    body = gzip.compress(GENRES) if encoding == "gzip" else GENRES
    behaviour = answers(body, headers=f"Content-Encoding: {encoding}\r\n".encode())
    with raw_server(behaviour) as server, Transport() as transport:
        reply = Client(server.api_url, KEY, transport=transport).list_genres()
    assert [genre.name for genre in reply.value.genres] == ["Amapiano"]


@pytest.mark.parametrize("behaviour", [*(row[0] for row in BROKEN.values()), stays_silent], ids=[*BROKEN, "silence"])
def test_the_key_stays_out_of_every_error(behaviour: Behaviour, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = call(behaviour, deadline=1)
    told = "".join([repr(error), str(error), error.message, *traceback.format_exception(error), caplog.text])
    told += repr(error.__cause__) + repr(error.__context__) + repr(error.args)
    assert "CANARY" not in told
