"""What a visitor asked a list for, and the address that asks for it again."""

from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

NEWEST = "newest"
SORTS = (NEWEST, "popular", "price_asc", "price_desc")


@dataclass(frozen=True)
class Criteria:
    """A list's filters, order and page, each already checked; equal questions are equal objects."""

    genres: tuple[int, ...] = ()
    producer: int | None = None
    sort: str = NEWEST
    page: int = 1

    def but(self, **changes: Any) -> Self:
        """Return the same question with other answers; whatever changes, it begins at page 1 again."""
        return replace(self, **{"page": 1, **changes})

    def address(self, path: str) -> str:
        """Return the canonical address: defaults are left out, parameters stand in one order."""
        pairs: list[tuple[str, str]] = [("genre", str(pk)) for pk in self.genres]
        if self.producer:
            pairs.append(("producer", str(self.producer)))
        if self.sort != NEWEST:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"{path}?{urlencode(pairs)}" if pairs else path


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
