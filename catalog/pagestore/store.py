"""Answers requests for kept pages, and has those made that are missing."""

import queue
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication

from django.utils.http import parse_etags

from catalog.pagestore.encodings import choose
from catalog.pagestore.key import Environ, Key, read_key
from catalog.pagestore.making import make
from catalog.pagestore.page import Page
from catalog.pagestore.shelf import Shelf
from catalog.pagestore.welcome import is_welcome

# Seconds that a page may be shown without a new look at the mirror: "seen 3 minutes ago" grows old by itself.
FRESH = 60.0
# Seconds that the page before is shown meanwhile: who asks just then shall not wait for the new one.
GRACE = 2.0
# Seconds that it is shown where no new one can be made; Cache-Control promises caches the same.
GRACE_IN_TROUBLE = 86_400.0
# Pages made anew at once when the mirror has changed.
HOTTEST = 100
# Asked for so often, a page is worth its best compression.
WORTH_SQUEEZING = 8


@dataclass
class Counts:
    """What became of the requests for kept pages, since this process began."""

    hit: int = 0
    miss: int = 0
    stale: int = 0


class PageStore:
    """A WSGI application in front of another; what it doesn't keep goes through it untouched."""

    def __init__(
        self, application: WSGIApplication, most_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.shelf = Shelf(most_bytes)
        self.counts = Counts()
        self.version: int | None = None
        # Called when there is work to do beside the requests.
        self.wake: Callable[[], None] = lambda: None
        self._application = application
        self._clock = clock
        self._due: queue.SimpleQueue[Key] = queue.SimpleQueue()
        self._noted: set[Key] = set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        key = read_key(environ) if method in {"GET", "HEAD"} and is_welcome(environ) else None
        if key is None:
            return self._application(environ, start_response)
        page, said = self._find(key, environ)
        if page.status.startswith("3") and key.query != environ.get("QUERY_STRING", ""):
            # A redirect takes along what it doesn't know, too.
            return self._application(environ, start_response)
        return self._send(key, page, said, environ, start_response)

    def notice(self, version: int | None) -> None:
        """Take note of the mirror's version: by another one all pages are stale, and the hottest are made anew."""
        if version == self.version:
            return
        # In this order: a page made meanwhile is either on the shelf by now, or sees that it comes too late.
        self.version = version
        for key in self.shelf.expire(self._clock(), HOTTEST):
            self._note(key)

    def work(self) -> bool:
        """Do one thing that was noted: make a page anew, or smaller; return whether there was one."""
        try:
            key = self._due.get_nowait()
        except queue.Empty:
            return False
        self._noted.discard(key)
        page = self.shelf.get(key)
        if page and page.fresh_until > self._clock():
            page.squeeze()
            self.shelf.weigh(key, page)
        elif page and not (newer := self._make(key, None)).squeezed and newer.asked >= WORTH_SQUEEZING:
            self._note(key)
        return True

    def _find(self, key: Key, environ: Environ) -> tuple[Page, str]:
        """Return a page, and what X-Cache says of it: "" where it is not kept."""
        page, now = self.shelf.get(key), self._clock()
        if page and now < page.fresh_until + GRACE:
            page.asked += 1
            page.spared = True
            if now >= page.fresh_until:
                return self._stale(key, page)
            if page.asked == WORTH_SQUEEZING and not page.squeezed:
                self._note(key)
            self.counts.hit += 1
            return page, "hit"
        made = self._make(key, environ)
        self.wake()
        if made.may_be_kept:
            self.counts.miss += 1
            return made, "miss"
        if page and made.is_failure and now < page.made_at + GRACE_IN_TROUBLE:
            page.fresh_until = now
            return self._stale(key, page)
        return made, ""

    def _stale(self, key: Key, page: Page) -> tuple[Page, str]:
        self._note(key)
        self.counts.stale += 1
        return page, "stale"

    def _make(self, key: Key, visitor: Environ | None) -> Page:
        older, version, now = self.shelf.get(key), self.version, self._clock()
        page = Page(*make(self._application, key, visitor), made_at=now, fresh_until=now + FRESH)
        if page.may_be_kept:
            if older:
                page.take_over(older)
            self.shelf.put(key, page)
            if version != self.version:
                page.fresh_until = now
        elif not page.is_failure:
            self.shelf.drop(key)
        return page

    def _note(self, key: Key) -> None:
        if key not in self._noted:
            self._noted.add(key)
            self._due.put(key)
        self.wake()

    def _send(
        self, key: Key, page: Page, said: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        cache = [("X-Cache", said)] if said else []
        if page.etag and "HTTP_IF_NONE_MATCH" in environ and _has(page.etag, environ["HTTP_IF_NONE_MATCH"]):
            start_response("304 Not Modified", [*page.not_modified, *cache])
            return []
        encoding = choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
        form = page.forms.get(encoding)
        if form is None:
            form = page.form(encoding)
            self.shelf.weigh(key, page)
        start_response(page.status, [*form.headers, *cache])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [form.body]


def _has(etag: str, header: str) -> bool:
    """Tell whether an If-None-Match names this page, in whatever encoding."""
    if header.removeprefix("W/") == etag:
        return True  # as browsers send it; taking a list apart costs as much as all the rest
    known = parse_etags(header)
    return known == ["*"] or etag.removeprefix("W/") in {one.removeprefix("W/") for one in known}
