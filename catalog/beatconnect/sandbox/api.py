"""The seven endpoints, as the reference page documents them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query, Router
from ninja.errors import ValidationError
from ninja.openapi.docs import Swagger
from ninja.security import HttpBearer

from . import envelope, genres, schemas, search, shapes
from .catalogue import Beat, Producer
from .envelope import ApiError
from .gate import key_of
from .schemas import Success, Whole
from .state import State, current


class ApiKey(HttpBearer):
    """Declares the key for Swagger UI; the gate has already looked at it."""

    def authenticate(self, request: HttpRequest, token: str) -> str:
        """Believe the gate."""
        return token


api = NinjaAPI(
    title="BeatConnect API (sandbox)",
    version="1",
    description="A stand-in for the BeatConnect API with an invented catalogue. Keys: `bca_test_shop`, "
    "`bca_test_alice`, `bca_test_bob`, `bca_test_carol`.",
    auth=ApiKey(),
    # The validator's badge would ask a server on the Internet.
    docs=Swagger(settings={"validatorUrl": None, "persistAuthorization": True}),
    urls_namespace="sandbox",
)
router = Router()


def _replies(model: Any, *errors: int) -> dict[int, Any]:
    return {200: Success[model]} | dict.fromkeys((401, 403, *errors, 429, 500), schemas.Failure)


@api.exception_handler(ValidationError)
def refuse(request: HttpRequest, trouble: ValidationError) -> HttpResponse:
    """Turn ninja's 422 into the documented 400."""
    first = trouble.errors[0]
    what = first["msg"].removeprefix("Value error, ").replace("Input should", "should").replace("Field", "is")
    return envelope.error(400, f"The '{first['loc'][-1]}' parameter {what}")


def _say(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    return envelope.answer(shapes.whole(content, envelope.origin_of(request)))


def _page(request: HttpRequest, query: Any, total: int) -> tuple[shapes.Page, slice]:
    # Links repeat what was asked, but not the defaults: ?page=2 as in the reference.
    asked = query.model_dump(exclude_unset=True, exclude={"page"})
    page = shapes.Page(query.page, query.limit, total, envelope.origin_of(request) + request.path, asked)
    start = (query.page - 1) * query.limit
    return page, slice(start, start + query.limit)


def _genre(text: str | None, state: State) -> int | None:
    if text is not None and state.shape == "explorer" and text in genres.BY_SLUG:
        return genres.BY_SLUG[text].id
    return _identifier("genre", text)


def _identifier(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 4000:
        raise ApiError(400, f"The '{name}' parameter must be a valid integer")
    return int(text)


def _found(state: State, beat_id: int) -> Beat:
    beat = state.store.beat(beat_id)
    if beat is None:
        raise ApiError(404, f"There is no beat {beat_id}"[:200])
    return beat


def _beats(state: State, records: list[Beat]) -> list[dict[str, Any]]:
    return [shapes.beat(record, state.shape) for record in records]


def _profile(state: State, record: Producer) -> dict[str, Any]:
    return shapes.profile(record, state.store.figures(record.id))


@router.get("/beats", response=_replies(schemas.BeatPage, 400), summary="List all beats")
def list_beats(request: HttpRequest, query: Query[schemas.BeatListQuery]) -> HttpResponse:
    """Retrieves a paginated list of beats with filtering options."""
    state = current()
    genre, producer = _genre(query.genre, state), _identifier("producer", query.producer)
    beats = state.store.beats(query.sort, genre, producer)
    page, part = _page(request, query, len(beats))
    return _say(request, shapes.paged({"beats": _beats(state, beats[part])}, page, state.shape))


@router.get("/beats/{beat_id}", response=_replies(schemas.OneBeat, 400, 404), summary="Get a single beat")
def get_beat(request: HttpRequest, beat_id: Path[Whole]) -> HttpResponse:
    """Retrieves detailed information about a specific beat."""
    state = current()
    beat = shapes.beat(_found(state, beat_id), state.shape)
    return _say(request, shapes.single("beat", beat, state.shape))


@router.get("/beats/{beat_id}/similar", response=_replies(schemas.BeatList, 400, 404), summary="Get similar beats")
def list_similar(request: HttpRequest, beat_id: Path[Whole], query: Query[schemas.SimilarQuery]) -> HttpResponse:
    """Retrieves beats similar to the specified beat based on genre, BPM, and other factors."""
    state = current()
    beats = search.find_similar(state.store, _found(state, beat_id), query.limit)
    return _say(request, shapes.single("beats", _beats(state, beats), state.shape))


@router.get("/users/{user_id}", response=_replies(schemas.OneUser, 400, 404), summary="Get user profile")
def get_user(request: HttpRequest, user_id: Path[Whole]) -> HttpResponse:
    """Retrieves profile information for a specific user."""
    state = current()
    producer = state.store.producer(user_id)
    if producer is None:
        raise ApiError(404, f"There is no user {user_id}"[:200])
    return _say(request, shapes.single("user", _profile(state, producer), state.shape))


@router.get("/genres", response=_replies(schemas.GenreList), summary="List all genres")
def list_genres(request: HttpRequest) -> HttpResponse:
    """Retrieves a list of all available beat genres."""
    state = current()
    known = [shapes.genre({"id": genre.id, "name": genre.name}, state.shape) for genre in genres.GENRES]
    return _say(request, shapes.single("genres", known, state.shape))


@router.get("/search", response=_replies(schemas.Found, 400), summary="Search beats and producers")
def find(request: HttpRequest, query: Query[schemas.SearchQuery]) -> HttpResponse:
    """Performs a search across beats and producers; of both together, the producers come first."""
    state = current()
    producers = [] if query.type == "beats" else search.find_producers(state.store, query.q)
    beats = [] if query.type == "producers" else search.find_beats(state.store, query.q)
    page, part = _page(request, query, len(producers) + len(beats))
    later = slice(max(0, part.start - len(producers)), max(0, part.stop - len(producers)))
    lists: dict[str, list[Any]] = {}
    if query.type != "producers":
        lists["beats"] = _beats(state, beats[later])
    if query.type != "beats":
        lists["producers"] = [_profile(state, producer) for producer in producers[part]]
    return _say(request, shapes.paged(lists, page, state.shape))


@router.get("/orders", response=_replies(schemas.OrderPage, 400), summary="List user orders")
def list_orders(request: HttpRequest, query: Query[schemas.OrderListQuery]) -> HttpResponse:
    """Retrieves a list of orders for the authenticated user."""
    state = current()
    orders = [
        shapes.order(order, state.shape)
        for order in state.orders[key_of(request)]
        if query.status in (None, order["status"])
    ]
    page, part = _page(request, query, len(orders))
    return _say(request, shapes.paged({"orders": orders[part]}, page, state.shape))


api.add_router("/v1", router)
