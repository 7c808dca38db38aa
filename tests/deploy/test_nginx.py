"""The shop behind nginx, as deploy/ describes it: the real server, TLS, and clients that mean no good."""

import socket
import ssl
from collections.abc import Iterator

import pytest

from tests.deploy.nginx import Front, nginx
from tests.html import Elements
from tests.sandbox import Sandbox
from tests.storefront.real_server import free_port, real_server
from tests.webhooks import ADDRESS, NEW, RECEIVED, body_of, signed

KEPT = {"HIT", "STALE", "UPDATING"}  # the latter two on a machine that stood still for five seconds
RESULTS = {"HX-Request": "true", "HX-Target": "results"}


@pytest.fixture(scope="module")
def front(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    sandbox_server.reset()
    https = free_port()
    settings = {
        "SITE_URL": f"https://localhost:{https}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "BEATCONNECT_WEBHOOK_SECRETS": NEW,
    }
    with real_server(sandbox_server, tmp_path_factory.mktemp("shop"), **settings) as shop:
        upstream = int(shop.origin.rpartition(":")[2])
        # The same file, but that slow clients are dropped after a second.
        pauses = {"client_header_timeout": "1s", "client_body_timeout": "1s"}
        with nginx(tmp_path_factory.mktemp("nginx"), upstream, https, **pauses) as running:
            # A fresh shop is filled by its first visitor.
            assert running.get("/beats/").status_code == 200
            yield running


def line(front: Front) -> ssl.SSLSocket:
    """Open a connection whose bytes are all our own."""
    plain = socket.create_connection(("127.0.0.1", front.https), timeout=60)
    context = ssl.create_default_context(cafile=front.certificate)
    return context.wrap_socket(plain, server_hostname="localhost")


def rest_of(connection: ssl.SSLSocket) -> bytes:
    """Read until the other side ends the connection; fails if it never does."""
    data = b""
    try:
        while more := connection.recv(65_536):
            data += more
    except ConnectionError:
        pass
    return data


def test_a_page_is_served_and_kept_and_its_fragment_by_itself(front: Front) -> None:
    first, second = front.get("/beats/?sort=popular"), front.get("/beats/?sort=popular")
    assert first.headers["X-Micro-Cache"] == "MISS"
    assert second.headers["X-Micro-Cache"] in KEPT
    assert second.content == first.content
    assert len(Elements(second.text).all("li", class_="card")) == 24
    fragment, again = front.get("/beats/?sort=popular", **RESULTS), front.get("/beats/?sort=popular", **RESULTS)
    assert "<html" not in fragment.text
    assert again.content == fragment.content
    assert again.headers["X-Micro-Cache"] in KEPT
    restored = front.get("/beats/?sort=popular", **RESULTS, **{"HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


def test_each_header_stands_once_and_the_session_is_safe(front: Front) -> None:
    page = front.get("/beats/")
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "Cross-Origin-Opener-Policy", "Vary"):
        assert len(page.raw.headers.getlist(name)) == 1, name
    form = front.get("/account/login/")
    assert form.status_code == 200
    assert "Secure" in form.headers["Set-Cookie"]
    assert form.headers["Cache-Control"] == "private, no-store"
    assert "X-Micro-Cache" not in form.headers


def test_an_unchanged_page_is_not_sent_again(front: Front) -> None:
    page = front.get("/genres/", **{"Accept-Encoding": "br"})
    assert page.headers["Content-Encoding"] == "br"
    again = front.get("/genres/", **{"Accept-Encoding": "br", "If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_static_files_come_from_the_disk_small_and_for_good(front: Front) -> None:
    page = Elements(front.get("/beats/").text)
    sheet = page.all("link", rel="stylesheet")[0]["href"]
    answer = front.get(sheet, **{"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert front.get("/static/../storefront/settings.py").status_code in {400, 404}
    assert front.get("/static../storefront/settings.py").status_code in {400, 404}


def test_a_plain_request_is_led_to_https_and_another_name_gets_nothing(front: Front) -> None:
    def answer(host: str) -> bytes:
        with socket.create_connection(("127.0.0.1", front.http), timeout=60) as plain:
            plain.sendall(f"GET /beats/?page=2 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            return plain.recv(65_536)

    assert b"301" in answer("localhost").splitlines()[0]
    assert b"Location: https://localhost/beats/?page=2\r\n" in answer("localhost")
    assert answer("evil.example") == b""


def test_a_body_that_is_too_large_is_refused(front: Front) -> None:
    assert front.ask("POST", "/account/login/", data=b"x" * 262_145).status_code == 413
    assert front.ask("POST", ADDRESS, data=b"x" * 262_145, headers=signed(b"")).status_code == 413


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET /beats/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nlogin=",
        (
            b"POST /webhooks/beatconnect/ HTTP/1.1\r\nHost: localhost\r\nX-Webhook-Signature: x\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe"
        ),
    ],
    ids=["in its header", "in its body", "in a chunk"],
)
def test_a_client_that_stops_in_the_middle_is_dropped(front: Front, beginning: bytes) -> None:
    with line(front) as connection:
        connection.sendall(beginning)
        answer = rest_of(connection)
    assert not answer or b" 408 " in answer.splitlines()[0]


def test_slow_clients_hold_no_worker(front: Front) -> None:
    lines = [line(front) for _ in range(8)]
    try:
        for slow in lines:
            slow.sendall(b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nlogin=")
        # Four times as many as the shop has threads, and it answers what nothing has kept.
        assert front.get("/beats/?bpm_min=91").status_code == 200
    finally:
        for slow in lines:
            slow.close()


def test_an_event_comes_through_in_chunks(front: Front) -> None:
    body = body_of("beat.updated", {"id": 7}, id="evt_chunks")
    answer = front.ask("POST", ADDRESS, data=(body[at : at + 7] for at in range(0, len(body), 7)), headers=signed(body))
    assert (answer.status_code, answer.content) == (200, RECEIVED)


def test_who_posts_too_often_is_told_when_to_come_back(front: Front) -> None:
    answers = [front.ask("POST", "/account/login/", data={"login": "x"}) for _ in range(40)]
    assert {answer.status_code for answer in answers} == {403, 429}
    refused = answers[-1]
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Cache-Control"] == "no-store"
    # Reading goes on.
    assert front.get("/account/login/").status_code == 200


def test_unsigned_events_are_limited_and_signed_ones_are_not(front: Front) -> None:
    unsigned = {front.ask("POST", ADDRESS, data=b"{}").status_code for _ in range(40)}
    assert unsigned == {401, 429}
    body = body_of("beat.updated", {"id": 8}, id="evt_after")
    answers = {front.ask("POST", ADDRESS, data=body, headers=signed(body)).status_code for _ in range(40)}
    assert answers == {200}
