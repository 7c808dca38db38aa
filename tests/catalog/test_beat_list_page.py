"""The list of beats: filtered, sorted and paged as the API itself would do it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import sweep
from tests.pages import (
    assert_other_methods_refused,
    assert_public,
    assert_refused,
    assert_results,
    assert_whole,
    assert_whole_for_all_but_fragments,
    cards,
    links,
    read,
)
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

SORTS = ("newest", "popular", "price_asc", "price_desc")


@pytest.fixture
def uneven(api: Sandbox, db: None) -> Sandbox:
    """A shop in which many beats share a price, their plays or a moment, and others have none."""
    for number in range(1, 61):
        api.change_beat(
            number,
            price=(None, 0, 19.99, 19.99)[number % 4],
            play_count=(None, 7, 7)[number % 3],
            created_at=(None, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")[number % 3],
        )
    sweep()
    api.limits("off")
    return api


def ask_both(client: Client, api: Sandbox, **query: object) -> tuple[list[int], list[int], dict[str, int]]:
    """Return what our page shows, what the API answers, and the API's pagination."""
    answer = api.get("/v1/beats", limit=24, **query).json()["data"]
    response = client.get("/beats/", query)
    return cards(read(response)), [beat["id"] for beat in answer["beats"]], answer["pagination"]


@settings(max_examples=60)
@given(
    sort=st.sampled_from(SORTS),
    genre=st.none() | st.integers(1, 22),
    producer=st.none() | st.integers(5001, 5034),
    page=st.integers(1, 12),
)
def test_the_mirror_answers_like_the_api(
    client: Client, uneven: Sandbox, sort: str, genre: int | None, producer: int | None, page: int
) -> None:
    query = {"sort": sort, "genre": genre, "producer": producer, "page": page}
    ours, theirs, _ = ask_both(client, uneven, **{name: value for name, value in query.items() if value})
    assert ours == theirs


@pytest.mark.parametrize("sort", SORTS)
def test_page_by_page_the_whole_list_is_the_api_s(client: Client, uneven: Sandbox, sort: str) -> None:
    seen: list[int] = []
    for page in range(1, 12):
        ours, theirs, pagination = ask_both(client, uneven, sort=sort, page=page)
        assert ours == theirs
        assert len(ours) == (24 if page < 11 else 13)
        assert pagination["last_page"] == 11
        seen += ours
    assert len(set(seen)) == 253


@pytest.mark.parametrize("sort", SORTS)
def test_beats_without_a_value_come_last_and_ties_by_id(client: Client, uneven: Sandbox, sort: str) -> None:
    field = {"newest": "created_at", "popular": "play_count"}.get(sort, "price")
    told = uneven.beats(sort)
    missing = [beat["id"] for beat in told if beat[field] is None]
    assert len(missing) >= 15
    last = cards(read(client.get("/beats/", {"sort": sort, "page": 11})))
    assert last == [beat["id"] for beat in told][-13:]
    assert last == sorted(missing, reverse=True)[-13:]


def test_several_genres_are_shown_together(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/beats/?genre=2&genre=3&sort=popular"))
    shop.limits("off")
    told = [beat["id"] for beat in shop.beats("popular") if beat["genre"]["id"] in {2, 3}]
    assert cards(page) == told[:24]
    assert page.the("h2", id="results-count").text == f"{len(told)} beats"


def test_every_chip_removes_its_own_filter_and_no_other(client: Client, shop: Sandbox) -> None:
    query = {"genre": ["2", "3"], "producer": "5001", "sort": "price_asc"}
    page = read(client.get("/beats/", query))
    chips = [chip["href"] for chip in page.all("a", class_="chip-active")]
    everything = [("genre", "2"), ("genre", "3"), ("producer", "5001"), ("sort", "price_asc")]
    assert [parse_qsl(urlsplit(chip).query) for chip in chips] == [
        [pair for pair in everything if pair != gone] for gone in everything[:3]
    ]
    clear = next(link["href"] for link in page.all("a") if link.text == "Clear all")
    assert clear == "/beats/?sort=price_asc"
    for link in [*chips, clear]:
        assert client.get(link).status_code == 200


def test_the_form_shows_what_is_chosen_and_what_each_choice_holds(client: Client, shop: Sandbox) -> None:
    query = "genre=2&producer=5001&bpm_min=70&times=any&key=8A&price_max=60&sort=popular"
    form = read(client.get(f"/beats/?{query}")).the("form", id="filters")
    assert (form["action"], form["method"]) == ("/beats/", "get")
    assert [tick["value"] for tick in form.all("input", checked=True)] == ["any", "8A", "2"]
    assert [option["value"] for option in form.all("option", selected=True)] == ["5001", "popular"]
    fields = {field["name"]: field["value"] for field in form.all("input", type="number")}
    assert fields == {"bpm_min": "70", "bpm_max": "", "price_min": "", "price_max": "60"}


def test_every_page_link_keeps_the_filters(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/beats/?sort=price_desc&page=6"))
    nav = page.the("nav", aria_label="Pages")
    assert nav.the("a", aria_current="page")["href"] == "/beats/?sort=price_desc&page=6"
    assert nav.the("a", rel="prev")["href"] == "/beats/?sort=price_desc&page=5"
    assert nav.the("a", rel="next")["href"] == "/beats/?sort=price_desc&page=7"
    numbers = [dict(parse_qsl(urlsplit(link).query)).get("page", "1") for link in links(nav)]
    assert numbers == ["5", "1", "5", "6", "7", "11", "7"]
    assert all("sort=price_desc" in link for link in links(nav))
    assert not read(client.get("/beats/?page=11")).all("a", rel="next")
    assert not read(client.get("/beats/")).all("a", rel="prev")


@pytest.mark.parametrize(
    ("query", "address"),
    [("", ""), ("?page=1&sort=newest&utm=x", ""), ("?sort=popular", "?sort=popular"), ("?page=2&sort=x", "?page=2")],
)
def test_the_page_is_public_and_names_its_address_from_the_settings(
    client: Client, shop: Sandbox, query: str, address: str
) -> None:
    assert_whole(client.get("/beats/" + query, headers={"Host": "localhost:99999"}))
    assert_public(client.get("/beats/" + query), "/beats/" + address)


@pytest.mark.parametrize("query", ["genre=999999", "producer=999999", "genre=2&producer=999999"])
def test_filters_that_fit_nothing_say_so_and_show_the_way_back(client: Client, shop: Sandbox, query: str) -> None:
    response = client.get("/beats/?" + query)
    page = assert_whole(response)
    assert response.status_code == 200
    assert (cards(page), page.the("h2", id="results-count").text) == ([], "0 beats")
    assert "No beat fits all of that" in page.text
    assert "/beats/" in links(page.the("section", id="results"))


def test_a_page_beyond_the_end_is_a_404_that_shows_the_first(
    client: Client, shop: Sandbox, htmx: Callable[..., dict[str, Any]]
) -> None:
    page = assert_refused(client.get("/beats/?sort=popular&page=12"), 404)
    assert cards(page) == []
    assert not page.all("link", rel="canonical")
    assert "/beats/?sort=popular" in links(page.the("section", id="results"))
    assert_results(client.get("/beats/?page=12", headers=htmx("results")), 404)


def test_another_method_is_refused(client: Client, shop: Sandbox, htmx: Callable[..., dict[str, Any]]) -> None:
    assert_other_methods_refused(client, "/beats/?genre=2")
    fragment = client.post("/beats/", headers=htmx("results"))
    assert (fragment.status_code, b"<html" in fragment.content) == (405, False)


@pytest.mark.parametrize("query", [{}, {"genre": "2"}, {"sort": "price_asc", "page": "4"}, {"producer": "999999"}])
def test_the_fragment_holds_what_the_page_holds(
    client: Client, shop: Sandbox, query: dict[str, str], htmx: Callable[..., dict[str, Any]]
) -> None:
    whole = client.get("/beats/", query)
    response = client.get("/beats/", query, headers=htmx("results"))
    fragment = assert_results(response)
    inside = read(whole).the("section", id="results")
    assert (fragment.skeleton, fragment.text) == (inside.skeleton, inside.text)
    assert response["ETag"] != whole["ETag"]


def test_only_fragments_are_less_than_the_page(client: Client, shop: Sandbox) -> None:
    assert_whole_for_all_but_fragments(client, "/beats/?genre=2")


def test_the_page_stays_when_beatconnect_is_down_and_costs_no_call(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    for fault in ("reset", "malformed", "oversized"):
        shop.fault(fault)
        for query in ("", "?genre=2&sort=popular", "?page=11"):
            assert len(cards(read(client.get("/beats/" + query)))) >= 13
    assert shop.asked == asked


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"genre": "2"}, 2),
        ({"genre": ["2", "3", "4"], "producer": "5001", "sort": "price_asc"}, 2),
        ({"page": "11"}, 2),
        ({"producer": "999999"}, 1),
        ({"page": "12"}, 1),
    ],
)
def test_the_number_of_queries_is_fixed(client: Client, shop: Sandbox, query: dict[str, Any], count: int) -> None:
    client.get("/beats/")  # after a change the first one counts the mirror anew
    # Whoever first asks for some filters asks for the genres and producers to choose from, too, and for the rows.
    for most in (count + 3, count, count):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/beats/?{urlencode(query, doseq=True)}")
        assert count <= len(queries) <= most
