"""One beat or user: both documented shapes, and the drift that is or is not forgiven."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AliasChoices, AliasPath

from catalog.beatconnect.models import Beat, Genre, Order, OrderItem, Problem, User
from catalog.beatconnect.shapes import read_item

REFERENCE = {
    "id": 1234,
    "title": "Summer Vibes",
    "user_id": 5678,
    "producer_name": "DJ Maphorisa",
    "genre": {"id": 1, "name": "Amapiano"},
    "price": Decimal("49.99"),
    "duration": 180,
    "bpm": 115,
    "key": "C minor",
    "audio_url": "https://media.example/audio/1234.mp3",
    "cover_image": "https://media.example/images/1234.jpg",
    "created_at": "2023-04-15T12:34:56Z",
    "play_count": 3240,
    "download_count": 129,
}
EXPLORER = {
    "id": 1234,
    "title": "Summer Vibes",
    "producer": "DJ Maphorisa",
    "price": Decimal("49.99"),
    "genre": {"id": 1, "name": "Amapiano", "slug": "amapiano"},
    "bpm": 115,
    "key": "C minor",
    "length": "3:00",
    "cover_image": "https://media.example/images/1234.jpg",
    "audio_preview": "https://media.example/audio/1234.mp3",
    "created_at": "2023-04-15T12:34:56Z",
}


def beat(**fields: Any) -> Beat:
    return Beat.model_validate({"id": 1, **fields})


def problem(model: type[Beat | User | Order | Genre], raw: object) -> Problem:
    found = read_item(model, raw, "items[0]")
    assert isinstance(found, Problem), found
    return found


def test_the_reference_shape_is_read_whole() -> None:
    read = Beat.model_validate(REFERENCE)
    assert read.model_fields_set == set(Beat.model_fields)
    assert (read.producer_id, read.producer_name) == (5678, "DJ Maphorisa")
    assert (read.price, read.duration, read.bpm) == (Decimal("49.99"), 180, Decimal(115))
    assert read.created_at == datetime(2023, 4, 15, 12, 34, 56, tzinfo=UTC)
    assert read.genre is not None
    assert read.genre.model_fields_set == {"id", "name"}


def test_the_explorer_shape_tells_the_same_and_shows_what_it_lacks() -> None:
    read, reference = Beat.model_validate(EXPLORER), Beat.model_validate(REFERENCE)
    lacking = {"producer_id", "play_count", "download_count"}
    assert read.model_fields_set == set(Beat.model_fields) - lacking
    for name in read.model_fields_set - {"genre"}:
        assert getattr(read, name) == getattr(reference, name)
    assert read.genre == Genre(id=1, name="Amapiano", slug="amapiano")


def test_an_explicit_null_is_told_apart_from_absence() -> None:
    assert "bpm" in beat(bpm=None).model_fields_set
    assert "bpm" not in beat().model_fields_set
    assert beat(genre=None).model_fields_set == {"id", "genre"}


def test_a_producer_may_be_an_object() -> None:
    read = beat(producer={"id": "7", "name": "Kabza"})
    assert (read.producer_id, read.producer_name) == (7, "Kabza")
    assert beat(producer={"id": 7}).model_fields_set == {"id", "producer_id"}
    assert beat(producer={"name": "Kabza"}).model_fields_set == {"id", "producer_name"}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"producer_name": None, "producer": "N"}, (None, "N")),
        ({"producer_name": "", "producer": "N"}, (None, "N")),
        ({"user_id": None, "producer": {"id": 3}}, (3, None)),
        ({"producer_id": None, "user_id": 3, "producer": "N"}, (3, "N")),
        ({"producer_name": None, "user_id": None, "producer": {"id": 3, "name": None, "username": "N"}}, (3, "N")),
        ({"producer": None, "user": {"id": 3, "name": "N"}}, (3, "N")),
        ({"producer": "N", "user": {"id": 3, "name": "M"}}, (3, "N")),
    ],
)
def test_a_null_hides_no_producer(raw: dict[str, object], told: tuple[int | None, str | None]) -> None:
    read = beat(**raw)
    assert (read.producer_id, read.producer_name) == told


def put(raw: dict[str, Any], choice: str | AliasPath, value: object) -> None:
    *holders, name = [choice] if isinstance(choice, str) else [str(step) for step in choice.path]
    for holder in holders:
        raw = raw.setdefault(holder, {})
    raw[name] = value


SEVERAL_NAMES = [
    (model, name, field.validation_alias.choices)
    for model in (Beat, User, Order, OrderItem)
    for name, field in model.model_fields.items()
    if isinstance(field.validation_alias, AliasChoices)
]


@pytest.mark.parametrize(("model", "name", "choices"), SEVERAL_NAMES)
def test_of_several_names_the_first_that_is_not_null_tells(
    model: type[Beat | User | Order | OrderItem], name: str, choices: list[str | AliasPath]
) -> None:
    needed = {"id": 1} if model is not OrderItem and name not in {"id", "order_id"} else {}
    value = {"social": {"x": "y"}, "created_at": datetime(2020, 1, 1, tzinfo=UTC)}.get(name, "7")
    expected = getattr(model.model_validate({**needed, name: value}), name)
    assert choices[0] == name
    for silent, telling in combinations(choices, 2):
        raw: dict[str, Any] = dict(needed)
        put(raw, silent, None)
        put(raw, telling, value)
        assert getattr(model.model_validate(raw), name) == expected, (silent, telling)


def test_null_under_every_name_is_told_as_null() -> None:
    read = beat(producer_id=None, user_id=None, producer_name=None, producer=None, duration=None, length=None)
    assert read.model_fields_set == {"id", "producer_id", "producer_name", "duration"}
    assert (read.producer_id, read.producer_name, read.duration) == (None, None, None)
    assert beat(producer={"id": None, "name": None}).model_fields_set == {"id", "producer_id", "producer_name"}
    assert beat(producer=None).model_fields_set == {"id", "producer_name"}
    user = User.model_validate({"id": 7, "name": None, "username": None, "location": None})
    assert user.model_fields_set == {"id", "name", "location"}


def test_a_genre_may_be_a_bare_name() -> None:
    assert beat(genre="Amapiano").genre == Genre(id=None, name="Amapiano")
    assert beat(genre=3).genre == Genre(id=3)
    assert beat(genre={"id": None, "name": None, "slug": "amapiano"}).genre == Genre(slug="amapiano")


@pytest.mark.parametrize("value", ["", {}, [], 0, {"id": None, "name": None}, {"id": 0, "name": "", "beats": 5}])
def test_an_empty_genre_is_no_genre(value: object) -> None:
    read = beat(genre=value)
    assert read.genre is None
    assert "genre" in read.model_fields_set, "told, as null is"
    assert problem(Genre, value).reason


@pytest.mark.parametrize("value", [True, False, 5.5, ["Gqom"], {"id": "x"}, {"id": 1, "name": 5}, {"other": 1}])
def test_a_genre_needs_an_id_or_a_name(value: object) -> None:
    assert problem(Beat, {"id": 1, "genre": value}).reason.startswith("genre")


def test_beats_are_frozen_and_unknown_fields_are_left_out() -> None:
    read = beat(mood="sunny")
    assert "mood" not in read.model_dump()
    with pytest.raises(ValueError, match="frozen"):
        read.title = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    "raw",
    [
        {"name": "Kabza", "bio": "b", "location": "ZA", "avatar": "https://a", "created_at": "2020-01-01"},
        {"username": "Kabza", "about": "b", "country": "ZA", "avatar_url": "https://a", "joined_at": "2020-01-01"},
        {"display_name": "Kabza", "bio": "b", "country": "ZA", "profile_image": "https://a", "created_at": 1577836800},
    ],
)
def test_a_user_is_read_widely(raw: dict[str, object]) -> None:
    read = User.model_validate({"id": 7, **raw})
    assert (read.name, read.bio, read.location, read.avatar) == ("Kabza", "b", "ZA", "https://a")
    assert read.created_at == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("social", "kept"),
    [({"x": "https://x.example", "n": 5, "e": ""}, {"x": "https://x.example"}), ([], {}), (None, {}), ("x", {})],
)
def test_social_links_never_cost_a_user(social: object, kept: dict[str, str]) -> None:
    assert User.model_validate({"id": 7, "social_links": social}).social == kept


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(sorted({*REFERENCE, *EXPLORER, "items", "beat", "order_id", "amount", "social", "currency"}))


@given(json_values | st.dictionaries(names, json_values))
def test_whatever_comes_is_an_item_or_a_short_problem(raw: object) -> None:
    for model in (Beat, User, Order, Genre):
        found = read_item(model, raw, "items[0]")
        assert isinstance(found, model) or len(found.reason) <= 200
