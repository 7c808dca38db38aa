"""The page of one beat: what is known of it, where to hear and buy it, and the way on."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import fixtures

from catalog.harmony import neighbours, parse_key, tempo_fit
from catalog.models.mirror import Beat
from tests.conftest import sweep, sweep_later
from tests.pages import (
    assert_other_methods_refused,
    assert_public,
    assert_refused,
    assert_whole_for_all_but_fragments,
    cards,
    links,
    read,
)
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def song(api: Sandbox, db: None) -> dict[str, Any]:
    """A beat of which everything is known, as the API tells it, in a shop that holds it; the quota is lifted."""
    told = api.change_beat(
        40,
        title="Lagos by Night",
        price=1234.5,
        bpm=112,
        key="F# minor",
        duration=245,
        play_count=1234,
        download_count=56,
        created_at=datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z"),
    )
    sweep()
    api.limits("off")
    return told


def test_the_page_tells_all_that_the_api_tells(client: Client, song: dict[str, Any]) -> None:
    page = assert_public(client.get("/beats/40/lagos-by-night/"), "/beats/40/lagos-by-night/")
    assert page.the("h1").text == "Lagos by Night"
    text = page.the("article").text
    for expected in ("$1,234.50", "112 BPM", "F♯ minor 11A", "4:05", "1,234", "56", song["producer_name"]):
        assert expected in text
    assert page.the("title").text.startswith(f"Lagos by Night by {song['producer_name']}")
    assert page.the("meta", property="og:url")["content"] == "http://127.0.0.1:8000/beats/40/lagos-by-night/"
    found = links(page.the("article"))
    assert any(link.startswith(f"/producers/{song['user_id']}/") for link in found)
    assert any(link.startswith(f"/genres/{song['genre']['id']}/") for link in found)


def test_it_can_be_heard_with_and_without_script(client: Client, song: dict[str, Any]) -> None:
    article = read(client.get("/beats/40/lagos-by-night/")).the("article")
    button = article.the("button", data_play=True)
    assert button["data-src"] == song["audio_url"]
    assert "Lagos by Night" in button["aria-label"]
    native = article.the("noscript").the("audio", controls=True)
    assert (native["src"], native["preload"]) == (song["audio_url"], "none")
    cover, beat = article.the("img"), Beat.objects.get(pk=40)
    assert (cover["src"], cover["width"], cover["height"]) == (beat.large_cover, "640", "640")
    assert cover["srcset"] == f"{beat.small_cover} 320w, {beat.large_cover} 640w"


def test_the_way_on_is_what_the_api_lists(client: Client, song: dict[str, Any], api: Sandbox) -> None:
    page = read(client.get("/beats/40/lagos-by-night/"))
    shelves = {shelf["aria-labelledby"]: cards(shelf) for shelf in page.all("section", class_="shelf")}
    assert list(shelves) == ["mixes", "by-producer", "similar"]
    same_producer = [beat["id"] for beat in api.beats(producer=song["user_id"]) if beat["id"] != 40]
    assert shelves["by-producer"] == same_producer[:6]
    # Which beats are similar: test_similar.py.
    assert shelves["similar"]
    assert not set(shelves["mixes"]) & set(shelves["similar"])


def test_what_mixes_is_in_key_and_in_tempo_and_says_so(client: Client, song: dict[str, Any], api: Sandbox) -> None:
    page = read(client.get("/beats/40/lagos-by-night/"))
    shelf = next(shelf for shelf in page.all("section", class_="shelf") if shelf["aria-labelledby"] == "mixes")
    assert shelf.the("a", class_="more")["href"] == "/beats/?mixes_with=40"
    mine = parse_key("F# minor")
    assert mine
    told = {beat["id"]: beat for beat in api.beats("popular")}
    fitting = [
        pk
        for pk, beat in told.items()
        if pk != 40 and parse_key(beat["key"] or "") in neighbours(mine) and beat["bpm"] and tempo_fit(112, beat["bpm"])
    ]
    assert cards(shelf) == fitting[:12]
    reasons = [reason.text for reason in shelf.all("p", class_="card-reason")]
    assert len(reasons) == len(fitting[:12])
    assert all("key" in reason and ("BPM" in reason or "time" in reason or "tempo" in reason) for reason in reasons)


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("", "https://beatconnectafrica.com/"),
        ("https://shop.example/b/{id}?from=us", "https://shop.example/b/40?from=us"),
    ],
)
def test_buying_leads_where_the_settings_say(
    client: Client, song: dict[str, Any], settings: fixtures.Settings, template: str, address: str
) -> None:
    settings.BEATCONNECT_BEAT_URL = template
    article = read(client.get("/beats/40/lagos-by-night/")).the("article")
    buy = next(link for link in article.all("a") if link.text.startswith("Buy"))
    assert buy["href"] == address
    assert "noopener" in buy["rel"]
    assert buy["data-hx-boost"] == "false"


def test_a_beat_of_which_little_is_known_is_shown_all_the_same(client: Client, api: Sandbox) -> None:
    fields = ("title", "user_id", "producer_name", "genre", "price", "bpm", "key", "audio_url", "cover_image")
    counts = ("duration", "play_count", "download_count")
    api.change_beat(41, **dict.fromkeys((*fields, *counts)))
    sweep()
    response = client.get("/beats/41/")
    assert b"None" not in response.content
    page = assert_public(response, "/beats/41/")
    assert page.the("h1").text == "Untitled beat #41"
    assert "No preview for this beat." in page.text
    assert [heading.text for heading in page.the("main").all("h2")] == ["Popular beats"]
    article = page.the("article")
    assert not article.all("audio")
    assert not article.all("img")
    assert not article.all("button", data_play=True)


def test_another_slug_leads_to_the_right_one_and_keeps_the_query(client: Client, song: dict[str, Any]) -> None:
    for slug in ("", "wrong/", "LAGOS-by-night/", "日本/"):
        for query in ("", "?utm_source=x&y=%2F%2Fevil.com", "?a=%0D%0AX-Injected:%201"):
            response = client.get(f"/beats/40/{slug}{query}")
            assert response.status_code == 301
            assert response["Location"] == "/beats/40/lagos-by-night/" + query
            assert "X-Injected" not in response.headers
            assert "stale-while-revalidate" in response["Cache-Control"], "a title may change, and change back"


def test_a_title_without_a_usable_slug_stays_on_the_id(client: Client, api: Sandbox) -> None:
    titles = dict(enumerate(["日本語", "ಠ_ಠ", "🎵🎵", "!!!", "-", ""], start=42))
    for number, title in titles.items():
        api.change_beat(number, title=title)
    sweep()
    for number in titles:
        url = Beat.objects.get(pk=number).url
        assert url in {f"/beats/{number}/", f"/beats/{number}/_/"}
        assert_public(client.get(url), url)
        assert client.get(f"/beats/{number}/x/", headers={"Host": "localhost"})["Location"] == url


def test_a_beat_that_is_gone_says_so_and_shows_others(
    client: Client, song: dict[str, Any], api: Sandbox, htmx: Callable[..., dict[str, Any]]
) -> None:
    api.remove_beat(40)
    sweep_later(api)
    for address in ("/beats/40/lagos-by-night/", "/beats/40/", "/beats/40/wrong/"):
        page = assert_refused(client.get(address), 410)
        assert page.the("h1").text == "Lagos by Night"
        assert f"{song['producer_name']} has taken this beat off the market." in page.text
        assert not page.the("main").all("button", data_beat_id="40")
    assert len(cards(page)) == 12
    api.limits("off")
    assert client.get("/beats/40/", headers=htmx("results")).status_code == 410
    assert 40 not in cards(read(client.get("/beats/")))


def test_a_beat_that_nobody_knows_is_a_404_without_a_call(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    for number in (254, 999_999, 2**63 - 1):
        for address in (f"/beats/{number}/", f"/beats/{number}/some-title/"):
            assert_refused(client.get(address), 404)
    assert shop.asked == asked


def test_another_method_is_refused(client: Client, song: dict[str, Any]) -> None:
    assert_other_methods_refused(client, "/beats/40/lagos-by-night/")


def test_the_page_has_no_fragments(client: Client, song: dict[str, Any], htmx: Callable[..., dict[str, Any]]) -> None:
    assert_public(client.get("/beats/40/lagos-by-night/", headers=htmx("results")), "/beats/40/lagos-by-night/")
    assert_whole_for_all_but_fragments(client, "/beats/40/lagos-by-night/")


def test_the_page_stays_when_beatconnect_is_down_and_costs_no_call(
    client: Client, song: dict[str, Any], api: Sandbox
) -> None:
    before, asked = client.get("/beats/40/lagos-by-night/").content, api.asked
    for fault in ("reset", "malformed", "oversized"):
        api.fault(fault)
        assert client.get("/beats/40/lagos-by-night/").content == before
    assert client.get("/beats/999/").status_code == 404
    assert api.asked == asked


def test_the_number_of_queries_is_fixed(client: Client, song: dict[str, Any]) -> None:
    client.get("/beats/")  # after a change the first page counts the mirror anew
    for address, count in {"/beats/40/lagos-by-night/": 10, "/beats/40/": 10, "/beats/999/": 2}.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) == count, address
