"""What the client asks for, and what it refuses to ask."""

import json
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import Unreadable
from catalog.beatconnect.models import Reply
from catalog.beatconnect.transport import Transport
from tests.beatconnect.calls import KEY
from tests.beatconnect.raw_server import answers, raw_server

Call = Callable[[Client], Reply[Any]]
T = TypeVar("T")

EMPTY = json.dumps({"data": []}).encode()
SEVEN = json.dumps({"data": {"id": 7}}).encode()

ASKED: dict[str, tuple[Call, bytes, str]] = {
    "beats": (lambda c: c.list_beats(), EMPTY, "/v1/beats?page=1&limit=20"),
    "all of beats": (
        lambda c: c.list_beats(page=3, limit=100, genre=1, producer=5678, sort="price_asc"),
        EMPTY,
        "/v1/beats?page=3&limit=100&genre=1&producer=5678&sort=price_asc",
    ),
    "beat": (lambda c: c.get_beat(7), SEVEN, "/v1/beats/7"),
    "similar": (lambda c: c.similar_beats(7, limit=20), EMPTY, "/v1/beats/7/similar?limit=20"),
    "user": (lambda c: c.get_user(7), SEVEN, "/v1/users/7"),
    "genres": (lambda c: c.list_genres(), EMPTY, "/v1/genres"),
    "search": (
        lambda c: c.search(q="é&b=1 \ud800\0", type="beats", page=2, limit=50),
        EMPTY,
        "/v1/search?q=%C3%A9%26b%3D1+%EF%BF%BD&type=beats&page=2&limit=50",
    ),
    "orders": (
        lambda c: c.list_orders(page=2, limit=100, status="pending"),
        EMPTY,
        "/v1/orders?page=2&limit=100&status=pending",
    ),
}


@pytest.mark.parametrize(("call", "body", "target"), ASKED.values(), ids=ASKED)
def test_every_documented_parameter_is_sent(call: Call, body: bytes, target: str) -> None:
    with raw_server(answers(body)) as server, Transport() as transport:
        call(Client(server.api_url + "/", KEY, transport=transport))
        assert server.requests[0].startswith(f"GET {target} HTTP/1.1\r\n".encode())


def told(data: object, call: Callable[[Client], Reply[T]]) -> T:
    """What a call makes of an answer with this data."""
    with raw_server(answers(json.dumps({"data": data}).encode())) as server, Transport() as transport:
        return call(Client(server.api_url, KEY, transport=transport)).value


@pytest.mark.parametrize(
    "data",
    [{"name": "X"}, {"id": None, "name": "X"}, {"user": {"name": "X"}}, {"user_id": 8, "profile": {"name": "X"}}],
)
def test_a_profile_without_an_id_is_the_one_asked_for(data: object) -> None:
    user = told(data, lambda client: client.get_user(8))
    assert (user.id, user.name) == (8, "X")


@pytest.mark.parametrize("data", [{"title": "X", "user_id": 5}, {"beat": {"title": "X", "producer": {"id": 5}}}])
def test_a_beat_without_an_id_is_the_one_asked_for(data: object) -> None:
    beat = told(data, lambda client: client.get_beat(8))
    assert (beat.id, beat.title, beat.producer_id) == (8, "X", 5)


@pytest.mark.parametrize("call", [lambda c: c.get_beat(8), lambda c: c.get_user(8)])
@pytest.mark.parametrize("data", [{"id": 7}, {"id": 7, "title": "X", "name": "X"}, {"beat_id": 7, "user_id": 7}])
def test_another_id_than_asked_for_is_refused(call: Call, data: object) -> None:
    with pytest.raises(Unreadable) as caught:
        told(data, call)
    assert (caught.value.reason, caught.value.status) == ("bad_shape", 200)


@pytest.mark.parametrize("call", [lambda c: c.get_beat(8), lambda c: c.get_user(8)])
@pytest.mark.parametrize("data", [{}, {"a": 1}, {"id": None, "name": None, "title": ""}, {"beats": [], "user": []}])
def test_what_tells_nothing_is_not_what_was_asked_for(call: Call, data: object) -> None:
    with pytest.raises(Unreadable) as caught:
        told(data, call)
    assert (caught.value.reason, caught.value.status) == ("bad_shape", 200)


WRONG: dict[str, Call] = {
    "limit 0": lambda c: c.list_beats(limit=0),
    "limit 101": lambda c: c.list_beats(limit=101),
    "similar 21": lambda c: c.similar_beats(1, limit=21),
    "search 51": lambda c: c.search(q="x", limit=51),
    "orders 101": lambda c: c.list_orders(limit=101),
    "page 0": lambda c: c.list_beats(page=0),
    "genre 0": lambda c: c.list_beats(genre=0),
    "genre slug": lambda c: c.list_beats(genre="amapiano"),  # type: ignore[arg-type]
    "producer -1": lambda c: c.list_beats(producer=-1),
    "id True": lambda c: c.get_beat(True),
    "id too big": lambda c: c.get_beat(2**63),
    "id path": lambda c: c.get_user("../orders"),  # type: ignore[arg-type]
    "sort": lambda c: c.list_beats(sort="oldest"),  # type: ignore[arg-type]
    "type": lambda c: c.search(q="x", type="people"),  # type: ignore[arg-type]
    "status": lambda c: c.list_orders(status="lost"),  # type: ignore[arg-type]
    "no q": lambda c: c.search(q="  \0 "),
    "long q": lambda c: c.search(q="x" * 201),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_what_the_api_does_not_know_is_never_sent(call: Call) -> None:
    with raw_server(answers(EMPTY)) as server, Transport() as transport:
        with pytest.raises(ValueError):
            call(Client(server.api_url, KEY, transport=transport))
        assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "https://api.beatconnectafrica.com/v1",
        "http://127.0.0.1:8001/v1",
        "http://127.9.9.9/v1/",
        "http://localhost:8001/v1",
        "http://[::1]:8001/v1",
    ],
)
def test_https_and_this_machine_are_good_addresses(url: str) -> None:
    assert repr(Client(url, KEY)) == f"Client({url.rstrip('/')!r})"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/v1",
        "api.beatconnectafrica.com",
        "http://api.beatconnectafrica.com/v1",
        "http://10.0.0.1/v1",
        "http://localhost.example/v1",
        "http://127.0.0.1.example/v1",
        "http://localhost@example/v1",
        "https://u:CANARY@api.example/v1",
        "https://api.example/v1?key=CANARY",
        "https://api.example/v1#CANARY",
        "https://api.example:99999/v1",
        "https://api.example:x/v1",
        "https://[::1/v1",
        "https://аррle.example/v1",
        "https://api.example/v1\r\nX-A: b",
        "https://api.example /v1",
        "ftp://127.0.0.1/v1",
        "file:///etc/passwd",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError) as caught:
        Client(url, KEY)
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "key", ["", "CANARY\n", "CANARY\r\nX-A: b", "CANARÝ", "a b CANARY", "CANARY\0", "C" * 513, None]
)
def test_a_key_that_no_header_holds_is_refused_without_being_told(key: Any) -> None:
    with pytest.raises(ValueError) as caught:
        Client("https://api.example/v1", key)
    assert "CANAR" not in "".join(traceback.format_exception(caught.value))


def test_the_key_is_in_no_repr() -> None:
    transport = Transport()
    client = Client("https://api.example/v1", KEY, transport=transport)
    assert "CANARY" not in f"{client!r} {client} {transport!r} {transport}"
