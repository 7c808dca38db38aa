"""The catalogue as it stands now: every order and filter the API knows, kept until something changes."""

import math
import threading
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any, TypeVar

from .catalogue import Beat, Catalogue, Producer

T = TypeVar("T")
_MOST_KEPT = 512  # derived lists; a crawl of every filter must not grow without end


def number(value: object) -> float | None:
    """Read a number wherever one is meant, as `49.99` or `"49.99"`; anything else has none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def _moment(value: object) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def genre_id(beat: Beat) -> object:
    """Return the id of the beat's genre, whatever it is; None without one."""
    genre = beat.fields.get("genre")
    return genre.get("id") if isinstance(genre, dict) else None


# For each order: the value it sorts by, and whether the greatest comes first.
_ORDERS: dict[str, tuple[Callable[[Beat], float | None], bool]] = {
    "newest": (lambda beat: _moment(beat.fields.get("created_at")), True),
    "popular": (lambda beat: number(beat.fields.get("play_count")), True),
    "price_asc": (lambda beat: number(beat.fields.get("price")), False),
    "price_desc": (lambda beat: number(beat.fields.get("price")), True),
}


def _ordered(beats: list[Beat], sort: str) -> list[Beat]:
    """Sort with the valueless last and ties by id descending."""
    value, greatest_first = _ORDERS[sort]
    known: list[tuple[float, int, Beat]] = []
    valueless = []
    for beat in beats:
        found = value(beat)
        if found is None:
            valueless.append(beat)
        else:
            known.append((-found if greatest_first else found, -beat.id, beat))
    known.sort(key=lambda entry: entry[:2])
    valueless.sort(key=lambda beat: -beat.id)
    return [entry[2] for entry in known] + valueless


class Store:
    """Beats and producers; a beat is replaced, never altered, so a page once taken stays whole."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._lock = threading.RLock()
        self._beats = {beat.id: beat for beat in catalogue.beats}
        self._producers = {producer.id: producer for producer in catalogue.producers}
        self._derived: dict[Hashable, Any] = {}

    def beat(self, number: int) -> Beat | None:
        """Return one beat."""
        return self._beats.get(number)

    def producer(self, number: int) -> Producer | None:
        """Return one producer."""
        return self._producers.get(number)

    def producers(self) -> list[Producer]:
        """Return all producers."""
        return list(self._producers.values())

    def beats(self, sort: str = "newest", genre: int | None = None, producer: int | None = None) -> list[Beat]:
        """Return the beats in an order and through the filters; the list is shared, so don't alter it."""
        if genre is None and producer is None:
            return self.derived(("order", sort), lambda: _ordered(list(self._beats.values()), sort))
        return self.derived(
            ("filtered", sort, genre, producer),
            lambda: [
                beat
                for beat in self.beats(sort)
                if (genre is None or genre_id(beat) == genre)
                and (producer is None or beat.fields.get("user_id") == producer)
            ],
        )

    def derived(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` makes of the catalogue, made once until the catalogue changes."""
        with self._lock:
            if name not in self._derived:
                if len(self._derived) >= _MOST_KEPT:
                    self._derived.clear()
                self._derived[name] = make()
            kept: T = self._derived[name]
            return kept

    def add(self, make: Callable[[int], Beat]) -> Beat:
        """Add the beat that `make` gives for the next free id."""
        with self._lock:
            beat = make(max(self._beats, default=0) + 1)
            self._beats[beat.id] = beat
            self._derived.clear()
            return beat

    def change(self, number: int, fields: dict[str, Any], dropped: frozenset[str] | None) -> Beat | None:
        """Write fields as they are over a beat's; `dropped` None leaves what was dropped before."""
        with self._lock:
            before = self._beats.get(number)
            if before is None:
                return None
            kept = before.dropped if dropped is None else dropped
            beat = Beat(number, before.fields | fields, kept)
            self._beats[number] = beat
            self._derived.clear()
            return beat

    def change_producer(self, number: int, fields: dict[str, Any]) -> Producer | None:
        """Write fields as they are over a producer's; a new name stands on the producer's beats too."""
        with self._lock:
            before = self._producers.get(number)
            if before is None:
                return None
            producer = Producer(number, before.fields | fields, before.genres)
            self._producers[number] = producer
            if "name" in fields:
                for beat in [beat for beat in self._beats.values() if beat.fields.get("user_id") == number]:
                    renamed = beat.fields | {"producer_name": fields["name"]}
                    self._beats[beat.id] = Beat(beat.id, renamed, beat.dropped)
            self._derived.clear()
            return producer

    def remove(self, number: int) -> bool:
        """Take a beat out; False if there was none."""
        with self._lock:
            found = self._beats.pop(number, None) is not None
            self._derived.clear()
            return found

    def figures(self, user_id: int) -> tuple[int, int]:
        """Return a producer's number of beats and their plays."""
        figures: dict[int, tuple[int, int]] = self.derived("figures", self._count)
        return figures.get(user_id, (0, 0))

    def _count(self) -> dict[int, tuple[int, int]]:
        figures: dict[int, tuple[int, int]] = {}
        for beat in self._beats.values():
            producer = beat.fields.get("user_id")
            if isinstance(producer, int):
                beats, plays = figures.get(producer, (0, 0))
                figures[producer] = beats + 1, plays + int(number(beat.fields.get("play_count")) or 0)
        return figures
