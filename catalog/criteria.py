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
