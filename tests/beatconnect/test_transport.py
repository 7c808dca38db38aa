"""What the transport sends, to whom, and to whom it does not."""

import json
import socket
import threading
import tomllib
import traceback
from pathlib import Path

import pytest

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import Refused, Unavailable, Unreadable
from catalog.beatconnect.transport import USER_AGENT, Transport
from tests.beatconnect.calls import GENRES, KEY, call, call_threads
from tests.beatconnect.raw_server import answers, drips, pours, raw_server, says


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["other", "file:///etc/passwd", "http://[bad", "//", "\xff", "/v1/genres"])
def test_a_redirect_is_not_followed(status: int, target: str) -> None:
    with raw_server(answers(GENRES)) as other:
        location = f"{other.api_url}/genres" if target == "other" else target
        headers = f"Location: {location}\r\n".encode("latin-1")
        error = call(answers(b"", status=f"{status} Elsewhere", headers=headers))
        assert other.requests == []
    assert (type(error), error.reason, error.status) == (Unreadable, "redirect", status)


def test_an_endless_redirect_page_is_not_read_whole() -> None:
    error = call(pours(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", b" " * 65536))
    assert error.reason == "redirect"


def test_the_request_carries_the_key_and_our_name_and_nothing_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    cookie = b"Set-Cookie: session=1; Path=/\r\n"
    with raw_server(answers(GENRES, headers=cookie)) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        client.list_genres()
        client.list_genres()
    for request in server.requests:
        assert request.startswith(b"GET /v1/genres HTTP/1.1\r\n")
        assert f"Authorization: Bearer {KEY}\r\n".encode() in request
        assert b"Accept: application/json\r\n" in request
        assert b"Accept-Encoding: gzip, deflate\r\n" in request
        assert b"User-Agent: beatconnect-storefront/" in request
        assert b"Cookie" not in request
    assert len(server.requests) == 2


def test_many_threads_share_one_client() -> None:
    with raw_server(answers(GENRES)) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        results: list[int] = []
        callers = [
            threading.Thread(target=lambda: results.append(len(client.list_genres().value.genres))) for _ in range(12)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(10)
    assert results == [1] * 12
    assert not call_threads()


def test_a_parrot_that_echoes_the_request_learns_nothing_to_tell() -> None:
    def echo(connection: socket.socket) -> None:
        words = json.dumps({"error": {"code": KEY, "message": KEY, "details": KEY}}).encode()
        answers(words, status="401 Unauthorized", headers=f"X-Echo: {KEY}\r\n".encode())(connection)

    error = call(echo)
    assert type(error) is Refused
    assert "CANARY" not in "".join([repr(error), str(error), *traceback.format_exception(error)])


def keeps_alive(connection: socket.socket) -> None:
    """Answers every request on the one connection, as long as the client keeps it."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(GENRES) + GENRES
    connection.sendall(answer)
    while connection.recv(65536):
        connection.sendall(answer)


def test_a_connection_is_used_again_while_the_server_keeps_it() -> None:
    with raw_server(keeps_alive) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        for _ in range(3):
            assert client.list_genres().status == 200
        assert server.connections == 1


def test_a_connection_the_server_has_closed_meanwhile_is_no_failure() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(GENRES)
    with raw_server(says(head + GENRES)) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        for _ in range(3):
            assert client.list_genres().status == 200
            server.wait_until_idle()
        assert server.connections == 3


def test_a_call_that_was_given_up_leaves_no_half_read_connection_behind() -> None:
    slow = drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" ")
    turns = iter([slow, keeps_alive, keeps_alive])

    def by_turns(connection: socket.socket) -> None:
        next(turns)(connection)

    with raw_server(by_turns) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        with pytest.raises(Unavailable):
            client.list_genres(deadline=0.3)
        assert len(client.list_genres().value.genres) == 1
        assert server.connections == 2


def test_the_user_agent_tells_the_projects_own_version() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert f"{project['name']}/{project['version']}" == USER_AGENT
