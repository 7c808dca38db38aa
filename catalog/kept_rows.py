"""The rows of beats that lists show, read once: most lists of a shop are made of the same few.

Kept in: the process's memory. Fresh for: one version of the mirror, and a minute, since a beat that is seen again as it
was makes no version, and an old one's card says when it was seen. Usable when stale: no. Refreshed by: whoever lists a
beat that isn't there.
"""

import time
from collections.abc import Callable, Iterable

from catalog.keeping import Kept
from catalog.models.mirror import Beat

MOST = 5_000  # some 2 kB each
FRESH = 60.0  # seconds


class KeptRows:
    """Holds beats by their ids, each with its producer; they are everybody's, so nobody may write into them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: tuple[int, float, Kept[Beat]] = (0, 0.0, Kept(MOST))

    def read(self, pks: Iterable[int], version: int) -> list[Beat]:
        """Return those of these beats that there are, in this order; `version` is the mirror's, looked up before."""
        rows = self._of(version)
        found = {pk: rows.get(pk) for pk in pks}
        missing = [pk for pk, beat in found.items() if beat is None]
        for pk, beat in Beat.objects.select_related("producer").in_bulk(missing).items():
            found[pk] = rows.keep(pk, beat)
        return [beat for beat in found.values() if beat]

    def _of(self, version: int) -> Kept[Beat]:
        now = self._clock()
        held, until, rows = self._held
        if held != version or now >= until:
            # Another one, not emptied: who still reads for the version before writes into the old one.
            rows = Kept(MOST)
            self._held = version, now + FRESH, rows
        return rows


kept_rows = KeptRows()
