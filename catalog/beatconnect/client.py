"""The seven calls of BeatConnect's documented API."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar, get_args
from urllib.parse import SplitResult, urlencode, urlsplit

from catalog.beatconnect import shapes
from catalog.beatconnect.answers import read_answer
from catalog.beatconnect.errors import Unreadable
from catalog.beatconnect.fields import LARGEST_ID
from catalog.beatconnect.models import (
    Beat,
    BeatPage,
    GenreList,
    OrderPage,
    OrderStatus,
    Reply,
    SearchPage,
    SearchType,
    Sort,
    User,
)
from catalog.beatconnect.strict_json import clean
from catalog.beatconnect.transport import BACKGROUND_DEADLINE, Transport

T = TypeVar("T")

# The largest pages the API documents.
MAX_BEATS = 100
MAX_SIMILAR = 20
MAX_RESULTS = 50
MAX_ORDERS = 100
LONGEST_QUERY = 200
_LAST_PAGE = 10**9

# What may stand in a header; a key with a newline would write headers of its own.
_KEY = re.compile(r"[\x21-\x7e]{1,512}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}")


class Client:
    """Calls the API with one key; safe to use from several threads.

    Every call may raise a BeatConnectError (errors.py), and ValueError for arguments outside what the API
    documents. `deadline` is in seconds for the whole call.
    """

    def __init__(self, base_url: str, key: str, *, transport: Transport | None = None) -> None:
        """`base_url` must be https, or http on this machine; the key printable ASCII (else ValueError)."""
        self._base_url = _checked_base_url(base_url)
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ValueError("An API key is 1 to 512 printable ASCII characters without spaces.")
        self._headers = {"Authorization": f"Bearer {key}"}
        self._transport = transport or Transport()

    def __repr__(self) -> str:
        return f"Client({self._base_url!r})"

    def list_beats(
        self,
        *,
        page: int = 1,
        limit: int = 20,
        genre: int | None = None,
        producer: int | None = None,
        sort: Sort | None = None,
        deadline: float = BACKGROUND_DEADLINE,
    ) -> Reply[BeatPage]:
        """One page of whole beats (limit ≤ 100), filtered by genre id and producer id."""
        query = {
            "page": _page(page),
            "limit": _limit(limit, MAX_BEATS),
            "genre": None if genre is None else _id(genre),
            "producer": None if producer is None else _id(producer),
            "sort": _one_of(Sort, sort),
        }
        return self._get("/beats", shapes.read_beats, query, deadline)

    def get_beat(self, beat_id: int, *, deadline: float = BACKGROUND_DEADLINE) -> Reply[Beat]:
        """One beat; NotFound when there is none, Unreadable when another one came."""
        reply = self._get(f"/beats/{_id(beat_id)}", partial(shapes.read_beat, asked=beat_id), {}, deadline)
        return _the_one_asked_for(reply, beat_id, reply.value.id)

    def similar_beats(self, beat_id: int, *, limit: int = 5, deadline: float = BACKGROUND_DEADLINE) -> Reply[BeatPage]:
        """Beats like this one, most alike first (limit ≤ 20)."""
        query = {"limit": _limit(limit, MAX_SIMILAR)}
        return self._get(f"/beats/{_id(beat_id)}/similar", shapes.read_beats, query, deadline)

    def get_user(self, user_id: int, *, deadline: float = BACKGROUND_DEADLINE) -> Reply[User]:
        """A producer's or buyer's public profile."""
        reply = self._get(f"/users/{_id(user_id)}", partial(shapes.read_user, asked=user_id), {}, deadline)
        return _the_one_asked_for(reply, user_id, reply.value.id)

    def list_genres(self, *, deadline: float = BACKGROUND_DEADLINE) -> Reply[GenreList]:
        """All genres in one answer."""
        return self._get("/genres", shapes.read_genres, {}, deadline)

    def search(
        self,
        *,
        q: str,
        type: SearchType = "all",  # noqa: A002 (the API's own name for it)
        page: int = 1,
        limit: int = 20,
        deadline: float = BACKGROUND_DEADLINE,
    ) -> Reply[SearchPage]:
        """Beats and producers that match `q`, 1 to 200 characters (limit ≤ 50)."""
        query = {
            "q": _query(q),
            "type": _one_of(SearchType, type),
            "page": _page(page),
            "limit": _limit(limit, MAX_RESULTS),
        }
        return self._get("/search", shapes.search_reader(type), query, deadline)

    def list_orders(
        self,
        *,
        page: int = 1,
        limit: int = 20,
        status: OrderStatus | None = None,
        deadline: float = BACKGROUND_DEADLINE,
    ) -> Reply[OrderPage]:
        """One page of the orders of the user whose key this is (limit ≤ 100)."""
        query = {
            "page": _page(page),
            "limit": _limit(limit, MAX_ORDERS),
            "status": _one_of(OrderStatus, status),
        }
        return self._get("/orders", shapes.read_orders, query, deadline)

    def _get(
        self, path: str, read: Callable[[object], T], query: Mapping[str, int | str | None], deadline: float
    ) -> Reply[T]:
        told = urlencode({name: value for name, value in query.items() if value is not None})
        url = f"{self._base_url}{path}?{told}" if told else f"{self._base_url}{path}"
        return read_answer(self._transport.get(url, self._headers, deadline=deadline), read)


def _checked_base_url(base_url: str) -> str:
    # The address itself stays out of the message: it might hold a password.
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        sound = parts.port != 0 and _HOST.fullmatch(host) and base_url.isascii() and base_url.isprintable()
    except ValueError:
        sound = None
    if not sound or parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("The API's address must be a plain one such as https://host/v1.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise ValueError("The API's address must be https: over http the key could be read on the way.")
    return SplitResult(parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "").geturl()


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _id(value: int) -> int:
    return _whole(value, LARGEST_ID, "An id")


def _page(value: int) -> int:
    return _whole(value, _LAST_PAGE, "A page")


def _limit(value: int, most: int) -> int:
    return _whole(value, most, "A limit")


def _whole(value: int, most: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{what} must be a whole number from 1 to {most}.")
    return value


def _one_of(choices: object, value: str | None) -> str | None:
    if value is not None and value not in get_args(choices):
        raise ValueError(f"Must be one of {', '.join(get_args(choices))}.")
    return value


def _query(q: str) -> str:
    # Lone surrogates and NULs can't be sent, and no title holds them.
    text = str(clean(q)).strip()
    if not 1 <= len(text) <= LONGEST_QUERY:
        raise ValueError(f"A search needs 1 to {LONGEST_QUERY} characters.")
    return text


def _the_one_asked_for(reply: Reply[T], asked: int, came: int) -> Reply[T]:
    if came != asked:
        raise Unreadable(
            "bad_shape",
            "BeatConnect answered with another id than the one asked for.",
            status=reply.status,
            rate=reply.rate,
            date=reply.date,
        )
    return reply
