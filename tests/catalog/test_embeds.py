"""Players on other sites, and how those sites find them: framed by anybody, knowing nobody, costing no call."""

import json
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree, html

from catalog.models.mirror import Beat, Producer
from tests.catalog.test_hostile_data import MARKUP
from tests.headers import POLICY, read_policy
from tests.pages import SITE_URL, Node, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def player(client: Client, path: str, status: int = 200) -> Node:
    """Return a player, which anybody may frame."""
    response = client.get(path)
    assert response.status_code == status
    assert not response.cookies
    assert "X-Frame-Options" not in response.headers
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["X-Robots-Tag"] == "noindex"
    assert "Cookie" not in response.get("Vary", "")
    policy = read_policy(response["Content-Security-Policy"])
    assert policy == {**POLICY, "frame-ancestors": "*", "form-action": "'none'"}
    page = read(response)
    assert len(page.all("h1")) == 1
    assert all(link["target"] == "_blank" and link["rel"] == "noopener" for link in page.all("a"))
    return page


def test_a_beat_plays_with_and_without_script_and_leads_to_the_shop(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.get(pk=5)
    for look in ("", "?layout=strip&theme=light", "?layout=card&theme=dark"):
        page = player(client, f"/embed/beats/5/{look}")
        assert page.the("audio", controls=True)["src"] == beat.audio_url
        assert page.the("button", data_play=True)["data-src"] == beat.audio_url
        assert page.the("h1").the("a")["href"] == SITE_URL + beat.url
        assert page.the("link", rel="canonical")["href"] == SITE_URL + beat.url


def test_the_look_is_one_of_those_there_are(client: Client, shop: Sandbox) -> None:
    looks = {"": ("embed-card", None), "?layout=strip&theme=light": ("embed-strip", "light")}
    looks |= {"?theme=dark": ("embed-card", "dark"), '?layout="><script>&theme=x%00': ("embed-card", None)}
    for query, (layout, theme) in looks.items():
        page = player(client, f"/embed/beats/5/{query}")
        assert page.the("body").matches("class", layout)
        assert page.the("html").attributes.get("data-theme") == theme


def test_a_producer_s_newest_beats_play(client: Client, shop: Sandbox) -> None:
    page = player(client, "/embed/producers/5001/")
    newest = Beat.objects.filter(producer=5001).exclude(audio_url="").order_by("-created_at", "-id")[:10]
    assert [button["data-src"] for button in page.all("button", data_play=True)] == [b.audio_url for b in newest]
    assert len(page.all("noscript")) == len(newest)


def test_what_is_gone_or_unknown_says_so_and_costs_nothing(client: Client, shop: Sandbox, api: Sandbox) -> None:
    asked = api.asked
    Beat.objects.filter(pk=5).update(gone_at="2026-01-01T00:00Z")
    gone = player(client, "/embed/beats/5/", 410)
    assert "no longer sold" in gone.text
    assert not gone.all("audio")
    assert not gone.all("button")
    player(client, "/embed/beats/999999/", 404)
    player(client, "/embed/producers/999999/", 404)
    Beat.objects.filter(producer=5001).update(gone_at="2026-01-01T00:00Z")
    assert not player(client, "/embed/producers/5001/").all("audio")
    assert api.asked == asked


def test_in_an_empty_shop_a_player_waits_and_asks_nobody(client: Client, api: Sandbox) -> None:
    player(client, "/embed/beats/5/", 503)
    assert api.asked == 0


def test_markup_is_shown_as_text_in_a_player_and_in_its_description(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=5).update(title="Plain", producer_name="Plain")
    skeleton = player(client, "/embed/beats/5/").skeleton
    for markup in MARKUP:
        Beat.objects.filter(pk=5).update(title=markup, producer_name=markup)
        Producer.objects.filter(pk=5001).update(name=markup)
        page = player(client, "/embed/beats/5/")
        assert page.skeleton == skeleton
        assert markup in page.text
        answer = client.get("/oembed/", {"url": f"{SITE_URL}/beats/5/"}).json()
        assert answer["title"] == markup
        frames = html.fragments_fromstring(answer["html"])
        assert [(frame.tag, frame.get("title")) for frame in frames] == [("iframe", markup)]
        offered = read(client.get(Beat.objects.get(pk=5).url)).the("textarea")
        assert [frame.get("title") for frame in html.fragments_fromstring(offered.text)] == [markup]


def test_pages_name_the_description_of_their_player(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.select_related("producer").get(pk=5)
    for path, embed in ((beat.url, "/embed/beats/5/"), (beat.producer_url, f"/embed/producers/{beat.producer_id}/")):
        page = read(client.get(path))
        as_json = page.the("link", type="application/json+oembed")["href"].removeprefix(SITE_URL)
        answer = client.get(as_json)
        assert answer["Content-Type"] == "application/json"
        assert answer["Access-Control-Allow-Origin"] == "*"
        data = json.loads(answer.content)
        assert (data["version"], data["type"], data["provider_url"]) == ("1.0", "rich", SITE_URL + "/")
        (frame,) = html.fragments_fromstring(data["html"])
        assert frame.get("src") == f"{SITE_URL}{embed}?layout=card"
        assert (frame.get("width"), frame.get("height")) == (str(data["width"]), str(data["height"]))
        player(client, frame.get("src").removeprefix(SITE_URL))
        as_xml = client.get(page.the("link", type="text/xml+oembed")["href"].removeprefix(SITE_URL))
        assert as_xml["Content-Type"] == "text/xml; charset=utf-8"
        read_back = {element.tag: element.text for element in etree.fromstring(as_xml.content)}
        assert read_back == {name: str(value) for name, value in data.items()}


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ({}, ("card", 340, 516)),
        ({"maxwidth": "300"}, ("card", 300, 476)),
        ({"maxheight": "400"}, ("strip", 600, 132)),
        ({"maxwidth": "150", "maxheight": "90"}, ("strip", 150, 90)),
        ({"maxwidth": "-1", "maxheight": "x"}, ("card", 340, 516)),
        ({"maxwidth": "9" * 5000, "maxheight": "0"}, ("card", 340, 516)),
    ],
)
def test_a_player_fits_into_the_room_there_is(
    client: Client, shop: Sandbox, limits: dict[str, str], size: tuple[str, int, int]
) -> None:
    answer = client.get("/oembed/", {"url": f"{SITE_URL}/beats/5/", **limits}).json()
    assert (answer["html"].split("layout=")[1].split('"')[0], answer["width"], answer["height"]) == size


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example/beats/5/",
        f"{SITE_URL}.evil.example/beats/5/",
        "http://127.0.0.1:8000@evil.example/beats/5/",
        "javascript:alert(1)",
        "/beats/5/",
        f"{SITE_URL}/beats/",
        f"{SITE_URL}/beats/999999/",
        f"{SITE_URL}/embed/beats/5/",
        f"{SITE_URL}/producers/999999/",
        "http://[::1",
        "x" * 5000,
        "\x00",
    ],
)
def test_another_address_has_no_player(client: Client, shop: Sandbox, url: str) -> None:
    assert client.get("/oembed/", {"url": url}).status_code == 404


def test_another_format_is_not_spoken_and_a_gone_beat_not_described(client: Client, shop: Sandbox) -> None:
    url = quote(f"{SITE_URL}/beats/5/")
    assert client.get(f"/oembed/?url={url}&format=yaml").status_code == 501
    assert client.get(f"/oembed/?url={url}&format=xml").status_code == 200
    Beat.objects.filter(pk=5).update(gone_at="2026-01-01T00:00Z")
    assert client.get(f"/oembed/?url={url}").status_code == 404


def test_the_number_of_queries_is_fixed_and_no_call_is_made(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    counts = {"/embed/beats/5/": 2, "/embed/producers/5001/": 3, f"/oembed/?url={SITE_URL}/beats/5/": 2}
    for path, count in counts.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) == count, path
    assert shop.asked == asked
