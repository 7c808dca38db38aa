"""Tapes: a queue as an address, which anybody may keep, send on, frame or take along."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models.mirror import Beat
from tests.headers import read_policy
from tests.pages import SITE_URL, assert_whole, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db
WORDS = " was left out"


def shown(client: Client, query: str, status: int = 200) -> list[int]:
    """Return the ids of the beats that a tape's page shows, in their order."""
    response = client.get(f"/tape/{query}")
    assert response.status_code == status
    assert response["X-Robots-Tag"] == "noindex"
    assert_whole(response)
    return [int(card["data-beat"]) for card in read(response).the("main").all("li", data_beat=True)]


def test_a_tape_plays_its_beats_in_the_order_of_its_address(client: Client, shop: Sandbox) -> None:
    assert shown(client, "?b=12,45,9") == [12, 45, 9]
    page = read(client.get("/tape/?b=12,45,9"))
    assert page.the("h1").text.strip() == "3 beats"
    assert page.the("link", rel="canonical")["href"] == f"{SITE_URL}/tape/?b=12,45,9"
    assert page.the("button", data_play_all=True)
    assert page.the("button", data_share=True)["data-share"] == "/tape/?b=12,45,9"
    hrefs = [link["href"] for link in page.the("main").all("a")]
    assert "/tape.m3u?b=12,45,9" in hrefs
    assert "/embed/tape/?b=12,45,9" in hrefs
    assert WORDS not in page.text


def test_what_is_unknown_gone_or_said_twice_is_skipped_with_a_word(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=45).update(gone_at="2026-01-01T00:00Z")
    assert shown(client, "?b=12,45,9,999999,12,nonsense") == [12, 9]
    page = read(client.get("/tape/?b=12,45,9,999999,12,nonsense"))
    assert "4 beats were left out" in page.text
    # What is shared from here is what is here.
    assert page.the("link", rel="canonical")["href"] == f"{SITE_URL}/tape/?b=12,9"
    assert "1 beat was left out" in read(client.get("/tape/?b=12,999999")).text


def test_a_tape_holds_a_hundred_beats(client: Client, shop: Sandbox) -> None:
    ids = list(range(1, 131))
    assert shown(client, f"?b={','.join(map(str, ids))}") == ids[:100]
    assert "30 beats were left out" in read(client.get(f"/tape/?b={','.join(map(str, ids))}")).text


def test_a_tape_of_which_nothing_is_left_says_so(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    assert shown(client, "?b=999999", 404) == []
    assert shown(client, "") == []
    assert "An empty tape" in read(client.get("/tape/")).text
    assert client.get("/embed/tape/?b=999999").status_code == 404
    assert shop.asked == asked


@pytest.mark.parametrize(
    "query",
    [
        "b=",
        "b=,,,",
        "b=-1",
        "b=0",
        "b=1e5",
        "b=%00",
        "b=12%00",
        "b=9223372036854775808",
        "b=٣",
        "b=<script>",
        "b=' OR 1=1--",
        f"b={'9' * 5000}",
        f"b={','.join(['7'] * 5000)}",
        "b=12&b=45&b[]=3",
        "B=12",
    ],
)
def test_nothing_in_the_address_is_an_error(client: Client, shop: Sandbox, query: str) -> None:
    for path in ("/tape/", "/tape.m3u", "/embed/tape/"):
        assert client.get(f"{path}?{query}").status_code in {200, 404}


def test_a_tape_given_piece_by_piece_is_one_tape(client: Client, shop: Sandbox) -> None:
    assert shown(client, "?b=12&b=45,9") == [12, 45, 9]


def test_it_is_read_only_and_costs_as_many_queries_as_one_beat(client: Client, shop: Sandbox) -> None:
    assert client.post("/tape/?b=12").status_code == 405
    counts = []
    for many in (1, 100):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/tape/?b={','.join(map(str, range(1, many + 1)))}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_playlist_holds_the_same_beats_in_the_same_order(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=45).update(audio_url="")
    response = client.get("/tape.m3u?b=12,45,9,999999")
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    assert lines == [Beat.objects.get(pk=pk).audio_url for pk in (12, 9)]
    assert response["X-Robots-Tag"] == "noindex"
    assert "tape.m3u" in response["Content-Disposition"]


def test_a_tape_can_be_framed_by_anybody(client: Client, shop: Sandbox) -> None:
    response = client.get("/embed/tape/?b=12,45,9")
    page = read(response)
    assert [button["data-src"] for button in page.all("button", data_play=True)] == [
        Beat.objects.get(pk=pk).audio_url for pk in (12, 45, 9)
    ]
    assert page.the("h1").the("a")["href"] == f"{SITE_URL}/tape/?b=12,45,9"
    assert read_policy(response["Content-Security-Policy"])["frame-ancestors"] == "*"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_the_bar_and_its_panels_are_the_same_for_everybody(client: Client, db: None) -> None:
    response = client.get("/player/")
    assert response["Cache-Control"].startswith("public")
    assert not response.cookies
    names = [node["data-row"] for node in read(response).all("button", data_row=True)]
    assert names == ["play", "first", "up", "down", "remove"]


def test_in_an_empty_shop_a_tape_waits(client: Client, api: Sandbox) -> None:
    assert client.get("/tape.m3u?b=12").status_code == 503
    assert client.get("/embed/tape/?b=12").status_code == 503
