"""The list of genres, and the page of one: its beats, under the filters that are left."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models.mirror import Beat, Genre
from tests.conftest import sweep, sweep_later
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


def genre_page(pk: int) -> str:
    return Genre.objects.get(pk=pk).url


def test_every_genre_with_beats_is_listed_the_fullest_first(client: Client, shop: Sandbox) -> None:
    page = assert_public(client.get("/genres/"), "/genres/")
    shop.limits("off")
    counts = Counter((beat["genre"]["id"], beat["genre"]["name"]) for beat in shop.beats())
    told = sorted(counts, key=lambda genre: (-counts[genre], genre[1]))
    tiles = [(tile.the("a")["href"], tile.text) for tile in page.all("li", class_="genre-tile")]
    assert tiles == [(genre_page(pk), f"{name} {counts[pk, name]} beats") for pk, name in told]
    for address, _ in tiles:
        assert client.get(address).status_code == 200


def test_a_genre_shows_its_beats_and_no_others(client: Client, shop: Sandbox) -> None:
    address = genre_page(2)
    page = assert_public(client.get(address), address)
    shop.limits("off")
    told = shop.beats(genre=2)
    assert len(told) > 24
    assert page.the("h1").text == told[0]["genre"]["name"]
    assert cards(page) == [beat["id"] for beat in told][:24]
    assert page.the("h2", id="results-count").text == f"{len(told)} beats"


@settings(max_examples=30)
@given(
    genre=st.integers(1, 6),
    producer=st.none() | st.integers(5001, 5006),
    sort=st.sampled_from(["newest", "popular", "price_asc", "price_desc"]),
    page=st.integers(1, 2),
)
def test_the_mirror_answers_like_the_api(
    client: Client, shop: Sandbox, genre: int, producer: int | None, sort: str, page: int
) -> None:
    shop.limits("off")
    query = {name: value for name, value in {"producer": producer, "sort": sort, "page": page}.items() if value}
    told = shop.get("/v1/beats", genre=genre, limit=24, **query).json()["data"]["beats"]
    assert cards(read(client.get(genre_page(genre), query))) == [beat["id"] for beat in told]


def test_the_genre_of_the_page_is_not_the_visitor_s_to_change(client: Client, shop: Sandbox) -> None:
    address = genre_page(2)
    page = read(client.get(address + "?genre=3&producer=5001&sort=popular"))
    form = page.the("form", id="filters")
    assert form["action"] == address
    assert not form.all("input", name="genre")
    chips = page.all("a", class_="chip-active")
    assert [chip["href"] for chip in chips] == [f"{address}?sort=popular"]
    shop.limits("off")
    assert cards(page) == [beat["id"] for beat in shop.beats("popular", genre=2, producer=5001)][:24]


def test_page_links_stay_on_the_page_and_keep_the_order(client: Client, shop: Sandbox) -> None:
    address = genre_page(2)
    nav = read(client.get(address + "?sort=popular")).the("nav", aria_label="Pages")
    assert {urlsplit(link).path for link in links(nav)} == {address}
    assert all(dict(parse_qsl(urlsplit(link).query))["sort"] == "popular" for link in links(nav))
    assert nav.the("a", rel="next")["href"] == f"{address}?sort=popular&page=2"


def test_filters_that_fit_nothing_say_so(client: Client, shop: Sandbox) -> None:
    page = assert_whole(client.get(genre_page(2) + "?producer=999999"))
    assert cards(page) == []
    assert "No beat fits all of that" in page.text


def test_a_genre_that_lost_its_beats_stays_and_leaves_the_list(client: Client, shop: Sandbox) -> None:
    shop.limits("off")
    counts = Counter(beat["genre"]["id"] for beat in shop.beats())
    pk = min(counts, key=lambda genre: counts[genre])
    address = genre_page(pk)
    for beat in shop.beats(genre=pk):
        shop.change_beat(beat["id"], genre={"id": 2, "name": "Afrobeats"})
    sweep_later(shop)
    page = assert_public(client.get(address), address)
    assert cards(page) == []
    assert "/genres/" in links(page.the("section", id="results"))
    assert address not in links(read(client.get("/genres/")))


def test_a_shop_without_genres_says_so(client: Client, api: Sandbox) -> None:
    for number in range(1, 254):
        api.remove_beat(number)
    page = assert_whole(client.get("/genres/"))
    assert "No genres yet." in page.text


def test_another_slug_leads_to_the_right_one_and_keeps_the_query(client: Client, shop: Sandbox) -> None:
    for slug in ("", "wrong/", "AFROBEATS/"):
        response = client.get(f"/genres/2/{slug}?sort=popular&x=%2F")
        assert response.status_code == 301
        assert response["Location"] == genre_page(2) + "?sort=popular&x=%2F"


def test_a_name_without_a_usable_slug_stays_on_the_id(client: Client, api: Sandbox) -> None:
    api.change_beat(9, genre={"id": 77, "name": "日本語"})
    sweep()
    page = assert_public(client.get("/genres/77/"), "/genres/77/")
    assert (page.the("h1").text, cards(page)) == ("日本語", [9])


def test_a_genre_that_nobody_knows_is_a_404_without_a_call(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    for number in (999, 2**63 - 1):
        assert_refused(client.get(f"/genres/{number}/"), 404)
    assert shop.asked == asked


def test_a_genre_that_the_sweep_may_still_reach_is_a_503(client: Client, api: Sandbox) -> None:
    client.get("/")
    response = client.get("/genres/999/")
    assert_refused(response, 503)
    assert response["Retry-After"]


def test_a_page_beyond_the_end_is_a_404_that_shows_the_first(client: Client, shop: Sandbox) -> None:
    page = assert_refused(client.get(genre_page(2) + "?page=99&sort=popular"), 404)
    assert f"{genre_page(2)}?sort=popular" in links(page.the("section", id="results"))


def test_another_method_is_refused(client: Client, shop: Sandbox) -> None:
    assert_other_methods_refused(client, "/genres/")
    assert_other_methods_refused(client, genre_page(2))


def test_the_fragment_holds_what_the_page_holds(
    client: Client, shop: Sandbox, htmx: Callable[..., dict[str, Any]]
) -> None:
    address = genre_page(2) + "?sort=popular"
    response = client.get(address, headers=htmx("results"))
    fragment = assert_results(response)
    assert fragment.text == read(client.get(address)).the("section", id="results").text
    assert response["ETag"] != client.get(address)["ETag"]
    assert_whole(client.get("/genres/", headers=htmx("results")))


def test_only_fragments_are_less_than_the_page(client: Client, shop: Sandbox) -> None:
    assert_whole_for_all_but_fragments(client, "/genres/")
    assert_whole_for_all_but_fragments(client, genre_page(2))


def test_the_pages_stay_when_beatconnect_is_down_and_cost_no_call(client: Client, shop: Sandbox) -> None:
    addresses = ("/genres/", genre_page(2), genre_page(2) + "?page=2")
    before, asked = [client.get(address).content for address in addresses], shop.asked
    for fault in ("reset", "malformed", "oversized"):
        shop.fault(fault)
        assert [client.get(address).content for address in addresses] == before
    assert shop.asked == asked


def test_the_number_of_queries_is_fixed(client: Client, shop: Sandbox) -> None:
    counts = {"/genres/": 2, genre_page(2): 3, genre_page(9): 3, genre_page(2) + "?page=2": 3}
    producer = Beat.objects.filter(genre=2).values_list("producer", flat=True)[0]
    counts[f"{genre_page(2)}?producer={producer}&sort=popular"] = 3
    counts[genre_page(2) + "?producer=999999"] = 2
    # After a change the first one counts the mirror anew, and asks for what all share: the choices and the rows.
    for address, count in counts.items():
        for most in (count + 4, count):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            assert count <= len(queries) <= most, address
