"""The home page: the newest and the most played beats, all genres, the best-known producers."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models.events import Purchase
from catalog.models.mirror import Beat, Genre, Producer
from tests.conftest import sweep, sweep_later
from tests.pages import (
    assert_other_methods_refused,
    assert_public,
    assert_whole,
    assert_whole_for_all_but_fragments,
    cards,
    links,
    read,
)
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_the_shelves_hold_what_the_api_lists_first(client: Client, shop: Sandbox) -> None:
    page = assert_public(client.get("/"), "/")
    shop.limits("off")
    newest, popular = ([beat["id"] for beat in shop.beats(sort)[:12]] for sort in ("newest", "popular"))
    assert cards(page) == newest + popular
    assert "253 beats" in page.text


def test_a_card_tells_what_the_api_tells_of_a_beat(client: Client, shop: Sandbox) -> None:
    card = read(client.get("/")).all("li", data_beat=True)[0]
    shop.limits("off")
    told = shop.beats()[0]
    assert card.the("h3").text == told["title"]
    assert told["producer_name"] in card.text
    assert f"{told['bpm']} BPM" in card.text
    assert told["key"].replace("b ", "♭ ").replace("# ", "♯ ") in card.text
    assert f"${told['price']}" in card.text
    assert card.the("button", data_play=True)["data-src"] == told["audio_url"]
    cover, beat = card.the("img"), Beat.objects.get(pk=told["id"])
    assert (cover["src"], cover["width"], cover["height"]) == (beat.small_cover, "320", "320")
    assert cover["srcset"] == f"{beat.small_cover} 320w, {beat.large_cover} 640w"


def test_every_genre_with_beats_has_its_link_and_its_count(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/"))
    shop.limits("off")
    counts = Counter((beat["genre"]["id"], beat["genre"]["name"]) for beat in shop.beats())
    tiles = {tile.the("a")["href"].split("/")[2]: tile.text for tile in page.all("li", class_="genre-tile")}
    assert tiles == {str(pk): f"{name} {count} beats" for (pk, name), count in counts.items()}


def test_the_most_played_producers_come_first(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/"))
    shop.limits("off")
    plays: Counter[int] = Counter()
    for beat in shop.beats():
        plays[beat["user_id"]] += beat["play_count"] or 0
    best = sorted(plays, key=lambda pk: (-plays[pk], -pk))[:12]
    tiles = page.all("li", class_="producer-tile")
    assert [int(tile.the("a")["href"].split("/")[2]) for tile in tiles] == best


def test_every_link_of_the_page_leads_somewhere(client: Client, shop: Sandbox) -> None:
    own = {link.partition("#")[0] for link in links(read(client.get("/"))) if link.startswith("/")}
    assert len(own) > 40
    for link in own:
        assert client.get(link).status_code == 200, link


def test_a_catalogue_that_lost_all_its_beats_says_so(client: Client, api: Sandbox) -> None:
    for number in range(1, 254):
        api.remove_beat(number)
    response = client.get("/")
    page = assert_whole(response)
    assert response.status_code == 200
    assert cards(page) == []
    assert "The shelves are being filled" in page.text


@pytest.mark.parametrize("query", ["?page=7", "?sort=popular&genre=3", "?%00=%FF", "?q=" + "a" * 100_000])
def test_a_query_changes_nothing(client: Client, shop: Sandbox, query: str) -> None:
    response = client.get("/" + query)
    assert response.status_code == 200
    assert response.content == client.get("/").content


def test_another_method_is_refused_in_the_site_s_dress(client: Client, shop: Sandbox) -> None:
    assert_other_methods_refused(client, "/")


def test_no_part_of_the_page_is_a_fragment_of_its_own(
    client: Client, shop: Sandbox, htmx: Callable[..., dict[str, Any]]
) -> None:
    assert_public(client.get("/", headers=htmx("results")), "/")


def test_only_fragments_are_less_than_the_page(client: Client, shop: Sandbox) -> None:
    assert_whole_for_all_but_fragments(client, "/")


def test_the_page_stays_when_beatconnect_is_down(client: Client, shop: Sandbox) -> None:
    before, asked = client.get("/").content, shop.asked
    for fault in ("reset", "malformed", "oversized"):
        shop.fault(fault)
        assert client.get("/").content == before
    assert shop.asked == asked


def test_what_was_bought_lately_has_a_shelf_that_says_how_often(client: Client, shop: Sandbox) -> None:
    assert "Bought lately" not in read(client.get("/")).text
    buy(7, days=3)
    buy(8, days=1, times=2)
    buy(9, days=2)
    buy(10, days=31, times=9)
    buy(999_999, days=1, times=5)  # told before the beat itself
    Beat.objects.filter(pk=9).update(gone_at=timezone.now())
    page = assert_public(client.get("/"), "/")
    shelf = next(part for part in page.all("section", class_="shelf") if part["aria-labelledby"] == "bought")
    assert cards(shelf) == [8, 7]
    assert [line.text for line in shelf.all("p", class_="card-reason")] == ["bought 2 times", "bought once"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_tiny_catalogue_shows_each_beat_once(client: Client, api: Sandbox, number: int) -> None:
    for pk in range(1, 254 - number):
        api.remove_beat(pk)
    for pk in range(254 - number, 254):
        api.change_beat(pk, genre={"id": 2, "name": "Afrobeats"})
    sweep()
    buy(253, days=1)
    page = assert_public(client.get("/"), "/")
    assert sorted(cards(page)) == list(range(254 - number, 254))
    headings = [heading.text for heading in page.the("main").all("h2")]
    assert headings == ["All beats", "Most played producers"]
    assert f"{number} beat" in page.text
    own = {link.partition("#")[0] for link in links(page) if link.startswith("/")}
    for link in own:
        assert client.get(link).status_code == 200, link


def test_an_empty_catalogue_offers_a_way_on(client: Client, shop: Sandbox) -> None:
    Beat.objects.update(gone_at=timezone.now())
    Genre.objects.update(beat_count=0)
    Producer.objects.update(beat_count=0)
    page = assert_public(client.get("/"), "/")
    assert [heading.text for heading in page.the("main").all("h2")] == ["The shelves are being filled"]
    assert "0 beats" not in page.text


def buy(pk: int, days: int, times: int = 1) -> None:
    at = timezone.now() - timedelta(days=days)
    Purchase.objects.bulk_create(Purchase(key=f"{pk}-{n}", beat_id=pk, bought_at=at) for n in range(times))


def test_the_page_costs_seven_queries_however_much_it_shows(client: Client, shop: Sandbox) -> None:
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        assert len(queries) == 7
        shop.add_beat()
        sweep_later(shop)
    for pk in (1, 2, 3):
        buy(pk, days=1)
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        assert len(queries) == 8


def test_a_browser_that_has_the_page_gets_no_second_copy(client: Client, shop: Sandbox) -> None:
    first = client.get("/", headers={"Accept-Encoding": "gzip"})
    again = client.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("Cache-Control", "Vary"):
        assert again[name] == first[name]
