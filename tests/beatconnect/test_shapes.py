"""Lists and resources in the reference, the explorer and the bare shape, without a network."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.beatconnect import shapes
from catalog.beatconnect.answers import Answer, read_answer
from catalog.beatconnect.errors import Unreadable
from catalog.beatconnect.models import BeatPage, Problem, SearchType

BEATS = [{"id": 1, "title": "A"}, {"id": 2, "title": "B"}]


def answer(document: object) -> Answer:
    return Answer(200, {}, json.dumps(document).encode(), datetime(2021, 11, 3, 19, tzinfo=UTC))


def beats(document: object) -> BeatPage:
    return read_answer(answer(document), shapes.read_beats).value


def test_the_reference_shape() -> None:
    pagination = {"total": 253, "per_page": 20, "current_page": 2, "last_page": 13, "next_page_url": "x"}
    page = beats({"status": "success", "data": {"beats": BEATS, "pagination": pagination}})
    assert [beat.id for beat in page.beats] == [1, 2]
    assert (page.page, page.per_page, page.total, page.last_page) == (2, 20, 253, 13)


def test_the_explorer_shape() -> None:
    page = beats({"success": True, "data": BEATS, "meta": {"page": 2, "limit": 20, "total": 41}})
    assert [beat.id for beat in page.beats] == [1, 2]
    assert (page.page, page.per_page, page.total, page.last_page) == (2, 20, 41, 3)


@pytest.mark.parametrize("data", [BEATS, {"beats": BEATS}])
def test_the_bare_shape(data: object) -> None:
    page = beats({"data": data})
    assert [beat.id for beat in page.beats] == [1, 2]
    assert (page.page, page.per_page, page.total, page.last_page) == (None, None, None, None)


def test_lies_about_the_place_are_not_believed() -> None:
    page = beats({"data": BEATS, "meta": {"page": True, "limit": "x", "total": -5, "last_page": 1.5}})
    assert (page.page, page.per_page, page.total, page.last_page) == (None, None, None, None)
    assert beats({"data": BEATS, "meta": []}).total is None


@pytest.mark.parametrize("data", [{"id": 7}, {"beat": {"id": 7}}])
def test_a_resource_is_bare_or_under_its_own_name(data: object) -> None:
    assert read_answer(answer({"status": "success", "data": data}), shapes.read_beat).value.id == 7


@pytest.mark.parametrize("data", [{"id": 7}, {"user": {"id": 7}}, {"producer": {"id": 7}}])
def test_a_user_is_bare_or_under_its_own_name(data: object) -> None:
    assert read_answer(answer({"data": data}), shapes.read_user).value.id == 7


@pytest.mark.parametrize(
    "data",
    [
        {"user_id": 5, "name": "X"},
        {"user_id": "5", "name": "X", "producer": "X"},
        {"id": None, "user_id": 5, "name": "X"},
        {"user": {"user_id": 5, "name": "X"}},
        {"user": None, "profile": {"id": 5, "name": "X"}},
    ],
)
def test_a_user_may_be_told_by_user_id(data: object) -> None:
    user = read_answer(answer({"data": data}), shapes.read_user).value
    assert (user.id, user.name) == (5, "X")


@pytest.mark.parametrize("data", [{"beat_id": 5, "title": "X"}, {"beat": {"beat_id": 5, "title": "X"}}])
def test_a_beat_may_be_told_by_beat_id(data: object) -> None:
    beat = read_answer(answer({"data": data}), shapes.read_beat).value
    assert (beat.id, beat.title) == (5, "X")


def test_genres_and_orders() -> None:
    genres = read_answer(answer({"data": [{"id": 1, "name": "A"}, "Gqom", 5.5]}), shapes.read_genres).value
    assert [(genre.id, genre.name) for genre in genres.genres] == [(1, "A"), (None, "Gqom")]
    assert [problem.where for problem in genres.problems] == ["genres[2]"]
    orders = read_answer(answer({"data": {"orders": [{"id": 1}, {"id": "a b"}]}}), shapes.read_orders).value
    assert [order.order_id for order in orders.orders] == ["1"]
    assert orders.problems == (Problem("orders[1]", "a b", "id: not an order id"),)


USERS = [{"id": 9, "name": "Kabza"}]


@pytest.mark.parametrize(
    ("data", "asked"),
    [
        ({"beats": BEATS, "producers": USERS}, "all"),
        ({"beats": BEATS, "users": USERS}, "all"),
        ({"results": [{"type": "beat", **beat} for beat in BEATS] + [{"type": "producer", **USERS[0]}]}, "all"),
        ({"results": [{"type": "beat", "beat": beat} for beat in BEATS] + [{"type": "user", "user": USERS[0]}]}, "all"),
        ([*BEATS, *USERS], "all"),
        ({"beats": BEATS, "producers": None, "users": USERS}, "all"),
        ({"beats": None, "producers": None, "results": [*BEATS, *USERS]}, "all"),
        (
            {
                "results": [{"type": "beat", "beat": None, **beat} for beat in BEATS]
                + [{"type": "user", "producer": None, "user": USERS[0]}]
            },
            "all",
        ),
    ],
)
def test_search_results_are_sorted_out(data: Any, asked: SearchType) -> None:
    page = read_answer(answer({"data": data}), shapes.search_reader(asked)).value
    assert [beat.id for beat in page.beats] == [1, 2]
    assert [user.id for user in page.producers] == [9]
    assert page.problems == ()


def test_a_null_beside_the_list_hides_nothing() -> None:
    page = beats({"data": {"beats": None, "similar": BEATS, "pagination": {"current_page": None, "page": 2}}})
    assert ([beat.id for beat in page.beats], page.page) == ([1, 2], 2)
    found = read_answer(answer({"data": {"beats": None, "producers": USERS}}), shapes.search_reader("producers")).value
    assert ([user.id for user in found.producers], found.beats) == ([9], ())


def test_search_results_without_a_type_are_what_was_asked_for() -> None:
    only_beats = read_answer(answer({"data": BEATS}), shapes.search_reader("beats")).value
    assert (len(only_beats.beats), len(only_beats.producers)) == (2, 0)
    only_users = read_answer(answer({"data": USERS}), shapes.search_reader("producers")).value
    assert (len(only_users.beats), len(only_users.producers)) == (0, 1)
    empty = read_answer(answer({"data": {"beats": []}}), shapes.search_reader("all")).value
    assert (empty.beats, empty.producers) == ((), ())


def test_one_bad_item_spoils_only_itself() -> None:
    hostile = "x" * 10_000
    raw = [BEATS[0], None, {"id": 2, "price": hostile}, {"id": hostile}, {"title": "no id"}, BEATS[1]]
    page = beats({"data": raw})
    assert [beat.id for beat in page.beats] == [1, 2]
    assert [problem.where for problem in page.problems] == ["beats[1]", "beats[2]", "beats[3]", "beats[4]"]
    assert [problem.item_id for problem in page.problems] == [None, 2, "x" * 64, None]
    assert page.problems[0].reason == "not an object"
    assert "xxx" not in "".join(problem.reason for problem in page.problems)


def test_a_flood_of_items_is_cut() -> None:
    page = beats({"data": [{"id": number} for number in range(1, 2001)]})
    assert len(page.beats) == shapes.MAX_ITEMS
    assert page.problems == (Problem("beats[500]", None, "1500 items too many"),)


@pytest.mark.parametrize(
    "document",
    [
        [],
        None,
        "x",
        5,
        {},
        {"status": "success"},
        {"data": None},
        {"data": {}},
        {"data": "x"},
        {"data": {"beats": {}}},
        {"data": {"beats": None}},
        {"data": {"items": []}},
    ],
)
def test_another_shape_is_refused(document: object) -> None:
    with pytest.raises(Unreadable) as caught:
        beats(document)
    assert (caught.value.reason, caught.value.status) == ("bad_shape", 200)


@pytest.mark.parametrize("document", [{"data": []}, {"data": {"beat": []}}, {"data": {"id": "x"}}, {"data": {"a": 1}}])
def test_no_resource_is_refused(document: object) -> None:
    with pytest.raises(Unreadable) as caught:
        read_answer(answer(document), shapes.read_beat)
    assert caught.value.reason == "bad_shape"
