"""How answers are written: the reference page's shape, the API explorer's, and the bare one."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from . import genres
from .catalogue import Beat, OwnPath, Producer

Shape = Literal["reference", "explorer", "bare"]
SHAPES: tuple[Shape, ...] = ("reference", "explorer", "bare")
# The explorer renames these, and has none of the others below.
_EXPLORER_NAMES = {"producer_name": "producer", "duration": "length", "audio_url": "audio_preview"}
_EXPLORER_LACKS = {"user_id", "play_count", "download_count"}
_EXPLORER_ORDER = {
    "id": "order_id",
    "amount": "total",
    "license_type": "license",
    "created_at": "purchased_at",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Which slice of how many; `address` is the absolute URL of the list, `query` its other parameters."""

    number: int
    size: int
    total: int
    address: str
    query: dict[str, Any]

    @property
    def last(self) -> int:
        """Return the number of the last page, 1 when there is nothing."""
        return max(1, -(-self.total // self.size))

    def link(self, number: int) -> str | None:
        """Return the address of another page, None beyond the ends."""
        if not 1 <= number <= self.last:
            return None
        return f"{self.address}?{urlencode(self.query | {'page': number})}"


def whole(value: Any, origin: str) -> Any:
    """Make the server's own paths absolute, however deep they lie, and leave all else as it is."""
    if isinstance(value, OwnPath):
        return origin + value
    if isinstance(value, dict):
        return {name: whole(inner, origin) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner, origin) for inner in value]
    return value


def beat(record: Beat, shape: Shape) -> dict[str, Any]:
    """Write a beat."""
    fields = record.fields
    if shape == "explorer":
        fields = {
            _EXPLORER_NAMES.get(name, name): value for name, value in fields.items() if name not in _EXPLORER_LACKS
        }
        fields["length"] = _minutes(fields.get("length"))
        fields["genre"] = genre(fields.get("genre"), shape)
    dropped = record.dropped | {_EXPLORER_NAMES.get(name, name) for name in record.dropped}
    return {name: value for name, value in fields.items() if name not in dropped}


def _minutes(value: Any) -> Any:
    # What a test wrote with a wrong type is passed on with its wrong type.
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return f"{value // 60}:{value % 60:02}"
    return value


def genre(value: Any, shape: Shape) -> Any:
    """Write a genre, with its slug in the explorer's shape."""
    if shape == "explorer" and isinstance(value, dict):
        known = genres.BY_ID.get(value["id"]) if isinstance(value.get("id"), int) else None
        return value | {"slug": known.slug} if known else value
    return value


def profile(record: Producer, figures: tuple[int, int]) -> dict[str, Any]:
    """Write a user's profile, with the number of beats and of plays."""
    return record.fields | {"beat_count": figures[0], "total_plays": figures[1]}


def order(record: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Write an order; the explorer's names are guesses, as the API documents none."""
    if shape != "explorer":
        return record
    written = {_EXPLORER_ORDER.get(name, name): value for name, value in record.items() if name != "user_id"}
    single = written.pop("beat", None)
    return written | {"beat_id": single["id"], "title": single["title"]} if single else written


def single(name: str, value: Any, shape: Shape) -> dict[str, Any]:
    """Wrap one resource, or a list without pages."""
    if shape == "reference":
        return {"status": "success", "data": {name: value}}
    return _opening(shape) | {"data": value}


def paged(lists: dict[str, list[Any]], page: Page, shape: Shape) -> dict[str, Any]:
    """Wrap one page of one list, or of the several that a search gives."""
    alone = next(iter(lists.values())) if len(lists) == 1 else None
    if shape == "reference":
        pagination = {
            "total": page.total,
            "per_page": page.size,
            "current_page": page.number,
            "last_page": page.last,
            "next_page_url": page.link(page.number + 1),
            "prev_page_url": page.link(page.number - 1),
        }
        return {"status": "success", "data": {**lists, "pagination": pagination}}
    if shape == "explorer":
        meta = {"page": page.number, "limit": page.size, "total": page.total}
        return _opening(shape) | {"data": lists if alone is None else alone, "meta": meta}
    mixed = [{"type": name.removesuffix("s"), **entry} for name, entries in lists.items() for entry in entries]
    return _opening(shape) | {"data": {"results": mixed} if alone is None else alone}


def _opening(shape: Shape) -> dict[str, Any]:
    return {"success": True} if shape == "explorer" else {"status": "success"}
