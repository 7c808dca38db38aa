"""The webhook under the real server: bodies of every transfer, and connections that go on after a refusal."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.storefront.real_server import Shop
from tests.storefront.webhook_server import webhook_server
from tests.webhooks import RECEIVED, body_of, signed

BODY = body_of("beat.updated", {"id": 7}, id="evt_server")
SIGNED = "\r\n".join(f"{name}: {value}" for name, value in signed(BODY).items()).encode()
HEAD = b"POST /webhooks/beatconnect/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + SIGNED + b"\r\n"
GET = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    # One worker with one thread: whatever blocks it is noticed.
    with webhook_server(tmp_path_factory.mktemp("shop"), workers=1) as running:
        yield running


class Line:
    """A connection whose bytes are all our own."""

    def __init__(self, shop: Shop) -> None:
        host, port = shop.origin.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=15)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def half_close(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def answer(self) -> tuple[int, bytes]:
        """Read one response: its status and body; (0, b"") if the connection ended instead."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self._more()
            if not more:
                return 0, b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body += self._more()
        return int(head.split()[1]), body

    def _more(self) -> bytes:
        try:
            return self.socket.recv(65_536)
        except ConnectionError:
            return b""


@pytest.fixture
def line(shop: Shop) -> Iterator[Line]:
    with Line(shop) as opened:
        yield opened


def chunks(body: bytes, size: int) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def with_length(body: bytes, length: int | None = None) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body) if length is None else length, body)


def test_a_body_with_a_length_arrives(line: Line) -> None:
    line.send(with_length(BODY))
    assert line.answer() == (200, RECEIVED)


@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_a_chunked_body_arrives(line: Line, size: int) -> None:
    line.send(HEAD + CHUNKED + chunks(BODY, size))
    assert line.answer() == (200, RECEIVED)


def test_a_chunked_body_may_come_slowly(line: Line) -> None:
    line.send(HEAD + CHUNKED)
    for byte in chunks(BODY, 40).splitlines(keepends=True):
        time.sleep(0.02)
        line.send(byte)
    assert line.answer() == (200, RECEIVED)


@pytest.mark.parametrize("cut", [0, 5, len(BODY) - 1])
def test_a_truncated_body_is_not_believed(line: Line, cut: int) -> None:
    line.send(with_length(BODY[:cut], len(BODY)))
    line.half_close()
    assert line.answer() == (401, b"")


def test_a_body_that_is_whole_but_promised_longer_is_not_believed(line: Line) -> None:
    line.send(with_length(BODY, len(BODY) + 10))
    line.half_close()
    assert line.answer() == (401, b"")


@pytest.mark.parametrize("rest", [b"5\r\nhe", b"5\r\nhello\r\n", b"ZZ\r\n", b""])
def test_a_truncated_or_broken_chunked_body_is_not_believed(line: Line, rest: bytes) -> None:
    line.send(HEAD + CHUNKED + rest)
    line.half_close()
    assert line.answer() == (401, b"")


@pytest.mark.parametrize("size", [262_145, 307_200, 3_000_000])
def test_a_huge_body_is_refused_before_it_is_read(line: Line, size: int) -> None:
    line.send(HEAD + b"Content-Length: %d\r\n\r\n" % size)
    # Nothing more was sent, and yet there is an answer.
    assert line.answer() == (413, b"")


@pytest.mark.parametrize("size", [262_145, 3_000_000])
def test_a_huge_chunked_body_is_refused(line: Line, size: int) -> None:
    with suppress(ConnectionError):
        line.send(HEAD + CHUNKED + chunks(b"x" * size, 65_536))
    assert line.answer()[0] == 413


def test_the_largest_body_is_read(line: Line) -> None:
    body = b"x" * 262_144
    line.send(HEAD.replace(SIGNED, b"X-Webhook-Signature: %s" % next(iter(signed(body).values())).encode()))
    line.send(CHUNKED + chunks(body, 65_536))
    assert line.answer() == (400, b"")


def test_a_sender_that_asks_first_is_told_to_go_on(line: Line) -> None:
    line.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
    assert line.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.send(BODY)
    assert line.answer() == (200, RECEIVED)


def test_a_sender_that_asks_with_a_huge_body_is_told_at_once(line: Line) -> None:
    line.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 3000000\r\n\r\n")
    assert line.answer() == (413, b"")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (with_length(b"something else"), 401),
        (HEAD + CHUNKED + chunks(b"something else", 5), 401),
        (with_length(b"x" * 300_000), 413),
        (with_length(BODY).replace(b"POST", b"PUT", 1), 405),
    ],
    ids=["401", "401 chunked", "413", "405"],
)
def test_a_refusal_leaves_the_connection_usable_or_ends_it(
    line: Line, shop: Shop, request_: bytes, status: int
) -> None:
    try:
        line.send(request_)
        assert line.answer()[0] == status
        line.send(GET)
        answer = line.answer()
    except ConnectionError:
        answer = (0, b"")
    # What was not read of the body must never be taken for a request.
    assert answer[0] in {0, 200}
    with Line(shop) as another:
        another.send(with_length(BODY))
        assert another.answer() == (200, RECEIVED)


def test_a_body_without_a_signature_is_not_waited_for(line: Line) -> None:
    line.send(with_length(BODY[:-1], len(BODY)).replace(SIGNED + b"\r\n", b""))
    assert line.answer() == (401, b"")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (SIGNED + b"\r\n" + SIGNED, 200),
        (SIGNED + b"\r\nX-Webhook-Signature: " + b"0" * 64, 200),
        (b"X-Webhook-Signature: \xc3\xa9\xff", 401),
        (b"X-Webhook-Signature: ", 401),
        (b"X-Webhook-Signature: " + b"a" * 1_000_000, 431),
    ],
    ids=["twice", "two different", "not ascii", "empty", "1 MB"],
)
def test_headers_as_they_come_over_the_wire(line: Line, headers: bytes, status: int) -> None:
    with suppress(ConnectionError):
        line.send(with_length(BODY).replace(SIGNED, headers))
    assert line.answer()[0] == status


@pytest.mark.parametrize("encoding", [b"gzip", b"br"])
def test_an_encoded_body_is_signed_as_it_comes(line: Line, encoding: bytes) -> None:
    line.send(HEAD + b"Content-Encoding: %s\r\nContent-Length: 4\r\n\r\n\x1f\x8bxx" % encoding)
    assert line.answer() == (401, b"")


def test_all_of_that_was_one_event(shop: Shop) -> None:
    with Line(shop) as line:
        line.send(with_length(BODY))
        line.answer()
    keys = [key for (key,) in shop.rows("WebhookEvent", "key")]
    assert keys.count("evt:evt_server") == 1
    assert shop.rows("Dirty", "kind", "ref", "version") == [["beat", 7, 1]]
