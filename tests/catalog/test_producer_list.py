"""The list of producers: found by a part of their name, in four orders, page by page."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models.mirror import Producer
from tests.conftest import sweep, sweep_later
from tests.pages import assert_public, assert_results, assert_whole, links, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

NAMES = {
    6001: "Ọlá Sunrise",
    6002: "DJ-Ọla",
    6003: "OLA%",
    6004: "Ólafur_B",
    6005: "Youssou N’Dour",
    6006: "ኢትዮጵያ",
    6007: '<b>Ola</b> & "Sons"',
    6008: None,
}


@pytest.fixture
def named(api: Sandbox) -> Sandbox:
    """A shop with producers of these names, each with a beat of their own."""
    for number, (pk, name) in enumerate(NAMES.items(), start=1):
        api.change_beat(number, user_id=pk, producer_name=name)
    sweep()
    return api


def shown(client: Client, **query: object) -> list[int]:
    page = assert_whole(client.get("/producers/", query))
    return [int(tile.the("a")["href"].split("/")[2]) for tile in page.all("li", class_="producer-tile")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ola sun", {6001}),
        ("OLÁ", {6001, 6002, 6003, 6004, 6007}),
        ("ọla dj", {6002}),
        ("ndour", {6005}),
        ("N'Dour", {6005}),
        ("ኢትዮ", {6006}),
        ("%", set()),
        ("_", set()),
        ("zzz", set()),
        ("ola\x00 sun", {6001}),
        ("<b>ola", {6004, 6007}),
        ("b sons", {6007}),
    ],
)
def test_a_part_of_a_name_is_enough_in_any_spelling(
    client: Client, named: Sandbox, asked: str, found: set[int]
) -> None:
    assert {pk for pk in shown(client, q=asked) if pk > 6000} == found


def test_a_renamed_producer_is_found_by_the_new_name(client: Client, named: Sandbox) -> None:
    named.change_beat(1, producer_name="Sùnset")
    sweep_later(named)
    assert shown(client, q="sunrise") == []
    assert shown(client, q="sunset") == [6001]


@pytest.mark.parametrize("query", ["", "a", "ola"])
def test_each_order_is_what_it_says(client: Client, named: Sandbox, query: str) -> None:
    for pk in (5001, 6002, 6004):
        Producer.objects.filter(pk=pk).update(joined_at=datetime(2024, pk % 12 + 1, 1, tzinfo=UTC))
    found = [*Producer.objects.filter(folded__contains=query, beat_count__gt=0)]
    never = datetime(1, 1, 1, tzinfo=UTC)
    orders: dict[str, Callable[[Producer], Any]] = {
        "plays": lambda one: (-one.play_count, -one.pk),
        "beats": lambda one: (-one.beat_count, -one.play_count, -one.pk),
        "newest": lambda one: (-(one.joined_at or never).timestamp(), -one.pk),
    }
    for sort, order in orders.items():
        both = shown(client, q=query, sort=sort)
        if len(found) > 24:
            both += shown(client, q=query, sort=sort, page=2)
        assert both == [one.pk for one in sorted(found, key=order)], sort
    names = shown(client, q="ola", sort="name")
    assert names[:1] == [6007]  # b Ola b Sons
    assert 6008 not in shown(client, sort="name")


def test_pages_keep_what_was_asked(client: Client, named: Sandbox) -> None:
    first = read(client.get("/producers/?q=a&sort=beats"))
    assert first.the("a", rel="next")["href"] == "/producers/?q=a&sort=beats&page=2"
    assert first.the("link", rel="canonical")["href"].endswith("/producers/?q=a&sort=beats")
    beyond = client.get("/producers/?q=a&page=9")
    assert beyond.status_code == 404
    assert "/producers/?q=a" in links(read(beyond).the("main"))


def test_the_form_works_without_script_and_keeps_what_was_asked(client: Client, named: Sandbox) -> None:
    form = read(client.get("/producers/?q=Ola&sort=name")).the("main").the("form", role="search")
    assert (form["action"], form["method"]) == ("/producers/", "get")
    assert form.the("input", name="q")["value"] == "Ola"
    assert [option["value"] for option in form.all("option", selected=True)] == ["name"]
    assert form.all("button", type="submit")


def test_the_fragment_holds_what_the_page_holds(
    client: Client, named: Sandbox, htmx: Callable[..., dict[str, Any]]
) -> None:
    address = "/producers/?q=ola&sort=name"
    fragment = assert_results(client.get(address, headers=htmx("results")))
    assert fragment.text == read(client.get(address)).the("section", id="results").text
    assert " ".join(fragment["data-title"].split()) == "Producers: ola – BeatConnect Beats"
    assert_results(client.get("/producers/?page=99", headers=htmx("results")), 404)


def test_nobody_found_offers_the_way_back(client: Client, named: Sandbox) -> None:
    page = read(client.get("/producers/?q=<i>zzz</i>"))
    assert "Nobody here is called “<i>zzz</i>”" in page.text
    assert not page.all("i")
    assert "/producers/" in links(page.the("main"))


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00%ED%A0%80%FF",
        "?q=" + "a" * 5_000,
        "?q=" + "🎵" * 500,
        "?q=" + "a+" * 200,
        "?q=%25%5F%5C%27%22",
        "?q=%E2%80%AEabc",
        "?sort=price;drop",
        "?sort=name&sort=x",
        "?page=0",
        "?page=" + "9" * 400,
        "?q=ﷺ" + "ﷺ" * 99,
        "?q=" + "z̸" * 90,
    ],
)
def test_nothing_that_is_typed_is_an_error(client: Client, named: Sandbox, query: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/producers/" + query).status_code in {200, 404}
    assert len(queries) <= 3


def test_a_page_by_name_is_for_no_search_engine(client: Client, named: Sandbox) -> None:
    assert read(client.get("/producers/?q=ola")).the("meta", name="robots")["content"] == "noindex"
    assert not assert_public(client.get("/producers/"), "/producers/").all("meta", name="robots")
