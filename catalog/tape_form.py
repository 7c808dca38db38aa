"""A queue as an address: which beats `?b=12,45,9` names, read as leniently as other queries."""

from dataclasses import dataclass
from typing import Self

from django.http import QueryDict

from catalog.forms import read_id

MOST_BEATS = 100


@dataclass(frozen=True)
class Tape:
    """Beats by their ids, in their order and each once; `left_out` counts what was no id, said twice or too much."""

    ids: tuple[int, ...] = ()
    left_out: int = 0

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Return the tape that a query string names; `b` may also be given several times."""
        said = [text.strip() for text in ",".join(query.getlist("b")).split(",") if text.strip()]
        # Read no further than a tape can be long, however long the address is.
        ids = dict.fromkeys(number for text in said[: 2 * MOST_BEATS] if (number := read_id(text)))
        kept = tuple(ids)[:MOST_BEATS]
        return cls(kept, len(said) - len(kept))

    def address(self, path: str) -> str:
        return f"{path}?b={self.list}" if self.ids else path

    @property
    def list(self) -> str:
        return ",".join(str(number) for number in self.ids)
