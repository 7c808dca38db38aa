"""Asks a WSGI application for pages, as a server would hand it the requests."""

import gzip
from dataclasses import dataclass
from wsgiref.types import WSGIApplication

import brotli
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from catalog.pagestore.store import PageStore
from catalog.state import look


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    sent: bytes

    @property
    def body(self) -> bytes:
        """Return what a browser sees, whatever the encoding."""
        encoding = self.headers.get("Content-Encoding", "")
        if not self.sent:
            return b""
        return {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding, bytes)(self.sent)

    @property
    def cache(self) -> str:
        return self.headers.get("X-Cache", "")


def ask(application: WSGIApplication, address: str, method: str = "GET", **headers: str) -> Answer:
    """Make a request; `headers` are named as in Python (accept_encoding), and `host` and `cookie` are two of them."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    told: list[tuple[int, dict[str, str]]] = []

    def start_response(status: str, pairs: list[tuple[str, str]], exc_info: object = None) -> None:
        assert len(dict(pairs)) == len([name for name, _ in pairs if name != "Set-Cookie"]) or "Set-Cookie" in dict(
            pairs
        )
        told.append((int(status[:3]), dict(pairs)))

    environ = RequestFactory(headers={"Host": "127.0.0.1:8000", **said}).generic(method, address).environ
    answer = application(environ, start_response)  # type: ignore[arg-type]
    try:
        sent = b"".join(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()
    return Answer(*told[0], sent)


class Clock:
    """The store's time, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Shop:
    """The storefront behind a page store that looks around only when told to, and the same without one."""

    def __init__(self, live: WSGIApplication | None = None) -> None:
        self.live = live or get_wsgi_application()
        self.clock = Clock()
        self.store = PageStore(self.live, 50_000_000, self.clock)

    def look(self) -> None:
        seen = look()
        self.store.notice(seen.version if seen else None)

    def work(self) -> None:
        while self.store.work():
            pass

    def ask(self, address: str, method: str = "GET", **headers: str) -> Answer:
        return ask(self.store, address, method, **headers)
