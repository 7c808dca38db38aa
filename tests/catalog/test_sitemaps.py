"""Sitemaps and robots.txt: every page is in one, none twice, and no crawler is led through views of a list."""

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from protego import Protego

from catalog.indexing import may_be_listed
from catalog.models.mirror import Beat, Genre, Producer
from catalog.service import sitemaps
from tests.conftest import sweep_later
from tests.pages import SITE_URL, assert_other_methods_refused
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "sitemap.xsd"))
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def listed(client: Client, path: str) -> list[str]:
    """Return the paths that a sitemap, or the index, lists; it must be valid."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    root = etree.fromstring(response.content)
    SCHEMA.assertValid(root)
    found = root.xpath("//s:loc/text()", namespaces=NAMES)
    assert all(url.startswith(SITE_URL + "/") for url in found)
    return [url.removeprefix(SITE_URL) for url in found]


def listed_of(client: Client, kind: str) -> list[str]:
    return [path for page in listed(client, "/sitemap.xml") if kind in page for path in listed(client, page)]


def test_everything_on_sale_is_listed_once_at_its_own_address(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")
    Beat.objects.filter(pk__in=[8, 9]).update(created_at=None)
    live = Beat.objects.filter(gone_at=None)
    assert sorted(listed_of(client, "beats") + listed_of(client, "undated")) == sorted(beat.url for beat in live)
    assert listed_of(client, "undated") == [beat.url for beat in live.filter(created_at=None).order_by("pk")]
    assert listed_of(client, "genres") == [g.url for g in Genre.objects.filter(beat_count__gt=0).order_by("pk")]
    assert listed_of(client, "producers") == [p.url for p in Producer.objects.filter(beat_count__gt=0).order_by("pk")]
    assert listed_of(client, "static") == ["/", "/beats/", "/genres/", "/producers/"]
    for path in listed_of(client, "static") + listed_of(client, "genres"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("size", [1, 7, 84, 252, 253, 254])
def test_pages_of_any_size_hold_each_beat_once(
    client: Client, shop: Sandbox, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sitemaps, "PER_PAGE", size)
    # Beats that appeared in the same second must not fall between two pages.
    Beat.objects.filter(pk__lte=40).update(created_at="2024-01-01T00:00Z")
    pages = [page for page in sitemaps.sitemaps() if page.kind == "beats"]
    found = [sitemaps.entries("beats", page.number) for page in pages]
    assert [len(entries) for entries in found] == [size] * (253 // size) + ([253 % size] if 253 % size else [])
    assert [entry.path for entries in found for entry in entries] == [
        beat.url for beat in Beat.objects.order_by("created_at", "pk")
    ]
    for page, entries in zip(pages, found, strict=True):
        assert page.changed_at == max(entry.changed_at for entry in entries if entry.changed_at)


def lastmods(client: Client, path: str) -> dict[str, str]:
    """Return by path what a sitemap, or the index, says of the last change."""
    root = etree.fromstring(client.get(path).content)
    pairs = ((entry.find("s:loc", NAMES), entry.find("s:lastmod", NAMES)) for entry in root)
    return {loc.text.removeprefix(SITE_URL): day.text for loc, day in pairs if day is not None}


def test_a_beat_changed_when_its_page_tells_something_new(client: Client, shop: Sandbox) -> None:
    before = lastmods(client, "/sitemap-beats-1.xml")
    newest = lastmods(client, "/sitemap.xml")["/sitemap-beats-1.xml"]
    shop.change_beat(5, play_count=10**6)
    sweep_later(shop)
    # Read again as it was, and only played more: nothing has changed.
    assert not Beat.objects.filter(changed_at__isnull=False).exists()
    shop.change_beat(6, price=12.5)
    sweep_later(shop)
    cache.clear()
    beat = Beat.objects.get(changed_at__isnull=False)
    assert beat.pk == 6
    after = lastmods(client, "/sitemap-beats-1.xml")
    assert {path for path in after if after[path] != before[path]} == {beat.url}
    assert after[beat.url] == lastmods(client, "/sitemap.xml")["/sitemap-beats-1.xml"] > max(newest, *before.values())
    feed = etree.fromstring(client.get(f"/feeds/producers/{beat.producer_id}.xml").content)
    assert after[beat.url][:19] in etree.tostring(feed).decode()


def test_a_beat_that_comes_back_has_changed(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")
    sweep_later(shop)
    assert [beat.pk for beat in Beat.objects.filter(changed_at__isnull=False)] == [7]


def test_there_is_no_sitemap_beyond_the_last_nor_of_another_kind(client: Client, shop: Sandbox) -> None:
    for path in (
        "/sitemap-beats-2.xml",
        f"/sitemap-beats-{2**63 - 1}.xml",
        "/sitemap-x-1.xml",
        "/sitemap-undated-1.xml",
    ):
        assert client.get(path).status_code == 404


def test_an_empty_shop_lists_nothing_and_asks_nobody(client: Client, api: Sandbox) -> None:
    for path in ("/sitemap.xml", "/sitemap-beats-1.xml", "/feeds/beats.xml", "/beats.m3u"):
        response = client.get(path)
        assert response.status_code == 503
        assert response["Retry-After"]
    assert api.asked == 0


def test_the_number_of_queries_is_fixed_and_no_call_is_made(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    cache.clear()
    counts = {"/sitemap.xml": 8, "/sitemap-beats-1.xml": 2, "/sitemap-producers-1.xml": 2, "/sitemap-static-1.xml": 1}
    for path, count in counts.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) == count, path
    assert shop.asked == asked


def test_an_unchanged_sitemap_is_not_sent_again(client: Client, shop: Sandbox) -> None:
    etag = client.get("/sitemap-beats-1.xml")["ETag"]
    assert client.get("/sitemap-beats-1.xml", headers={"If-None-Match": etag}).status_code == 304
    assert_other_methods_refused(client, "/sitemap.xml")


FETCHED = ["/", "/beats/", "/beats/?page=3", "/beats/?genre=2", "/beats/?genre=2&page=2", "/genres/2/afrobeats/"]
FETCHED += ["/beats/1/", "/producers/5001/x/?page=2", "/embed/beats/1/", "/feeds/beats.xml", "/sitemap.xml"]
SPARED = ["/search/?q=x", "/beats/?genre=2&genre=3", "/beats/?genre=2&producer=5001", "/beats/?sort=popular"]
SPARED += ["/genres/2/afrobeats/?producer=5001", "/producers/5001/x/?genre=2&page=2", "/beats/?bpm_min=90"]
SPARED += ["/beats/?key=C+minor", "/beats/?price_max=9", "/beats/?genre=2&mixes_with=5", "/admin/", "/status.json"]
SPARED += ["/webhooks/beatconnect/", "/account/login/", "/orders/", "/favourites/", "/tape/?b=1"]


def test_robots_txt_leads_crawlers_to_pages_and_past_the_ways_to_narrow_lists(client: Client, db: None) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    rules = Protego.parse(response.content.decode())
    assert list(rules.sitemaps) == [f"{SITE_URL}/sitemap.xml"]
    assert [path for path in FETCHED if not rules.can_fetch(SITE_URL + path, "Googlebot")] == []
    assert [path for path in SPARED if rules.can_fetch(SITE_URL + path, "Googlebot")] == []


def test_a_view_of_a_list_says_noindex_and_a_list_does_not(client: Client, shop: Sandbox) -> None:
    views = [path for path in SPARED if path.startswith("/beats/?") and not re.search("bpm|key|price|mixes", path)]
    assert len(views) == 3
    assert [client.get(path).get("X-Robots-Tag") for path in views] == ["noindex"] * 3
    assert [path for path in FETCHED[:6] if client.get(path).get("X-Robots-Tag")] == []


@pytest.mark.parametrize("path", [path for path in SPARED if path.startswith(("/beats/", "/search/", "/genres/"))])
def test_what_robots_are_spared_may_not_be_listed_either(path: str) -> None:
    assert not may_be_listed(path)
