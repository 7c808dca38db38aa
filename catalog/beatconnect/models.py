"""What BeatConnect tells, read from either of its two documented shapes.

`model_fields_set` holds exactly the fields the answer had: a field that the shape lacks is not in it, an
explicit null is. Whoever keeps these must leave a known value alone where its field is absent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from catalog.beatconnect.fields import (
    Bpm,
    Count,
    Currency,
    Duration,
    Id,
    Links,
    Moment,
    OptionalId,
    Price,
    Reference,
    Text,
    with_telling_names,
)
from catalog.beatconnect.ratelimit import RateLimit

Sort = Literal["newest", "popular", "price_asc", "price_desc"]
SearchType = Literal["beats", "producers", "all"]
OrderStatus = Literal["completed", "pending", "failed"]

T = TypeVar("T")


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _take_the_name_that_tells(cls, raw: object) -> object:
        return with_telling_names(raw, cls.model_fields) if isinstance(raw, dict) else raw


class Genre(_Wire):
    """A genre; a beat that gives only its name, its slug or its id leaves the rest None."""

    id: OptionalId = None
    name: Text = None
    slug: Text = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, raw: object) -> object:
        if isinstance(raw, str):
            raw = {"name": raw}
        elif isinstance(raw, int) and not isinstance(raw, bool):
            raw = {"id": raw}
        if isinstance(raw, dict) and not any(raw.get(name) for name in cls.model_fields):
            raise ValueError("a genre without id and name")
        return raw


def _genre_or_none(raw: object) -> object:
    # An empty one is how some say that a beat has none. One that speaks of other things stays an error: it may be a
    # genre in a shape we don't know, and "none" would wipe what is known.
    if isinstance(raw, dict) and raw:
        told = [raw[name] for name in Genre.model_fields if name in raw]
        return None if told and not any(told) else raw
    return raw if raw or isinstance(raw, bool) else None


class Beat(_Wire):
    """One beat: price with two places and no currency, duration in seconds, created_at aware UTC.

    URLs are texts as they came: whoever shows them decides whether to trust them.
    """

    id: Id = Field(validation_alias=AliasChoices("id", "beat_id"))
    title: Text = None
    producer_id: OptionalId = Field(
        None, validation_alias=AliasChoices("producer_id", "user_id", AliasPath("user", "id"))
    )
    producer_name: Text = Field(
        None,
        validation_alias=AliasChoices(
            "producer_name",
            "producer",
            AliasPath("user", "name"),
            AliasPath("user", "username"),
            AliasPath("user", "display_name"),
        ),
    )
    genre: Annotated[Genre | None, BeforeValidator(_genre_or_none)] = None
    price: Price = None
    duration: Duration = Field(None, validation_alias=AliasChoices("duration", "length"))
    bpm: Bpm = None
    key: Text = None
    audio_url: Text = Field(None, validation_alias=AliasChoices("audio_url", "audio_preview"))
    cover_image: Text = None
    created_at: Moment = None
    play_count: Count = None
    download_count: Count = None

    @model_validator(mode="before")
    @classmethod
    def _tell_object_from_name(cls, raw: object) -> object:
        # "producer" is a name or an object; an object is what others call "user".
        if not isinstance(raw, dict) or not isinstance(raw.get("producer"), dict):
            return raw
        return {name: value for name, value in raw.items() if name != "producer"} | {"user": raw["producer"]}


class User(_Wire):
    """A profile. None of its fields is documented; `social` maps a network's name to a link, as it came."""

    id: Id = Field(validation_alias=AliasChoices("id", "user_id"))
    name: Text = Field(None, validation_alias=AliasChoices("name", "username", "display_name"))
    bio: Text = Field(None, validation_alias=AliasChoices("bio", "about"))
    location: Text = Field(None, validation_alias=AliasChoices("location", "country"))
    avatar: Text = Field(None, validation_alias=AliasChoices("avatar", "avatar_url", "profile_image"))
    website: Text = None
    social: Links = Field({}, validation_alias=AliasChoices("social", "social_links", "socials"))
    created_at: Moment = Field(None, validation_alias=AliasChoices("created_at", "joined_at"))
    beat_count: Count = Field(None, validation_alias=AliasChoices("beat_count", "beats_count", "total_beats"))
    follower_count: Count = Field(None, validation_alias=AliasChoices("follower_count", "followers_count", "followers"))
    play_count: Count = Field(None, validation_alias=AliasChoices("play_count", "plays_count", "total_plays"))


class _Widely(_Wire):
    """What can't be read is None, but for the id: a buyer should see the rest of their order."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_none(cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        try:
            return read(value)
        except ValueError:
            return None if info.field_name != "order_id" else read(value)


class OrderItem(_Widely):
    """One beat of an order; `price` is what was paid for it, None where only the whole amount is told."""

    beat_id: OptionalId = Field(None, validation_alias=AliasChoices("beat_id", AliasPath("beat", "id")))
    title: Text = Field(None, validation_alias=AliasChoices("title", AliasPath("beat", "title")))
    license_type: Text = Field(None, validation_alias=AliasChoices("license_type", "license"))
    price: Price = Field(None, validation_alias=AliasChoices("price", "amount"))


_BEAT_OF_AN_ORDER = ("beat", "beat_id", "title")


class Order(_Widely):
    """An order of the user whose key it is; its shape is not documented."""

    order_id: Reference = Field(validation_alias=AliasChoices("order_id", "id", "purchase_id"))
    items: tuple[OrderItem, ...] = ()
    amount: Price = Field(None, validation_alias=AliasChoices("amount", "total", "price"))
    currency: Currency = None
    license_type: Text = Field(None, validation_alias=AliasChoices("license_type", "license"))
    status: Text = None
    created_at: Moment = Field(None, validation_alias=AliasChoices("created_at", "date", "purchased_at"))
    download_url: Text = None
    license_url: Text = None
    receipt_url: Text = None
    purchaser_id: OptionalId = Field(
        None,
        validation_alias=AliasChoices(
            "purchaser_id", "user_id", "buyer_id", AliasPath("user", "id"), AliasPath("buyer", "id")
        ),
    )

    @model_validator(mode="before")
    @classmethod
    def _gather_items(cls, raw: object) -> object:
        # Items that name no beat give way to the beat that the order itself names, if it does.
        if not isinstance(raw, dict):
            return raw
        listed = raw.get("items")
        items = [item for item in listed if item and isinstance(item, dict)] if isinstance(listed, list) else []
        about = {name: raw[name] for name in _BEAT_OF_AN_ORDER if raw.get(name)}
        if about and not any(item.get(name) for item in items for name in _BEAT_OF_AN_ORDER):
            items = [{**about, **{name: raw[name] for name in ("license_type", "license") if name in raw}}]
        return {**raw, "items": items} if items or "items" in raw else raw


@dataclass(frozen=True, slots=True)
class Problem:
    """One item of a list that could not be read: where it stood ("beats[3]"), its id if any, and why."""

    where: str
    item_id: int | str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What an answer says about its place in a list; None where it says nothing usable."""

    page: int | None = None
    per_page: int | None = None
    total: int | None = None
    last_page: int | None = None


@dataclass(frozen=True, slots=True)
class BeatPage(_Page):
    beats: tuple[Beat, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class GenreList:
    genres: tuple[Genre, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage(_Page):
    beats: tuple[Beat, ...]
    producers: tuple[User, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPage(_Page):
    orders: tuple[Order, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A good answer: its value, and what its headers said (`date` is the server's own clock, aware UTC)."""

    value: T
    status: int
    rate: RateLimit | None
    date: datetime | None
