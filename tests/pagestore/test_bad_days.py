"""The page store in front of an application that tells lies, fails, or changes its mind: what it keeps nevertheless."""

import queue
import threading
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse

import pytest
from pytest_django import fixtures

from catalog.pagestore.encodings import LONGEST_HEADER, _choose
from catalog.pagestore.keeper import Keeper
from catalog.pagestore.key import Environ
from catalog.pagestore.page import OVERHEAD
from catalog.pagestore.store import FRESH, GRACE, GRACE_IN_TROUBLE
from catalog.pagestore.welcome import LONGEST_HOST, _is_ours
from tests.pagestore.visiting import Shop


class Behind:
    """An application of the tests' own: its pages say how often it was asked, and it can be told to fail."""

    def __init__(self, **headers: str) -> None:
        self.asked: list[str] = []
        self.status = "200 OK"
        self.headers = {"Cache-Control": "public, max-age=0", "Content-Type": "text/html", **headers}
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}")
        self.meanwhile()
        body = b"%s asked %d times" % (b" " * 1_000, len(self.asked))
        start_response(self.status, [*self.headers.items(), ("Content-Length", str(len(body)))])
        return [body]


def behind(**headers: str) -> tuple[Behind, Shop]:
    application = Behind(**headers)
    return application, Shop(application)


@pytest.mark.parametrize(
    "headers",
    [
        {"Set-Cookie": "a=1"},
        {"Cache-Control": "private"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": ""},
        {"Vary": "Accept-Encoding, Cookie"},
    ],
)
def test_what_is_not_the_same_for_everybody_is_not_kept(headers: dict[str, str]) -> None:
    application, visited = behind(**headers)
    answers = [visited.ask("/beats/"), visited.ask("/beats/")]
    assert [answer.cache for answer in answers] == ["", ""]
    assert len(application.asked) == 2


def test_a_page_made_while_the_mirror_changed_is_not_taken_for_a_new_one() -> None:
    application, visited = behind()
    visited.store.notice(1)
    application.meanwhile = lambda: visited.store.notice(2)
    visited.ask("/beats/")
    application.meanwhile = lambda: None
    assert visited.ask("/beats/").cache == "stale"
    visited.work()
    assert visited.ask("/beats/").cache == "hit"


def test_in_trouble_the_last_good_page_is_shown_and_goes_on_being_tried() -> None:
    application, visited = behind()
    good = visited.ask("/beats/")
    application.status = "503 Service Unavailable"
    visited.clock.now += FRESH + GRACE
    for _ in range(3):
        answer = visited.ask("/beats/")
        assert (answer.status, answer.cache, answer.body) == (200, "stale", good.body)
        visited.work()
        visited.clock.now += GRACE
    assert len(application.asked) == 1 + 3 * 2
    application.status = "200 OK"
    visited.work()
    assert visited.ask("/beats/").body != good.body
    application.status = "503 Service Unavailable"
    visited.clock.now += GRACE_IN_TROUBLE + FRESH
    assert visited.ask("/beats/").status == 503


def test_robots_that_want_each_page_once_push_nothing_out_that_many_want() -> None:
    application, visited = behind()
    visited.store.shelf.most_bytes = 50 * (OVERHEAD + 1_100)
    hot = [f"/beats/?genre={number}" for number in range(1, 11)]
    for round_ in range(200):
        for address in hot:
            assert round_ < 2 or visited.ask(address).cache == "hit"
            visited.ask(address)
        for number in range(10):
            visited.ask(f"/beats/?page={round_ * 10 + number}")
    shelf = visited.store.shelf
    assert shelf.bytes <= shelf.most_bytes
    assert shelf.evicted > 1_900
    assert len([asked for asked in application.asked if "genre" in asked]) == len(hot)


def test_a_page_is_weighed_with_all_its_encodings() -> None:
    _, visited = behind(ETag='"1"')
    shelf = visited.store.shelf
    visited.ask("/beats/")
    plain = shelf.bytes
    sent = [len(visited.ask("/beats/", accept_encoding=encoding).sent) for encoding in ("br", "gzip", "br")]
    assert shelf.bytes == plain + sent[0] + sent[1]
    # Grown too large by them, it goes.
    visited.ask("/beats/?genre=1")
    shelf.most_bytes = shelf.bytes
    visited.ask("/beats/?genre=1", accept_encoding="br")
    assert shelf.bytes <= shelf.most_bytes
    assert shelf.evicted == 1


def test_no_header_is_remembered_that_is_longer_than_any_browsers() -> None:
    _, visited = behind()
    visited.ask("/beats/")
    for remembered in (_choose, _is_ours):
        remembered.cache_clear()
    for number in range(3):
        visited.ask("/beats/", accept_encoding=f"br, {'x' * LONGEST_HEADER}{number}")
        visited.ask("/beats/", host=f"{'x' * LONGEST_HOST}{number}")
    assert (_choose.cache_info().currsize, _is_ours.cache_info().currsize) == (1, 1)


def test_no_name_is_no_name_of_ours(settings: fixtures.Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    _, visited = behind()
    _is_ours.cache_clear()
    assert [visited.ask("/beats/", host=host).cache for host in ("anything.example", "a b")] == ["miss", ""]
    _is_ours.cache_clear()


def test_a_thread_that_has_died_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    _, visited = behind()
    lived: queue.SimpleQueue[threading.Thread] = queue.SimpleQueue()
    keeper = Keeper(visited.store)
    monkeypatch.setattr(keeper, "_run", lambda: lived.put(threading.current_thread()))
    for _ in range(2):
        keeper.wake()
        lived.get(timeout=60).join()
