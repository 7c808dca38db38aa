"""The search page: tabs, pages, marks, and whatever is typed into it."""

import re
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.test import Client

from catalog.models.mirror import Beat, Genre, Producer
from tests.conftest import sweep_later
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

PERSON = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36"}


def tabs(client: Client, query: str) -> dict[str, str]:
    page = read(client.get(query))
    return {tab.text: tab["href"] for tab in page.the("nav", aria_label="Kinds of results").all("a")}


def test_a_search_has_an_address_and_is_kept_out_of_search_engines(client: Client, shop: Sandbox) -> None:
    response = client.get("/search/?q=Nairobi&type=all&page=1&utm_source=x")
    page = assert_public(response, "/search/?q=Nairobi")
    assert response["X-Robots-Tag"] == "noindex"
    assert page.the("meta", name="robots")["content"] == "noindex"
    assert page.the("title").text.startswith("Search: Nairobi")
    assert page.the("h1").text == "Search: Nairobi"
    assert {field["value"] for field in page.all("input", name="q")} == {"Nairobi"}


def test_tabs_say_how_much_there_is_of_each_kind(client: Client, shop: Sandbox) -> None:
    amapiano = Beat.objects.filter(genre=1).count()
    assert list(tabs(client, "/search/?q=amapiano")) == ["All", f"Beats {amapiano}", "Producers 0"]
    producer = Producer.objects.get(pk=5001)
    found = tabs(client, f"/search/?q={quote(producer.name)}&type=producers")
    assert "Producers 1" in found
    page = read(client.get(found["Producers 1"]))
    assert producer.url in links(page.the("main"))
    assert not cards(page)
    beats = next(url for name, url in found.items() if name.startswith("Beats"))
    theirs = set(Beat.objects.filter(producer=5001).values_list("id", flat=True))
    assert theirs.issubset(cards(read(client.get(beats)))) or len(theirs) > 24


def test_everything_is_on_one_tab(client: Client, shop: Sandbox) -> None:
    from_genre = read(client.get("/search/?q=amapiano"))
    assert Genre.objects.get(pk=1).url in links(from_genre.the("main"))
    assert len(cards(from_genre)) == min(24, Beat.objects.filter(genre=1).count())


def test_pages_are_walked_like_any_list(client: Client, shop: Sandbox) -> None:
    shop.limits("off")
    for number in range(1, 61):
        shop.change_beat(number, title="Walked")
    sweep_later(shop)
    seen: list[int] = []
    for page in (1, 2, 3):
        response = client.get("/search/", {"q": "walked", "type": "beats", "page": page})
        assert response.status_code == 200
        seen += cards(read(response))
    assert sorted(seen) == list(range(1, 61))
    plays = [Beat.objects.get(pk=pk).play_count or -1 for pk in seen]
    assert plays == sorted(plays, reverse=True)
    beyond = client.get("/search/?q=walked&page=4")
    assert beyond.status_code == 404
    assert "/search/?q=walked" in links(assert_whole(beyond).the("main"))
    assert client.get("/search/?q=walked&page=nonsense").status_code == 200


def test_of_a_parameter_given_twice_the_last_counts(client: Client, shop: Sandbox) -> None:
    twice = client.get("/search/?q=lagos&q=Nairobi&type=producers&type=beats&page=9&page=1")
    assert twice.content == client.get("/search/?q=Nairobi&type=beats").content
    unknown = client.get("/search/?q=Nairobi&type=BEATS&page=0")
    assert unknown.content == client.get("/search/?q=Nairobi").content


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=%00", "?q=%E2%80%8B", "?type=beats"])
def test_without_a_query_there_is_a_way_on(client: Client, shop: Sandbox, query: str) -> None:
    page = assert_whole(client.get(f"/search/{query}"))
    assert page.the("title").text.startswith("Search –")
    assert Genre.objects.get(pk=2).url in links(page.the("main"))
    assert not cards(page)


@pytest.mark.parametrize(
    "query", ["%25", "_", "%25%25%25", "%5C", "*", '"', "'", "%23g5", "%23k1", "=", "=%25", "(", "-", "::", ":*"]
)
def test_no_sign_stands_for_others(client: Client, shop: Sandbox, query: str) -> None:
    assert not cards(assert_whole(client.get(f"/search/?q={query}")))


@pytest.mark.parametrize(
    "query",
    [
        "a%00b",
        "a" * 2**20,
        quote("🎵" * 80_000),
        "%ED%A0%80",
        "%FF%FE",
        "%Aaction",
        quote("\u202eevil\u200b"),
        quote("e" + "\u0301" * 5_000),
        quote("﷽" * 90),
        quote("a b " * 60),
        quote("x" * 99 + "é"),
    ],
)
def test_whatever_is_typed_is_answered(client: Client, shop: Sandbox, query: str) -> None:
    for address in ("/search/", "/search/suggest/"):
        response = client.get(f"{address}?q={query}")
        assert response.status_code == 200
        assert "\u202e" not in response.content.decode()


def test_a_query_is_cut_at_a_hundred_letters(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/search/?q=" + "a" * 500))
    assert {field["value"] for field in page.all("input", name="q")} == {"a" * 100}


def test_marks_are_laid_around_what_is_found_and_nothing_becomes_markup(client: Client, shop: Sandbox) -> None:
    shop.change_beat(1, title="<b>Ìfẹ́</b> & <script>alert(1)</script>", play_count=10**9)
    sweep_later(shop)
    response = client.get("/search/?q=ife")
    card = next(card for card in read(response).all("li", data_beat=True) if card["data-beat"] == "1")
    title = card.the("h3")
    assert title.text == "<b>Ìfẹ́</b> & <script>alert(1)</script>"
    assert [mark.text for mark in title.all("mark")] == ["Ìfẹ́"]
    assert not title.all("script")
    hostile = client.get("/search/", {"q": '"><script>alert(1)</script>'})
    assert b"<script>alert" not in hostile.content


def test_half_a_word_marks_half_a_word(client: Client, shop: Sandbox) -> None:
    shop.change_beat(1, title="Cafe\u0301teria Nights")
    sweep_later(shop)
    card = read(client.get("/search/?q=cafe")).the("li", data_beat="1")
    assert [mark.text for mark in card.all("mark")] == ["Café"]


def test_what_is_no_longer_sold_is_not_found(client: Client, shop: Sandbox) -> None:
    found = cards(read(client.get("/search/?q=nairobi")))
    assert found
    shop.remove_beat(found[0])
    sweep_later(shop)
    assert found[0] not in cards(read(client.get("/search/?q=nairobi")))


def test_a_new_title_is_found_and_the_old_one_no_longer(client: Client, shop: Sandbox) -> None:
    shop.change_beat(1, title="Zebra Crossing")
    sweep_later(shop)
    assert cards(read(client.get("/search/?q=zebra"))) == [1]
    shop.change_beat(1, title="Okapi Crossing")
    sweep_later(shop)
    assert cards(read(client.get("/search/?q=okapi"))) == [1]
    assert 1 not in cards(read(client.get("/search/?q=zebra")))


def test_what_is_misspelt_is_found_and_the_spelling_offered(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/search/?q=harmatan"))
    assert cards(page)
    assert "This comes close" in page.the("p", id="results-count").text
    offers = [dict(parse_qsl(urlsplit(url).query)).get("q") for url in links(page.the("ul", class_="offers"))]
    assert "harmattan" in offers


def test_words_that_find_nothing_together_are_offered_one_by_one(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/search/?q=xqzwv+nairobi"))
    assert page.the("h2", id="results-count").text == "Nothing found"
    assert "/search/?q=nairobi" in links(page.the("main"))
    assert "/genres/" in links(page.the("main"))


def test_other_methods_are_refused_and_fragments_are_none(client: Client, shop: Sandbox) -> None:
    assert_other_methods_refused(client, "/search/?q=nairobi")
    assert_whole_for_all_but_fragments(client, "/search/?q=nairobi")


def test_every_page_has_the_field(client: Client, shop: Sandbox) -> None:
    for path in ("/", "/beats/", "/beats/1/", "/genres/", "/producers/", "/nowhere/"):
        page = read(client.get(path, follow=True))
        form = page.the("header", class_="site-header").the("form", role="search")
        assert form["action"] == "/search/"
        assert re.fullmatch(r"[\w-]+", form.the("input", name="q")["id"])
        assert "/search/" in links(page.the("header", class_="site-header"))
