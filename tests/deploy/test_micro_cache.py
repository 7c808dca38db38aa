"""What nginx keeps, before a server that says exactly what a test wants: only what is everybody's, each by itself."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from catalog.htmx import PUBLIC, VARY
from tests.deploy.nginx import Front, nginx

OURS = {"Cache-Control": PUBLIC, "Vary": ", ".join(VARY)}
KEPT = {"HIT", "STALE", "UPDATING"}  # the latter two on a machine that stood still for five seconds


class Shop(BaseHTTPRequestHandler):
    """Answers with the headers that are set; the body is what it was asked for, and how often it was asked."""

    protocol_version = "HTTP/1.1"
    headers_now: dict[str, str] = {}
    status_now = 200
    asked = 0

    def do_GET(self) -> None:
        Shop.asked += 1
        seen = [self.headers.get(name, "-") for name in ("HX-Request", "HX-Target", "Save-Data", "Accept-Encoding")]
        body = f"{self.path} {' '.join(seen)} {Shop.asked}".encode()
        self.send_response(Shop.status_now)
        for name, value in Shop.headers_now.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with nginx(tmp_path_factory.mktemp("nginx"), server.server_port) as running:
            yield running
        server.shutdown()


@pytest.fixture(autouse=True)
def well_behaved() -> None:
    Shop.headers_now, Shop.status_now = OURS, 200


def kept(front: Front, path: str, **headers: str) -> bool:
    """Ask twice; tell whether the second answer is the first."""
    return front.get(path, **headers).content == front.get(path, **headers).content


def test_a_public_page_is_kept(front: Front) -> None:
    first, second = front.get("/beats/?page=2"), front.get("/beats/?page=2")
    assert first.headers["X-Micro-Cache"] == "MISS"
    assert second.headers["X-Micro-Cache"] in KEPT
    assert second.content == first.content
    assert second.headers["Vary"] == OURS["Vary"]


@pytest.mark.parametrize(
    "headers",
    [
        {**OURS, "Set-Cookie": "sessionid=alice"},
        {**OURS, "Cache-Control": "private, no-store"},
        {**OURS, "Cache-Control": "no-store"},
        {**OURS, "Vary": "Cookie"},
        {**OURS, "Vary": f"{OURS['Vary']}, Cookie"},
        {**OURS, "Vary": "*"},
        {"Vary": OURS["Vary"]},
    ],
    ids=["sets a cookie", "private", "no-store", "varies by cookie", "varies by cookie too", "varies by all", "silent"],
)
def test_what_may_be_one_visitors_own_is_not_kept(
    front: Front, headers: dict[str, str], request: pytest.FixtureRequest
) -> None:
    Shop.headers_now = headers
    assert not kept(front, f"/not-kept/{abs(hash(request.node.name))}")


@pytest.mark.parametrize(
    "path", ["/account/", "/fr/account/login/", "/orders/1/", "/admin/", "/favourites/", "/status.json"]
)
def test_private_addresses_are_not_kept_whatever_they_say(front: Front, path: str) -> None:
    assert not kept(front, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "theme=dark; sessionid=abc"},
        {"Cookie": "__Host-sessionid=abc"},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic abc"},
    ],
)
def test_who_is_known_gets_the_shops_own_answer_and_leaves_none_behind(front: Front, headers: dict[str, str]) -> None:
    path = f"/known/{abs(hash(str(headers)))}"
    assert not kept(front, path, **headers)
    assert front.get(path).headers["X-Micro-Cache"] == "MISS"


def test_each_form_of_a_page_is_kept_by_itself(front: Front) -> None:
    forms = [
        {},
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Target": "results"},
        {"HX-Request": "true", "HX-Target": "results", "HX-History-Restore-Request": "true"},
        {"Save-Data": "on"},
        {"Accept-Encoding": "br"},
        {"Accept-Encoding": "gzip"},
    ]
    bodies = [front.get("/forms", **form).content for form in forms]
    assert len(set(bodies)) == len(forms)
    assert [front.get("/forms", **form).content for form in forms] == bodies


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ({"HX-Target": "a b", "HX-Request": "true"}, "true - - -"),
        ({"HX-Target": "x" * 65, "HX-Request": "true"}, "true - - -"),
        ({"HX-Request": "yes"}, "- - - -"),
        ({"HX-Request": "true", "Sec-Fetch-Dest": "document"}, "- - - -"),
        ({"Save-Data": "ON"}, "- - on -"),
        ({"Accept-Encoding": "gzip, deflate, br, zstd"}, "- - - br"),
        ({"Accept-Encoding": "br;q=0, gzip;q=0.5"}, "- - - gzip"),
        ({"Accept-Encoding": "gzip;q=0, brotli"}, "- - - -"),
    ],
)
def test_no_visitor_invents_more_forms(front: Front, headers: dict[str, str], seen: str) -> None:
    assert f" {seen} " in front.get("/invented", **headers).text


def test_a_key_can_not_be_put_together_in_two_ways(front: Front) -> None:
    fragment = front.get("/together", **{"HX-Request": "true", "HX-Target": "results"})
    for path in ("/%20true%20results%20/together", "/together%20"):
        assert front.get(path).content != fragment.content


def test_a_kept_page_outlives_the_shop(front: Front) -> None:
    Shop.headers_now = {**OURS, "Cache-Control": PUBLIC.replace("s-maxage=5", "s-maxage=1")}
    first = front.get("/outlives")
    Shop.status_now = 503
    Shop.headers_now = {"Cache-Control": "no-store"}
    # Whether or not its second is over: the page that was there stays there.
    for _ in range(3):
        later = front.get("/outlives")
        assert (later.status_code, later.content) == (200, first.content)
        threading.Event().wait(0.6)
