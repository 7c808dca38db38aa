"""A bounded memory of what is made again when it is missing: the oldest goes first."""

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Holds at most `most` things by key, for all threads of this process.

    The oldest, not the least used, makes room: reading changes nothing then, and so costs no lock.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[Hashable, T] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Hashable) -> T | None:
        return self._things.get(key)

    def keep(self, key: Hashable, thing: T) -> T:
        """Keep a thing, and return it."""
        with self._lock:
            while key not in self._things and len(self._things) >= self._most:
                del self._things[next(iter(self._things))]
            self._things[key] = thing
        return thing

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
