"""Finds the list or the resource in a document of the reference, the explorer or the bare shape."""

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from catalog.beatconnect.errors import Unreadable
from catalog.beatconnect.models import (
    Beat,
    BeatPage,
    Genre,
    GenreList,
    Order,
    OrderPage,
    Problem,
    SearchPage,
    SearchType,
    User,
)

Model = TypeVar("Model", bound=BaseModel)

# Five times the largest documented page: what an API that ignores `limit` may still send in one answer.
MAX_ITEMS = 500
_LONGEST_REASON = 200
_LONGEST_ID = 64
_LARGEST_NUMBER = 10**12
_IDS = ("id", "beat_id", "user_id", "order_id", "purchase_id")
_USERS = ("producers", "users")


def read_beats(document: object) -> BeatPage:
    """A list of beats, also of similar ones."""
    data = _data(document)
    beats, problems = _read_items(Beat, _list_in(data, "beats", "similar", "similar_beats"), "beats")
    return BeatPage(beats=beats, problems=problems, **_place(document, data))


def read_genres(document: object) -> GenreList:
    genres, problems = _read_items(Genre, _list_in(_data(document), "genres"), "genres")
    return GenreList(genres, problems)


def read_orders(document: object) -> OrderPage:
    data = _data(document)
    orders, problems = _read_items(Order, _list_in(data, "orders", "purchases"), "orders")
    return OrderPage(orders=orders, problems=problems, **_place(document, data))


def read_beat(document: object, asked: int | None = None) -> Beat:
    """One beat; where it doesn't tell its id it is the one that was asked for."""
    return _read_resource(Beat, _data(document), asked, "beat")


def read_user(document: object, asked: int | None = None) -> User:
    """One profile; where it doesn't tell its id it is the one that was asked for."""
    return _read_resource(User, _data(document), asked, "user", "producer", "profile")


def search_reader(asked: SearchType) -> Callable[[object], SearchPage]:
    """A reader of search results; `asked` decides about results that don't say what they are."""

    def read_search(document: object) -> SearchPage:
        data = _data(document)
        raw_beats, raw_users = _search_lists(data, asked)
        beats, beat_problems = _read_items(Beat, raw_beats, "beats")
        producers, user_problems = _read_items(User, raw_users, "producers")
        problems = beat_problems + user_problems
        return SearchPage(beats=beats, producers=producers, problems=problems, **_place(document, data))

    return read_search


def read_item(model: type[Model], raw: object, where: str) -> Model | Problem:
    """One item of a list, or why it can't be one; `where` is for the report, such as "beats[3]"."""
    if not isinstance(raw, Mapping) and model is not Genre:
        return Problem(where, None, "not an object")
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        return Problem(where, _item_id(raw), _reason(error))


def _data(document: object) -> object:
    if not isinstance(document, Mapping) or "data" not in document:
        _refuse("has no data")
    return document["data"]


def _list_in(data: object, *names: str) -> Sequence[object]:
    found = _named(data, names) if isinstance(data, Mapping) else data
    if not isinstance(found, list):
        _refuse(f"holds no list of {names[0]}")
    return found


def _named(data: Mapping[str, object], names: Sequence[str]) -> object:
    return next((data[name] for name in names if data.get(name) is not None), None)


def _read_items(
    model: type[Model], raw_items: Sequence[object], name: str
) -> tuple[tuple[Model, ...], tuple[Problem, ...]]:
    good: list[Model] = []
    problems: list[Problem] = []
    for index, raw in enumerate(raw_items[:MAX_ITEMS]):
        item = read_item(model, raw, f"{name}[{index}]")
        if isinstance(item, Problem):
            problems.append(item)
        else:
            good.append(item)
    if len(raw_items) > MAX_ITEMS:
        problems.append(Problem(f"{name}[{MAX_ITEMS}]", None, f"{len(raw_items) - MAX_ITEMS} items too many"))
    return tuple(good), tuple(problems)


def _read_resource(model: type[Model], data: object, asked: int | None, *names: str) -> Model:
    if isinstance(data, Mapping) and data.get("id") is None:
        data = next((data[name] for name in names if isinstance(data.get(name), Mapping)), data)
    told: object = None
    if isinstance(data, Mapping):
        told = _named(data, ("id", f"{names[0]}_id"))
        data = data if told is not None or asked is None else {**data, "id": asked}
    item = read_item(model, data, names[0])
    if isinstance(item, Problem):
        _refuse(f"holds no usable {names[0]}: {item.reason}")
    # Any object at all would do as a resource without an id of which nothing is known.
    if told is None and not any(getattr(item, name) for name in item.model_fields_set - {"id"}):
        _refuse(f"holds no {names[0]}")
    return item


def _search_lists(data: object, asked: SearchType) -> tuple[Sequence[object], Sequence[object]]:
    if isinstance(data, Mapping) and _named(data, ("beats", *_USERS)) is not None:
        beats = _list_in(data, "beats") if _named(data, ("beats",)) is not None else []
        users = _list_in(data, *_USERS) if _named(data, _USERS) is not None else []
        return beats, users
    found_beats: list[object] = []
    found_users: list[object] = []
    for result in _list_in(data, "results"):
        kind, item = _kind_of(result, asked)
        (found_beats if kind == "beat" else found_users).append(item)
    return found_beats, found_users


def _kind_of(result: object, asked: SearchType) -> tuple[str, object]:
    if not isinstance(result, Mapping):
        return "beat", result
    kind = result.get("type")
    if kind in {"beat", "beats"}:
        return "beat", result if (beat := result.get("beat")) is None else beat
    if kind in {"producer", "producers", "user", "users"}:
        return "user", result if (user := _named(result, ("producer", "user"))) is None else user
    if asked == "all":
        # Beats have a title and producers a name; nothing else tells them apart.
        return ("beat" if "title" in result else "user"), result
    return ("beat" if asked == "beats" else "user"), result


def _place(document: object, data: object) -> dict[str, int | None]:
    said: Mapping[str, object] = {}
    for holder in (data, document):
        for name in ("pagination", "meta"):
            found = holder.get(name) if isinstance(holder, Mapping) else None
            if not said and isinstance(found, Mapping):
                said = found
    page = _number(said, "current_page", "page")
    per_page = _number(said, "per_page", "limit")
    total = _number(said, "total")
    last_page = _number(said, "last_page", "total_pages")
    if last_page is None and total is not None and per_page:
        last_page = max(1, -(-total // per_page))
    return {"page": page, "per_page": per_page, "total": total, "last_page": last_page}


def _number(said: Mapping[str, object], *names: str) -> int | None:
    value = _named(said, names)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_NUMBER:
        return value
    return None


def _item_id(raw: object) -> int | str | None:
    value = _named(raw, _IDS) if isinstance(raw, Mapping) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return value[:_LONGEST_ID] if isinstance(value, str) else None


def _reason(error: ValidationError) -> str:
    # Names and messages are ours; the value is left out, for it may be long, private or hostile.
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    parts = (f"{'.'.join(str(step) for step in f['loc'])}: {f['msg'].removeprefix('Value error, ')}" for f in faults)
    return "; ".join(part.removeprefix(": ") for part in parts)[:_LONGEST_REASON]


def _refuse(what: str) -> NoReturn:
    raise Unreadable("bad_shape", f"BeatConnect's answer {what}."[:_LONGEST_REASON])
