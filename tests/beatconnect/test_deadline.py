"""No call outlives its deadline, however the answer drips, and nothing is left behind."""

import socket
import threading
import time
from typing import Any

import pytest

from catalog.beatconnect import transport as transport_module
from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import QuotaUsedUp, Unavailable
from catalog.beatconnect.transport import Transport
from tests.beatconnect.calls import GENRES, KEY, OK, call, call_threads
from tests.beatconnect.raw_server import Behaviour, answers, drips, pours, raw_server, says, stays_silent

SLOW: dict[str, Behaviour] = {
    "silence": stays_silent,
    "dripping status line": drips(b"HTTP/1.", b"1"),
    "dripping headers": drips(OK, b"X-A: b\r\n", every=0.3),
    "dripping one header": drips(OK + b"X-A: ", b"b"),
    "dripping body": drips(OK + b"Content-Length: 100000\r\n\r\n", b" "),
    "dripping body until close": drips(OK + b"Connection: close\r\n\r\n", b" "),
    "dripping chunks": drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "dripping chunk size": drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "continue for ever": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("behaviour", SLOW.values(), ids=SLOW)
def test_a_slow_answer_is_given_up_at_the_deadline(behaviour: Behaviour) -> None:
    begun = time.monotonic()
    with raw_server(behaviour) as server, Transport() as transport:
        with pytest.raises(Unavailable) as caught:
            Client(server.api_url, KEY, transport=transport).list_genres(deadline=0.5)
        assert time.monotonic() - begun < 1.5
        assert (caught.value.reason, caught.value.sent, caught.value.retryable) == ("deadline", True, False)
        # The thread that was left behind is woken, while the server would go on for a minute.
        until = time.monotonic() + 5
        while call_threads() and time.monotonic() < until:
            time.sleep(0.01)
        assert not call_threads()


def test_a_deadline_gone_by_sends_nothing() -> None:
    with raw_server(answers(GENRES)) as server, Transport() as transport:
        with pytest.raises(Unavailable) as caught:
            Client(server.api_url, KEY, transport=transport).list_genres(deadline=0)
        assert caught.value.sent is False
        assert server.requests == []


def test_a_slow_name_lookup_is_given_up_and_nothing_is_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo
    release = threading.Event()

    def slow_look_up(*args: Any, **options: Any) -> Any:
        release.wait(10)
        return look_up(*args, **options)

    with raw_server(answers(GENRES)) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        # A resolver can't be slowed down from here in any other way.
        monkeypatch.setattr(socket, "getaddrinfo", slow_look_up)
        begun = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            client.list_genres(deadline=0.3)
        assert time.monotonic() - begun < 1.3
        assert (caught.value.reason, caught.value.sent) == ("deadline", False)
        release.set()
        for thread in call_threads():
            thread.join(5)
        assert server.requests == []


def test_an_address_that_swallows_packets_counts_as_not_connected() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        # Linux drops what does not fit into the queue of a listener that never accepts.
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        begun = time.monotonic()
        with Transport() as transport, pytest.raises(Unavailable) as caught:
            Client(f"http://127.0.0.1:{address[1]}/v1", KEY, transport=transport).list_genres(deadline=1)
        for filler in fillers:
            filler.close()
    assert time.monotonic() - begun < 2
    assert (caught.value.reason, caught.value.sent, caught.value.retryable) == ("connect", False, True)


def test_a_refused_connection_was_never_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with Transport() as transport, pytest.raises(Unavailable) as caught:
            Client(f"http://127.0.0.1:{unused.getsockname()[1]}/v1", KEY, transport=transport).list_genres()
    assert (caught.value.reason, caught.value.sent, caught.value.retryable) == ("connect", False, True)


def test_a_server_without_tls_is_never_talked_to() -> None:
    with raw_server(says(b"hello")) as server, Transport() as transport:
        url = server.api_url.replace("http:", "https:")
        with pytest.raises(Unavailable) as caught:
            Client(url, KEY, transport=transport).list_genres(deadline=2)
        assert caught.value.reason in {"tls", "connect"}  # "connect" where the server waits for a text line
        assert caught.value.sent is False
        assert not any(KEY.encode() in request for request in server.requests)


def test_a_refusal_counts_even_when_its_body_never_ends() -> None:
    start = b"HTTP/1.1 429 Slow down\r\nRetry-After: 30\r\n\r\n"
    for behaviour in (drips(start, b" "), pours(start, b" " * 65536)):
        error = call(behaviour, deadline=0.5)
        assert type(error) is QuotaUsedUp
        assert error.retry_after == 30


def test_deadlines_keep_their_order() -> None:
    # A visitor waits least: the design's 2.5 s, and the buyer's 5 s.
    assert transport_module.VISITOR_DEADLINE <= 2.5
    assert transport_module.VISITOR_DEADLINE < transport_module.BUYER_DEADLINE <= 5
    assert transport_module.BUYER_DEADLINE < transport_module.BACKGROUND_DEADLINE <= 20
