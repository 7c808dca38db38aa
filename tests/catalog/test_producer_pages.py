"""The list of producers, and the page of one: their name, their figures and their beats."""

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

from catalog.models.mirror import Producer
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

FIRST = 5001  # the sandbox's most prolific one


def producer_page(pk: int = FIRST) -> str:
    return Producer.objects.get(pk=pk).url


def figures(api: Sandbox) -> dict[int, tuple[int, int]]:
    """Return each producer's plays and number of beats, counted from what the API tells."""
    api.limits("off")
    plays: Counter[int] = Counter()
    beats: Counter[int] = Counter()
    for beat in api.beats():
        plays[beat["user_id"]] += beat["play_count"] or 0
        beats[beat["user_id"]] += 1
    return {pk: (plays[pk], beats[pk]) for pk in beats}


def test_all_producers_are_listed_the_most_played_first_24_a_page(client: Client, shop: Sandbox) -> None:
    shown: list[int] = []
    for address, length in (("/producers/", 24), ("/producers/?page=2", 8)):
        page = assert_whole(client.get(address))
        found = [int(tile.the("a")["href"].split("/")[2]) for tile in page.all("li", class_="producer-tile")]
        assert len(found) == length
        shown += found
    told = figures(shop)
    assert shown == sorted(told, key=lambda pk: (-told[pk][0], -pk))
    assert_public(client.get("/producers/"), "/producers/")


def test_the_pages_of_the_list_lead_to_one_another(client: Client, shop: Sandbox) -> None:
    first = read(client.get("/producers/"))
    assert first.the("a", rel="next")["href"] == "/producers/?page=2"
    second = read(client.get("/producers/?page=2"))
    assert second.the("a", rel="prev")["href"] == "/producers/"
    assert not second.all("a", rel="next")
    beyond = assert_refused(client.get("/producers/?page=3"), 404)
    assert "/producers/" in links(beyond.the("main"))


def test_a_producer_shows_their_own_beats_and_figures(client: Client, shop: Sandbox) -> None:
    address = producer_page()
    page = assert_public(client.get(address), address)
    plays, count = figures(shop)[FIRST]
    told = shop.beats(producer=FIRST)
    assert page.the("h1").text == told[0]["producer_name"]
    assert f"{count} beats" in page.the("main").text
    assert f"{plays:,} plays" in page.the("main").text
    assert cards(page) == [beat["id"] for beat in told][:24]


@settings(max_examples=30)
@given(
    producer=st.integers(5001, 5008),
    genre=st.none() | st.integers(1, 6),
    sort=st.sampled_from(["newest", "popular", "price_asc", "price_desc"]),
    page=st.integers(1, 2),
)
def test_the_mirror_answers_like_the_api(
    client: Client, shop: Sandbox, producer: int, genre: int | None, sort: str, page: int
) -> None:
    shop.limits("off")
    query = {name: value for name, value in {"genre": genre, "sort": sort, "page": page}.items() if value}
    told = shop.get("/v1/beats", producer=producer, limit=24, **query).json()["data"]["beats"]
    assert cards(read(client.get(producer_page(producer), query))) == [beat["id"] for beat in told]


def test_the_producer_of_the_page_is_not_the_visitor_s_to_change(client: Client, shop: Sandbox) -> None:
    address = producer_page()
    shop.limits("off")
    genre = shop.beats(producer=FIRST)[0]["genre"]["id"]
    page = read(client.get(f"{address}?producer=5002&genre={genre}"))
    form = page.the("form", id="filters")
    assert form["action"] == address
    assert not form.all("select", name="producer")
    assert [chip["href"] for chip in page.all("a", class_="chip-active")] == [address]
    assert cards(page) == [beat["id"] for beat in shop.beats(producer=FIRST, genre=genre)][:24]


def test_page_links_stay_on_the_page_and_keep_the_order(client: Client, api: Sandbox) -> None:
    for number in range(1, 80):
        api.change_beat(number, user_id=FIRST)
    sweep()
    address = producer_page()
    nav = read(client.get(address + "?sort=price_asc")).the("nav", aria_label="Pages")
    assert {urlsplit(link).path for link in links(nav)} == {address}
    assert all(dict(parse_qsl(urlsplit(link).query))["sort"] == "price_asc" for link in links(nav))


def test_filters_that_fit_nothing_say_so(client: Client, shop: Sandbox) -> None:
    page = assert_whole(client.get(producer_page() + "?genre=999999"))
    assert cards(page) == []
    assert "No beat fits all of that" in page.text


def test_a_shop_without_producers_says_so(client: Client, api: Sandbox) -> None:
    for number in range(1, 254):
        api.remove_beat(number)
    assert "No producers here." in assert_whole(client.get("/producers/")).text


def test_a_producer_who_changes_their_name_keeps_every_old_address(client: Client, shop: Sandbox) -> None:
    old = producer_page()
    shop.limits("off")
    for beat in shop.beats(producer=FIRST):
        shop.change_beat(beat["id"], producer_name="Mama Tempo")
    sweep_later(shop)
    response = client.get(old + "?sort=popular")
    assert (response.status_code, response["Location"]) == (301, f"/producers/{FIRST}/mama-tempo/?sort=popular")
    assert client.get(f"/producers/{FIRST}/")["Location"] == f"/producers/{FIRST}/mama-tempo/"


def test_a_name_without_a_usable_slug_stays_on_the_id(client: Client, api: Sandbox) -> None:
    api.change_beat(9, user_id=777, producer_name="ኢትዮጵያ")
    api.change_beat(10, user_id=778, producer_name="🎵")
    sweep()
    assert assert_public(client.get("/producers/778/"), "/producers/778/").the("h1").text == "🎵"
    assert client.get("/producers/777/", follow=True).status_code == 200


def test_a_producer_whom_nobody_knows_is_a_404_without_a_call(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    for number in (1, 2**63 - 1):
        assert_refused(client.get(f"/producers/{number}/"), 404)
    assert shop.asked == asked


def test_another_method_is_refused(client: Client, shop: Sandbox) -> None:
    assert_other_methods_refused(client, "/producers/")
    assert_other_methods_refused(client, producer_page())


def test_the_fragment_holds_what_the_page_holds(
    client: Client, shop: Sandbox, htmx: Callable[..., dict[str, Any]]
) -> None:
    address = producer_page() + "?sort=popular"
    response = client.get(address, headers=htmx("results"))
    fragment = assert_results(response)
    assert fragment.text == read(client.get(address)).the("section", id="results").text
    assert response["ETag"] != client.get(address)["ETag"]
    assert_results(client.get(producer_page() + "?page=99", headers=htmx("results")), 404)


def test_only_fragments_are_less_than_the_page(client: Client, shop: Sandbox) -> None:
    assert_whole_for_all_but_fragments(client, "/producers/?page=2")
    assert_whole_for_all_but_fragments(client, producer_page())


def test_the_pages_stay_when_beatconnect_is_down_and_cost_no_call(client: Client, shop: Sandbox) -> None:
    addresses = ("/producers/", "/producers/?page=2", producer_page())
    before, asked = [client.get(address).content for address in addresses], shop.asked
    for fault in ("reset", "malformed", "oversized"):
        shop.fault(fault)
        assert [client.get(address).content for address in addresses] == before
    assert shop.asked == asked


def test_the_number_of_queries_is_fixed(client: Client, shop: Sandbox, htmx: Callable[..., dict[str, Any]]) -> None:
    counts = {"/producers/": 3, "/producers/?page=2": 3, "/producers/?q=a&sort=name": 3}
    counts |= {
        producer_page(5001): 8,
        producer_page(5002): 8,
        producer_page() + "?sort=price_asc": 8,
    }
    # After a change the first one counts the mirror anew, and asks for what all share: the choices and the rows.
    for address, count in counts.items():
        for most in (count + 4, count):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            assert count <= len(queries) <= most, address
    # What is filtered is drawn without the figures above it.
    address = producer_page()
    with CaptureQueriesContext(connection) as queries:
        client.get(address + "?sort=price_asc", headers=htmx("results"))
    assert len(queries) == 3
