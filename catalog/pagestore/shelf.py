"""Where the finished pages stand: bounded in bytes and in number, and safe from those who want each page once."""

import threading
from collections import OrderedDict
from heapq import nlargest

from catalog.pagestore.key import Key
from catalog.pagestore.page import Page

MOST_PAGES = 20_000


class Shelf:
    """Pages in the order in which they came.

    What must go is the oldest that nobody has asked for since it was last looked at; who was asked for goes to the end
    of the queue instead. So what a robot wants once leaves in its first turn, and what many want stays.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.evicted = 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        # For writers only: a page is found without it.
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> Page | None:
        return self._pages.get(key)

    def put(self, key: Key, page: Page) -> None:
        """Keep a page in the place of an older one of the same key, and let go of what is too much."""
        with self._lock:
            self._pages[key] = page
            self._weigh(key, page)

    def drop(self, key: Key) -> None:
        """Let go of a page that is no longer there."""
        with self._lock:
            if self._pages.pop(key, None):
                self.bytes -= self._sizes.pop(key)

    def weigh(self, key: Key, page: Page) -> None:
        """Count a page anew that has got another encoding."""
        with self._lock:
            if self._pages.get(key) is page:
                self._weigh(key, page)

    def expire(self, now: float, hottest: int) -> list[Key]:
        """Let every page be stale from now on; return those that were asked for most since the last time."""
        with self._lock:
            asked = [(page.asked, key) for key, page in self._pages.items() if page.asked > 1]
            for page in self._pages.values():
                page.fresh_until = min(page.fresh_until, now)
                page.asked //= 2
        return [key for _, key in nlargest(hottest, asked)]

    def _weigh(self, key: Key, page: Page) -> None:
        size = page.size + len(key.path) + len(key.query)
        self.bytes += size - self._sizes.get(key, 0)
        self._sizes[key] = size
        while self.bytes > self.most_bytes or len(self._pages) > MOST_PAGES:
            self._evict()

    def _evict(self) -> None:
        key, page = next(iter(self._pages.items()))
        if page.spared:
            page.spared = False
            self._pages.move_to_end(key)
            return
        del self._pages[key]
        self.bytes -= self._sizes.pop(key)
        self.evicted += 1
