"""What a visitor asked a list for, and the address that asks for it again."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from catalog.harmony import KEYS

NEWEST = "newest"
SORTS = (NEWEST, "popular", "price_asc", "price_desc", "bpm_asc")


@dataclass(frozen=True)
class Criteria:
    """A list's filters, order and page, each already checked; equal questions are equal objects."""

    genres: tuple[int, ...] = ()
    producer: int | None = None
    bpm_min: int | None = None
    bpm_max: int | None = None
    any_time: bool = False  # the tempo range also in half and double time
    tones: tuple[int, ...] = ()  # keys, as catalog.harmony numbers them
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    mixes_with: int | None = None  # a beat's id
    sort: str = NEWEST
    page: int = 1

    def but(self, **changes: Any) -> Self:
        """Return the same question with other answers; whatever changes, it begins at page 1 again."""
        return replace(self, **{"page": 1, **changes})

    def address(self, path: str) -> str:
        """Return the canonical address: defaults are left out, parameters stand in one order."""
        pairs = [
            *(("genre", pk) for pk in self.genres),
            ("producer", self.producer),
            ("bpm_min", self.bpm_min),
            ("bpm_max", self.bpm_max),
            ("times", "any" if self.any_time else None),
            *(("key", KEYS[tone].camelot) for tone in self.tones),
            ("price_min", self.price_min),
            ("price_max", self.price_max),
            ("mixes_with", self.mixes_with),
            ("sort", self.sort if self.sort != NEWEST else None),
            ("page", self.page if self.page > 1 else None),
        ]
        told = [(name, str(value)) for name, value in pairs if value is not None]
        return f"{path}?{urlencode(told)}" if told else path


ALL, BEATS, PRODUCERS = "all", "beats", "producers"


@dataclass(frozen=True)
class Search:
    """What a visitor searches for; `kind` is one of the API's own types."""

    q: str = ""
    kind: str = ALL
    page: int = 1

    def but(self, **changes: Any) -> Self:
        """Return the same search with other answers, from page 1."""
        return replace(self, **{"page": 1, **changes})

    def address(self, path: str) -> str:
        """Return the canonical address."""
        pairs = [("q", self.q)] if self.q else []
        if self.kind != ALL:
            pairs.append(("type", self.kind))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"{path}?{urlencode(pairs)}" if pairs else path
