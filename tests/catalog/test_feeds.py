"""Atom feeds and playlists, read by parsers that know nothing of us."""

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models.mirror import Beat, Genre, Producer
from tests.catalog.test_hostile_data import MARKUP
from tests.pages import SITE_URL, assert_other_methods_refused, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def parsed(client: Client, path: str) -> feedparser.FeedParserDict:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response["Cache-Control"].startswith("public, max-age=300")
    assert not response.cookies
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def test_a_feed_holds_the_newest_beats_with_their_previews(client: Client, shop: Sandbox) -> None:
    feed = parsed(client, "/feeds/beats.xml")
    newest = list(Beat.objects.select_related("producer", "genre").order_by("-created_at", "-id")[:50])
    assert [entry.id for entry in feed.entries] == [f"{SITE_URL}/beats/{beat.pk}/" for beat in newest]
    for entry, beat in zip(feed.entries, newest, strict=True):
        assert (entry.title, entry.link) == (beat.display_title, SITE_URL + beat.url)
        assert entry.author == beat.producer_label
        assert [(link.href, link.type) for link in entry.enclosures] == [(beat.audio_url, "audio/mpeg")]
        assert beat.created_at
        assert entry.updated == beat.created_at.isoformat()
    assert feed.feed.updated == feed.entries[0].updated
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [f"{SITE_URL}/feeds/beats.xml"]


def test_genres_and_producers_have_feeds_that_their_pages_name(client: Client, shop: Sandbox) -> None:
    for owner, room in ((Genre.objects.get(pk=2), "genres"), (Producer.objects.get(pk=5001), "producers")):
        path = f"/feeds/{room}/{owner.pk}.xml"
        feed = parsed(client, path)
        theirs = owner.beats.order_by("-created_at", "-id")[:50]
        assert [entry.link for entry in feed.entries] == [SITE_URL + beat.url for beat in theirs]
        named = read(client.get(owner.url)).all("link", type="application/atom+xml")
        assert [link["href"] for link in named] == [path]
    for path in ("/", "/beats/"):
        assert read(client.get(path)).the("link", type="application/atom+xml")["href"] == "/feeds/beats.xml"
    assert client.get("/feeds/genres/999999.xml").status_code == 404
    assert client.get("/feeds/producers/999999.xml").status_code == 404


def test_a_reader_that_has_it_gets_it_once_even_while_it_is_empty(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(producer=5001).update(gone_at="2026-01-01T00:00Z")
    for path in ("/feeds/beats.xml", "/feeds/producers/5001.xml", "/beats.m3u"):
        etag = client.get(path)["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
        assert_other_methods_refused(client, path)


def test_markup_in_names_breaks_neither_feed_nor_playlist(client: Client, shop: Sandbox) -> None:
    for markup in [*MARKUP, "a" * 300, "🎵 日本語 العربية"]:
        Beat.objects.filter(pk=253).update(title=markup, producer_name=markup[:200])
        Genre.objects.filter(pk=2).update(name=markup[:200])
        entry = parsed(client, "/feeds/beats.xml").entries[0]
        assert (entry.title_detail.type, entry.author) == ("text/plain", markup[:200])
        assert entry.title == markup
        parsed(client, "/feeds/genres/2.xml")
        assert len(playlist(client, "/genres/2.m3u"))


def playlist(client: Client, path: str) -> list[tuple[str, str, str]]:
    """Return (seconds, name, address) of each entry of an M3U."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "audio/x-mpegurl; charset=utf-8"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Content-Disposition"].isascii()
    assert response["Content-Disposition"].endswith('.m3u"')
    first, *rest = response.content.decode().split("\r\n")
    assert first == "#EXTM3U"
    assert rest.pop() == ""
    lines = [line for line in rest if not line.startswith(("#PLAYLIST:", "#EXTENC:"))]
    heads = [line.removeprefix("#EXTINF:").split(",", 1) for line in lines[::2]]
    assert all(line.startswith("#EXTINF:") for line in lines[::2])
    assert all(line.startswith("http") for line in lines[1::2])
    return [(seconds, name, url) for (seconds, name), url in zip(heads, lines[1::2], strict=True)]


def test_any_list_is_a_playlist_in_its_own_order(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=253).update(audio_url="")
    Beat.objects.filter(pk=252).update(duration=None, title="Two\nlines, #EXTINF:1\r\nhttp://evil.example")
    entries = playlist(client, "/beats.m3u")
    assert len(entries) == 100
    assert entries[0][0] == "-1"
    assert "Two lines, #EXTINF:1 http://evil.example" in entries[0][1]
    cheap = Beat.objects.filter(genre=2).exclude(audio_url="").order_by("price", "-id")
    urls = [beat.audio_url for beat in cheap][:100]
    assert [url for _, _, url in playlist(client, "/beats.m3u?genre=2&sort=price_asc&page=9")] == urls
    assert [url for _, _, url in playlist(client, "/genres/2.m3u?sort=price_asc")] == urls
    producer = playlist(client, "/producers/5001.m3u")
    assert len(producer) == Beat.objects.filter(producer=5001).exclude(audio_url="").count()
    assert client.get("/genres/999999.m3u").status_code == 404


def test_each_list_links_its_playlist(client: Client, shop: Sandbox) -> None:
    page = read(client.get("/beats/?genre=2&genre=5&sort=popular&page=2"))
    link = next(link for link in page.all("a", href=True) if ".m3u" in link["href"])
    assert link["href"] == "/beats.m3u?genre=2&genre=5&sort=popular"
    assert link["data-hx-boost"] == "false"


def test_the_number_of_queries_is_fixed_and_no_call_is_made(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    counts = {"/feeds/beats.xml": 2, "/feeds/genres/2.xml": 3, "/feeds/producers/5001.xml": 3, "/beats.m3u": 2}
    counts |= {"/genres/2.m3u": 3, "/producers/5001.m3u": 3}
    for path, count in counts.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) == count, path
    assert shop.asked == asked
