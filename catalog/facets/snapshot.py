"""Which beats on sale have which genre, producer, tempo, key and price, as bits: any combination is counted at once.

Each beat is one bit, in the order of the prices, so that a price range is a run of bits. Pure.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from catalog.keeping import Kept

# id, genre, producer, bpm, tone, price in hundredths; None where BeatConnect never said.
Row = tuple[int, int | None, int | None, int | None, int | None, int | None]
# What lists keep of one snapshot: some 40 kB for each set of filters in each language.
MOST_NOTES = 400
# Somewhat more than the producers whom a list offers; a set takes a bit a beat.
MOST_SETS = 120
_FACETS = ("genre", "producer", "bpm", "tone")


class Snapshot:
    """The beats on sale at one moment. A set of beats is an int whose bits they are.

    `notes` are whatever others derive from it: they go when it goes.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take in the rows, which must come in the order of their prices, those without one last."""
        places: dict[str, dict[int, array[int]]] = {name: defaultdict(lambda: array("I")) for name in _FACETS}
        self._ids: array[int] = array("Q")
        self.prices: array[int] = array("Q")
        for place, (pk, *values, price) in enumerate(rows):
            self._ids.append(pk)
            for name, value in zip(_FACETS, values, strict=True):
                if value is not None:
                    places[name][value].append(place)
            if price is not None:
                self.prices.append(price)
        self.notes: Kept[dict[Any, Any]] = Kept(MOST_NOTES)
        # Of producers there are too many for a set each; those whom lists offer get one when first they are counted.
        self._producers = dict(places.pop("producer"))
        self._of_producer: Kept[int] = Kept(MOST_SETS)
        self._sets = {name: {value: self._set(found) for value, found in by.items()} for name, by in places.items()}

    @property
    def size(self) -> int:
        return len(self._ids)

    @cached_property
    def everything(self) -> int:
        return (1 << len(self._ids)) - 1

    def genres(self, genres: Iterable[int]) -> int:
        """Return the beats of any of these genres."""
        return self._any("genre", genres)

    def tones(self, tones: Iterable[int]) -> int:
        """Return the beats in any of these keys."""
        return self._any("tone", tones)

    def producer(self, producer: int) -> int:
        return self._set(self._producers.get(producer, ()))

    def tempo(self, low: int | None, high: int | None) -> int:
        """Return the beats within a range of tempi, ends included; one without a tempo is in none."""
        inside = [bpm for bpm in self._sets["bpm"] if (low or 0) <= bpm and (high is None or bpm <= high)]
        return self._any("bpm", inside)

    def price(self, low: Decimal | None, high: Decimal | None) -> int:
        """Return the beats within a range of prices, ends included; one without a price is in none."""
        start = bisect_left(self.prices, int(low * 100)) if low is not None else 0
        end = bisect_right(self.prices, int(high * 100)) if high is not None else len(self.prices)
        return (1 << end) - (1 << start) if end > start else 0

    def only(self, pk: int) -> int:
        """Return the set of one beat, the empty set if it isn't on sale."""
        try:
            return 1 << self._ids.index(pk)
        except ValueError:
            return 0

    def of_producers(self, beats: int, producers: Iterable[int]) -> dict[int, int]:
        """Return how many of the beats each of these producers made."""
        if beats == self.everything:
            return {pk: len(self._producers.get(pk, ())) for pk in producers}
        return {pk: (beats & self._set_of(pk)).bit_count() for pk in producers}

    def ids(self, beats: int) -> list[int]:
        """Return the ids of a set of beats; quick where they are few."""
        held = re.finditer(rb"[^\0]", beats.to_bytes(len(self._ids) // 8 + 1, "little"), re.DOTALL)
        return [self._ids[found.start() * 8 + bit] for found in held for bit in range(8) if found.group()[0] >> bit & 1]

    def _set_of(self, producer: int) -> int:
        found = self._of_producer.get(producer)
        return self._of_producer.keep(producer, self.producer(producer)) if found is None else found

    def _any(self, name: str, values: Iterable[int]) -> int:
        found = 0
        for value in values:
            found |= self._sets[name].get(value, 0)
        return found

    def _set(self, places: Sequence[int]) -> int:
        bits = bytearray(len(self._ids) // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")
