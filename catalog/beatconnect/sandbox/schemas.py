"""What the endpoints take, and what they give in the reference shape, for validation and the OpenAPI page."""

import re
from typing import Annotated, Any, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import BeforeValidator, Field, WithJsonSchema

T = TypeVar("T")
_INTEGER = re.compile(r"-?[0-9]+")


def _written_as_integer(value: Any) -> Any:
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        msg = "must be a valid integer"  # pydantic would let 1.0, 1_000 and +1 pass
        raise ValueError(msg)
    return value


# Stands after Field: before it, the bounds would be missing from the JSON schema.
_STRICT = BeforeValidator(_written_as_integer)
Whole = Annotated[int, _STRICT]
PageNumber = Annotated[int, Field(ge=1, description="Page number"), _STRICT]
OptionalId = Annotated[str | None, WithJsonSchema({"type": "integer"})]


class BeatListQuery(Schema):
    """Parameters of the beat list."""

    page: PageNumber = 1
    limit: Annotated[int, Field(ge=1, le=100, description="Results per page"), _STRICT] = 20
    genre: Annotated[OptionalId, Field(description="Filter by genre ID")] = None
    producer: Annotated[OptionalId, Field(description="Filter by producer ID")] = None
    sort: Annotated[
        Literal["newest", "popular", "price_asc", "price_desc"], Field(description="Order of the beats")
    ] = "newest"


class SimilarQuery(Schema):
    """Parameters of similar beats."""

    limit: Annotated[int, Field(ge=1, le=20, description="Number of similar beats to return"), _STRICT] = 5


class SearchQuery(Schema):
    """Parameters of the search."""

    q: Annotated[str, Field(pattern=r"[^\s]", description="Search query")]
    type: Annotated[Literal["beats", "producers", "all"], Field(description="What to search for")] = "all"
    page: PageNumber = 1
    limit: Annotated[int, Field(ge=1, le=50, description="Results per page"), _STRICT] = 20


class OrderListQuery(Schema):
    """Parameters of the buyer's orders."""

    page: PageNumber = 1
    limit: Annotated[int, Field(ge=1, le=100, description="Results per page"), _STRICT] = 20
    status: Annotated[
        Annotated[
            Literal["completed", "pending", "failed"] | None,
            WithJsonSchema({"type": "string", "enum": ["completed", "pending", "failed"]}),
        ],
        Field(description="Filter by status"),
    ] = None


class Genre(Schema):
    """A genre."""

    id: int
    name: str


class Beat(Schema):
    """A beat."""

    id: int
    title: str
    user_id: int | None
    producer_name: str | None
    genre: Genre | None
    price: float | None
    duration: int | None = Field(description="Seconds")
    bpm: int | None
    key: str | None = Field(description="As C minor")
    audio_url: str | None
    cover_image: str | None
    created_at: str = Field(description="ISO 8601, UTC")
    play_count: int | None
    download_count: int | None


class User(Schema):
    """A user's profile."""

    id: int
    name: str
    bio: str | None
    location: str | None
    country: str | None
    avatar: str | None
    website: str | None
    social: dict[str, str]
    created_at: str
    beat_count: int
    total_plays: int


class OrderItem(Schema):
    """One line of an order of several beats."""

    beat_id: int
    title: str
    license_type: str
    amount: float


class BoughtBeat(Schema):
    """The beat of an order of one."""

    id: int
    title: str


class Order(Schema):
    """An order: `beat` or `items`, never both."""

    id: str
    user_id: int
    amount: float
    currency: str
    license_type: str
    status: Literal["completed", "pending", "failed"]
    created_at: str
    download_url: str | None
    license_url: str | None
    receipt_url: str | None
    beat: BoughtBeat = None  # type: ignore[assignment]  # left out, not null, when there are items
    items: list[OrderItem] = None  # type: ignore[assignment]


class Pagination(Schema):
    """Where a page stands among all."""

    total: int
    per_page: int
    current_page: int
    last_page: int
    next_page_url: str | None
    prev_page_url: str | None


class BeatPage(Schema):
    """A page of beats."""

    beats: list[Beat]
    pagination: Pagination


class BeatList(Schema):
    """Beats without pages."""

    beats: list[Beat]


class OneBeat(Schema):
    """A single beat."""

    beat: Beat


class OneUser(Schema):
    """A single user."""

    user: User


class GenreList(Schema):
    """All genres."""

    genres: list[Genre]


class Found(Schema):
    """What a search found; the list that was not asked for is left out."""

    beats: list[Beat] = []
    producers: list[User] = []
    pagination: Pagination


class OrderPage(Schema):
    """A page of orders."""

    orders: list[Order]
    pagination: Pagination


class Success(Schema, Generic[T]):
    """The envelope of answers."""

    status: Literal["success"]
    data: T


class Trouble(Schema):
    """What went wrong."""

    code: str
    message: str
    details: str | None


class Failure(Schema):
    """The envelope of errors."""

    status: Literal["error"]
    error: Trouble
