"""The thread of a process that looks after its page store: notices changes, makes the hottest pages anew."""

import threading
import time
from wsgiref.types import WSGIApplication

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections

from catalog.pagestore.store import PageStore
from catalog.state import look

log = structlog.get_logger("catalog.pagestore")

# Seconds between two looks at the mirror's version.
LOOK_EVERY = 0.5

# This process's store, for those who want its figures.
running: PageStore | None = None


def kept_pages(application: WSGIApplication, most_bytes: int) -> WSGIApplication:
    """Put a store in front of an application, and a thread beside it from its first request on."""
    global running  # noqa: PLW0603 - one a process
    running = PageStore(application, most_bytes)
    running.wake = Keeper(running).wake
    return running


class Keeper:
    """Does what a store has noted, between looks at the mirror."""

    def __init__(self, store: PageStore) -> None:
        self._store = store
        self._work = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        # A server may load the application in a process that forks and never serves: only the child's thread lives.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="page-store", daemon=True)
            self._thread.start()
        self._work.set()

    def _run(self) -> None:
        next_look = time.monotonic()
        while True:
            if time.monotonic() >= next_look:
                self._look()
                next_look = time.monotonic() + LOOK_EVERY
            elif not self._work_off_one():
                self._work.wait(max(0.0, next_look - time.monotonic()))
                self._work.clear()

    def _look(self) -> None:
        try:
            seen = look()
            self._store.notice(seen.version if seen else None)
        except (DatabaseError, InterfaceError):
            # Meanwhile each page is made anew once a minute; whoever makes it will tell of the trouble.
            close_old_connections()

    def _work_off_one(self) -> bool:
        try:
            return self._store.work()
        except Exception:
            # Whatever it was: without this thread pages would be a minute old instead of half a second.
            log.exception("the page store stumbled and goes on")
            return False
