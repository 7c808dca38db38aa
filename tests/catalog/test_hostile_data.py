"""Whatever BeatConnect may tell us of a beat: shown as text, left out, or quarantined; never believed."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import Max
from django.test import Client
from pytest_django import fixtures

from catalog.models.mirror import Beat, Genre, Producer, Quarantined
from tests.conftest import sweep, sweep_later
from tests.pages import SITE_URL, Node, assert_whole, cards, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

NUMBER = 253  # the newest beat: first on every page that lists it
URL_ATTRIBUTES = {
    *("href", "src", "srcset", "action", "formaction", "poster"),
    *("data-src", "data-cover", "data-href", "data-hx-get", "hx-get"),
}
MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=/logout data-hx-get=/logout data-hx-trigger=load>x</a>",
    "</title><script>alert(1)</script>",
    "--></script></style></textarea></noscript>]]><b>",
    "<!--<script>",
    "');alert(1)//",
    "' onmouseover='alert(1)' x='",
    '" autofocus onfocus=alert(1) "',
    "`${alert(1)}` {{ settings.SECRET_KEY }} {% debug %}",
    "javascript:alert(1)",
]


def beat_pages() -> list[str]:
    """Return every page that shows the beat."""
    beat = Beat.objects.get(pk=NUMBER)
    pages = ["/", "/beats/", beat.url, beat.genre_url, beat.producer_url, "/genres/", "/producers/"]
    # A name without a usable slug leaves room for one.
    slug = "" if beat.producer_url.strip("/").count("/") == 2 else "-/"
    return [*pages, f"{beat.producer_url}{slug}check/"]


def tell(api: Sandbox, **fields: object) -> None:
    """Have the API tell this of the beat, and fetch it."""
    api.change_beat(NUMBER, **fields)
    sweep()


def addresses(page: Node) -> set[str]:
    """Return the origins (or the schemes, where there is no host) of all that the page links to or loads."""
    values = [value for node in page.walk() for name, value in node.attributes.items() if name in URL_ATTRIBUTES]
    values += [meta["content"] for meta in page.all("meta", property=True) if "://" in meta["content"]]
    parts = [urlsplit(value) for value in values if not value.startswith(("/", "#", "?"))]
    return {f"{part.scheme}://{part.netloc}" if part.netloc else part.scheme for part in parts if part.geturl()}


def test_markup_is_shown_as_text_and_changes_no_page(client: Client, api: Sandbox) -> None:
    genre, producer = {"id": 2, "name": "Plain"}, {"user_id": 5001, "producer_name": "Plain"}
    tell(api, title="Plain", key="Plain", genre=genre, **producer)
    Genre.objects.filter(pk=2).update(name="Plain")
    Producer.objects.filter(pk=5001).update(name="Plain")
    skeletons = [read(client.get(address)).skeleton for address in beat_pages()]
    for markup in MARKUP:
        api.change_beat(NUMBER, title=markup, producer_name=markup, key=markup, genre={"id": 2, "name": markup})
        sweep_later(api)
        # Other beats of theirs, further down in the same answer, have told the old names again.
        Genre.objects.filter(pk=2).update(name=markup)
        Producer.objects.filter(pk=5001).update(name=markup)
        for address, skeleton in zip(beat_pages(), skeletons, strict=True):
            page = assert_whole(client.get(address))
            assert page.skeleton == skeleton, (address, markup)
            assert markup in page.text
            assert "javascript" not in addresses(page)


HOSTILE_URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:{origin}/x",
    "file:///etc/passwd",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "https:\\\\evil.example",
    "{origin}@evil.example/x",
    "http://user:secret@127.0.0.1/x",
    "{origin}.evil.example/x",
    "https://evil.example/#{origin}",
    "https://127.0.0.1:22/x",
    "https://аррle.com/x",
    "https://10.0.0.1/x",
    "https://[::1]/x",
    "http://[::1",
    "{origin}/x\nX-Injected: 1",
    "{origin}/a b",
    "{origin}\\@evil.example/x",
    "url);background:url(//evil.example",
    "{origin}/" + "a" * 2000,
    "https://evil.example/a.jpg",
]


def test_a_url_that_is_not_on_an_allowed_host_is_in_no_attribute(client: Client, api: Sandbox) -> None:
    told = {number: url.replace("{origin}", api.origin) for number, url in enumerate(HOSTILE_URLS, start=1)}
    for number, url in told.items():
        api.change_beat(number, audio_url=url, cover_image=url)
    sweep()
    beats = Beat.objects.filter(pk__in=told)
    assert {(beat.audio_url, beat.cover_url) for beat in beats} == {("", "")}
    for address in ["/", *(f"/beats/?page={number}" for number in range(1, 12)), *(beat.url for beat in beats)]:
        assert addresses(assert_whole(client.get(address))) <= {SITE_URL, "https://beatconnectafrica.com", api.origin}
    named = set(Quarantined.objects.filter(kind="media origin").values_list("item_id", flat=True))
    assert {"no origin", "https://10.0.0.1", f"{api.origin}.evil.example"} <= named


def test_a_new_media_host_is_named_to_the_operator(client: Client, api: Sandbox) -> None:
    tell(api, audio_url="https://cdn.evil.example/a.mp3", cover_image=f"{api.origin}/images/1.jpg")
    assert list(Quarantined.objects.values_list("kind", "item_id")) == [("media origin", "https://cdn.evil.example")]
    page = read(client.get(Beat.objects.get(pk=NUMBER).url))
    assert "No preview for this beat." in page.text
    assert Beat.objects.get(pk=NUMBER).cover_url == f"{api.origin}/images/1.jpg"
    assert page.the("article").the("img")["src"] == Beat.objects.get(pk=NUMBER).large_cover


def test_a_plain_url_becomes_https_where_that_is_listed(api: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_MEDIA_HOSTS = ["https://cdn.example", api.origin]
    tell(api, audio_url="http://cdn.example/a.mp3", cover_image="http://CDN.example/ü'\"<>.jpg?x=1#y")
    beat = Beat.objects.get(pk=NUMBER)
    assert beat.audio_url == "https://cdn.example/a.mp3"
    assert beat.cover_url == "https://cdn.example/%C3%BC%27%22%3C%3E.jpg?x=1#y"


TITLES = {
    "a" * 2**20: "a" * 300,
    "🎵" * 10_000: "🎵" * 300,
    "a\u202eb\u2066c\u0000d\u0007e": "abcde",
    "e\u0000\u0301": "é",
    "  two\n\t words\u00a0\u3000": "two words",
    "\ud800 lone": "\ufffd lone",
    "o\u0328" + "\u0301" * 190: "ǫ" + "\u0301" * 190,
    "日本語 ಠ_ಠ العربية": "日本語 ಠ_ಠ العربية",
    None: "",
    "": "",
    "\u200b\u200d\ufeff": "",
    " \u3000\u00a0": "",
    "\u0000\u0001": "",
}


def test_a_title_is_one_clean_line_whatever_it_was(client: Client, api: Sandbox) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, told in enumerate(TITLES, start=1):
        api.change_beat(number, title=told, created_at=now)
    sweep()
    for number, shown in enumerate(TITLES.values(), start=1):
        heading = assert_whole(client.get(Beat.objects.get(pk=number).url)).the("h1")
        assert heading.text == (shown or f"Untitled beat #{number}")
        assert heading.all("bdi"), "a direction of its own must not reach the text around it"
    assert set(cards(read(client.get("/beats/")))) >= set(range(1, len(TITLES) + 1))


IMPOSSIBLE: list[dict[str, Any]] = [
    *({"title": value} for value in (5, {"a": 1}, ["<b>"])),
    *({"user_id": value} for value in (-1, "x", 2**63, True)),
    *({"genre": value} for value in (["Afrobeats"], 7.5)),
    *({"price": value} for value in (-1, "1,50", 29.9999, 10**8, 1e300, True, "NaN")),
    *({"bpm": value} for value in (100_000, 5, "fast")),
    *({"duration": value} for value in (-3, 10**9, 100_000)),
    *({"play_count": value} for value in (-1, 10**18, 1.5)),
    *({"created_at": value} for value in ("0000-00-00", "9999-01-01T00:00:00Z", "2024-02-30T00:00:00Z")),
    *({"created_at": value} for value in (1_700_000_000_000, "1971-01-01T00:00:00Z", {"$date": 1})),
    *({name: value} for name, value in {"producer_name": 7.5, "audio_url": 5, "cover_image": ["x"], "key": 5}.items()),
]


def test_a_beat_that_can_not_be_right_is_quarantined_and_the_others_live_on(client: Client, api: Sandbox) -> None:
    bad = dict(enumerate(IMPOSSIBLE, start=1))
    for number, fields in bad.items():
        api.change_beat(number, **fields)
    sweep()
    found = Quarantined.objects.filter(kind="beat")
    assert {int(item.item_id) for item in found} == set(bad)
    assert all(item.reason and "<b>" not in item.reason for item in found)
    assert not Beat.objects.filter(pk__in=bad).exists()
    page = assert_whole(client.get("/beats/"))
    assert len(cards(page)) == 24
    assert page.the("h2", id="results-count").text == f"{253 - len(bad)} beats"


@pytest.mark.parametrize("number", [None, "x", -1, 0, 2**63, 1.5, True, [1], "1 OR 1=1"])
def test_an_id_that_is_none_costs_only_its_own_beat(client: Client, api: Sandbox, number: object) -> None:
    tell(api, id=number)
    assert Beat.objects.aggregate(Max("id"))["id__max"] == 252
    assert len(cards(read(client.get("/beats/")))) == 24


def test_of_a_beat_told_twice_the_last_telling_counts(client: Client, api: Sandbox) -> None:
    api.change_beat(252, id=NUMBER, title="Older double", created_at="2020-01-01T00:00:00Z")
    sweep()
    assert Beat.objects.get(pk=NUMBER).title == "Older double"
    assert cards(read(client.get("/beats/"))).count(NUMBER) <= 1


def test_a_genre_told_by_its_id_alone_keeps_its_name(shop: Sandbox) -> None:
    for number in Beat.objects.filter(genre=2).values_list("pk", flat=True):
        shop.change_beat(number, genre=2)
    sweep_later(shop)
    assert Genre.objects.get(pk=2).name == "Afrobeats"


def test_a_genre_named_by_one_beat_and_not_by_the_next_has_its_name(api: Sandbox) -> None:
    api.change_beat(NUMBER - 1, genre=77)
    tell(api, genre={"id": 77, "name": "New Wave"})
    assert Genre.objects.get(pk=77).name == "New Wave"


def test_free_is_a_price_and_none_is_none(client: Client, api: Sandbox) -> None:
    api.change_beat(252, price=None)
    tell(api, price=0)
    free = read(client.get(Beat.objects.get(pk=NUMBER).url)).the("article").text
    assert "Free" in free
    assert "$" not in free
    assert "Get it free on BeatConnect" in free
    assert "Buy" not in free
    unknown = read(client.get(Beat.objects.get(pk=252).url)).the("article").text
    assert "$" not in unknown
    assert "Buy on BeatConnect" in unknown


@pytest.mark.parametrize("currency", ["<b>", "ZAR\u202e", "NGN", "", "X" * 50])
def test_an_odd_currency_is_shown_as_text(
    client: Client, api: Sandbox, settings: fixtures.Settings, currency: str
) -> None:
    settings.BEATCONNECT_CURRENCY = currency
    tell(api, price=12.5)
    page = assert_whole(client.get(Beat.objects.get(pk=NUMBER).url))
    assert "12.50" in page.the("article").text
    assert not page.the("article").all("b")
