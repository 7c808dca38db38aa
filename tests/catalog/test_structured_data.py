"""What pages tell search engines and those who share them: valid, complete, and safe whatever a title says."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from lxml import html
from pytest_django import fixtures

from catalog.models.mirror import Beat, Genre, Producer
from catalog.templatetags.catalog_found import escaped_json
from tests.catalog.test_hostile_data import MARKUP
from tests.pages import SITE_URL, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def told(client: Client, path: str) -> dict[str, dict[str, Any]]:
    """Return what a page tells in JSON-LD, by type, as another HTML parser finds it."""
    text = client.get(path).content.decode()
    scripts = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8")).xpath(
        "//script[@type='application/ld+json']"
    )
    assert len(scripts) == 1, path
    raw = scripts[0].text
    assert not set("<>&\u2028\u2029") & set(raw)
    data = json.loads(raw)
    assert data["@context"] == "https://schema.org"
    things = {kind: thing for thing in data["@graph"] for kind in _types(thing)}
    for thing in data["@graph"]:
        _check(thing)
    return things


def _types(thing: dict[str, Any]) -> list[str]:
    kinds = thing["@type"]
    return kinds if isinstance(kinds, list) else [kinds]


def _check(thing: dict[str, Any]) -> None:
    """Check what search engines require of each type, and that nothing empty is told."""
    required = {
        "Product": {"name", "offers", "image"},
        "Offer": {"price", "priceCurrency", "availability", "url"},
        "MusicRecording": {"name", "url"},
        "MusicGroup": {"name"},
        "BreadcrumbList": {"itemListElement"},
        "ItemList": {"itemListElement"},
        "AudioObject": {"contentUrl"},
        "PropertyValue": {"name", "value"},
        "WebSite": {"name", "url"},
    }
    for kind in _types(thing):
        assert required.get(kind, set()) <= thing.keys(), thing
    if "ListItem" in _types(thing):
        assert isinstance(thing["position"], int)
        assert thing.get("url") or (thing["name"] and thing["item"])
    if "Offer" in _types(thing):
        assert re.fullmatch(r"[0-9]+\.[0-9]{2}", thing["price"])
        assert re.fullmatch(r"[A-Z]{3}", thing["priceCurrency"])
    for name, value in thing.items():
        assert value not in (None, "", [], {}), (name, thing)
        if name in {"url", "item", "@id", "contentUrl"}:
            assert value.startswith(("http://", "https://"))
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                _check(inner)


def test_a_beat_is_a_recording_and_a_product(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.select_related("producer", "genre").get(pk=40)
    things = told(client, beat.url)
    recording = things["MusicRecording"]
    assert things["Product"] is recording
    assert recording["url"] == SITE_URL + beat.url
    assert recording["offers"]["price"] == f"{beat.price:.2f}"
    assert recording["byArtist"] == {
        "@type": "MusicGroup",
        "@id": f"{SITE_URL}{beat.producer_url}#producer",
        "name": beat.producer_label,
        "url": SITE_URL + beat.producer_url,
    }
    crumbs = things["BreadcrumbList"]["itemListElement"]
    assert [crumb["item"] for crumb in crumbs] == [SITE_URL + beat.genre_url, SITE_URL + beat.url]


def test_a_beat_of_which_nothing_is_known_is_no_product(client: Client, shop: Sandbox) -> None:
    unknown: dict[str, Any] = {
        "price": None,
        "bpm": None,
        "key": "",
        "duration": None,
        "audio_url": "",
        "cover_url": "",
    }
    Beat.objects.filter(pk=40).update(**unknown, producer=None, producer_name="", genre=None, title="", created_at=None)
    things = told(client, "/beats/40/")
    assert "Product" not in things
    assert things["MusicRecording"]["name"] == "Untitled beat #40"


@pytest.mark.parametrize("currency", ["<b>", "", "usd"])
def test_a_price_in_no_currency_is_not_told(
    client: Client, shop: Sandbox, settings: fixtures.Settings, currency: str
) -> None:
    settings.BEATCONNECT_CURRENCY = currency
    assert "Product" not in told(client, Beat.objects.get(pk=40).url)


def test_lists_number_their_items_over_all_pages(client: Client, shop: Sandbox) -> None:
    items = told(client, "/beats/?page=2")["ItemList"]["itemListElement"]
    assert [item["position"] for item in items] == list(range(25, 49))
    for path in ("/genres/", "/producers/", Genre.objects.get(pk=2).url, "/"):
        assert told(client, path)["ItemList"]["itemListElement"]
    producer = Producer.objects.get(pk=5001)
    assert told(client, producer.url)["MusicGroup"]["name"] == producer.name
    assert told(client, "/")["WebSite"]["url"] == SITE_URL + "/"


def test_a_title_can_neither_end_the_script_nor_break_the_json(client: Client, shop: Sandbox) -> None:
    for markup in [*MARKUP, "\\u003C/script>", "\u2028\u2029", '\\"', "a" * 200, "🎵 日本語 \u202eالعربية"]:
        Beat.objects.filter(pk=40).update(title=markup, producer_name=markup, key=markup[:20])
        Genre.objects.filter(pk=2).update(name=markup)
        Producer.objects.filter(pk=5001).update(name=markup, bio=markup, location=markup)
        recording = told(client, Beat.objects.get(pk=40).url)["MusicRecording"]
        assert (recording["name"], recording["byArtist"]["name"]) == (markup, markup)
        assert told(client, Producer.objects.get(pk=5001).url)["MusicGroup"]["name"] == markup
        assert told(client, Genre.objects.get(pk=2).url)["ItemList"]["name"] == markup
        assert json.loads(escaped_json({"x": markup})) == {"x": markup}


def test_every_kind_of_page_can_be_shared(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.select_related("producer", "genre").get(pk=40)
    pages = ["/", "/beats/", beat.url, "/genres/", beat.genre_url, "/producers/", beat.producer_url]
    for path in pages:
        page = read(client.get(path))
        meta = {
            tag.attributes.get("property") or tag.attributes.get("name"): tag["content"]
            for tag in page.all("meta", content=True)
        }
        assert meta["og:url"] == meta["og:url"].strip() == SITE_URL + path
        assert page.the("title").text == f"{meta['og:title']} – BeatConnect Beats"
        assert meta["og:description"] == meta["description"] != ""
        assert meta["og:type"] in {"website", "music.song", "profile"}
        assert meta["twitter:card"] == ("summary_large_image" if "og:image" in meta else "summary")
    page = read(client.get(beat.url))
    assert page.the("meta", property="og:image")["content"].startswith(f"{SITE_URL}/cards/40.png?v=")
    assert page.the("meta", property="og:image:width")["content"] == "1200"
    assert not read(client.get("/beats/?page=99")).all("meta", property="og:url")
