"""Makes thumbnails beside the requests: whoever asks for one that isn't there goes on to the original meanwhile.

A thread, not the request itself: a worker answers one request at a time, so that a media host that drips would hold up
the pages behind it. One thread a process, a bounded queue, and over all processes each picture is made once (the claim
in the table). Nothing is lost with the thread: the next visitor asks again.
"""

import threading
import time
from collections import OrderedDict

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from catalog.covers import shelf
from catalog.covers.fetch import NoCover, fetch, is_allowed
from catalog.covers.shrink import NotAPicture, shrink

log = structlog.get_logger("catalog.covers")

# Some ten pages of covers; whoever comes when it is full sees the original, and asks again another time.
LONGEST_QUEUE = 256
# A host that failed so often in a row is left alone for a while, and with it all that waits.
FAILURES, REST = 3, 60.0


class Maker:
    """A queue of covers to be made, and the thread that works it off for as long as there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._failures = 0
        self._rest_until = 0.0

    def want(self, url: str) -> None:
        """Ask for a cover; returns at once, and it costs neither a query nor a connection."""
        with self._lock:
            if url in self._wanted or len(self._wanted) >= LONGEST_QUEUE or time.monotonic() < self._rest_until:
                return
            self._wanted[url] = None
            # Asked whether it lives, for a fork inherits the object and not the thread.
            if settings.COVERS_IN_BACKGROUND and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="catalog-covers", daemon=True)
                self._thread.start()

    def work_off(self) -> None:
        """Make all that is wanted, in this thread."""
        while (url := self._next()) is not None:
            self._make(url)

    def _next(self) -> str | None:
        with self._lock:
            if not self._wanted:
                self._thread = None  # from here on a new one is started
                return None
            return self._wanted.popitem(last=False)[0]

    def _run(self) -> None:
        try:
            self.work_off()
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("covers are not made for now", error=type(error).__name__)
        except Exception:
            log.exception("a cover ended its maker; the next one starts another")
        finally:
            connection.close()

    def _make(self, url: str) -> None:
        name = shelf.cover_name(url)
        # Settings may have changed since the address was kept.
        if not is_allowed(url, settings.BEATCONNECT_MEDIA_HOSTS, settings.BEATCONNECT_API_URL):
            return
        seen = shelf.find(name)
        if shelf.is_whole(seen) or not shelf.claim(name, seen, timezone.now()):
            return
        try:
            pictures = shrink(fetch(url))
        except NoCover as error:
            shelf.note_failure(name, error.trouble, usable=not error.refused, now=timezone.now())
            self._count(failed=not error.refused)
        except NotAPicture as error:
            shelf.note_failure(name, str(error), usable=False, now=timezone.now())
        else:
            files = {shelf.cover_suffix(width): data for width, data in pictures.items()}
            shelf.keep(name, files, timezone.now())
            self._count(failed=False)

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= FAILURES:
                self._failures, self._rest_until = 0, time.monotonic() + REST
                self._wanted.clear()


maker = Maker()
