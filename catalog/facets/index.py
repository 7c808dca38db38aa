"""This process's snapshot of the beats on sale.

Kept in: the process's memory. Fresh for: as long as the mirror's version stays; usable when stale: while a new one is
made beside it, which only a large catalogue needs. Refreshed by: the next request after a change.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from catalog.facets.snapshot import Row, Snapshot

# Up to so many beats a new snapshot is made within the request, in some 10 ms.
AT_ONCE = 10_000

_ROWS = """SELECT id, genre_id, producer_id, bpm, tone, price FROM catalog_beat
WHERE gone_at IS NULL ORDER BY price IS NULL, price"""


@dataclass
class _Held:
    version: int
    snapshot: Snapshot


class FacetIndex:
    """Holds the latest snapshot."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._making = False

    def current(self, version: int) -> Snapshot:
        """Return the snapshot of a mirror's version; of a large catalogue perhaps the one before."""
        held = self._held
        if held and held.version == version:
            return held.snapshot
        if held is None or held.snapshot.everything.bit_length() <= AT_ONCE:
            return self._make(version)
        with self._lock:
            begin, self._making = not self._making, True
        if begin:
            threading.Thread(target=self._make_beside, args=(version,), name="facets", daemon=True).start()
        return held.snapshot

    def _make(self, version: int) -> Snapshot:
        snapshot = Snapshot(_rows())
        self._held = _Held(version, snapshot)
        return snapshot

    def _make_beside(self, version: int) -> None:
        try:
            self._make(version)
        finally:
            self._making = False
            connection.close()


def _rows() -> Iterator[Row]:
    # Raw, since the ORM would take most of the time to make what is taken apart again.
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        while rows := cursor.fetchmany(10_000):
            for *values, price in rows:
                pk, genre, producer, bpm, tone = values
                yield pk, genre, producer, bpm, tone, None if price is None else round(price * 100)


index = FacetIndex()
