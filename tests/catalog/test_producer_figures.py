"""The head of a producer's page: their profile as BeatConnect tells it, and their catalogue counted and drawn."""

import statistics
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models.mirror import Beat, Producer
from catalog.producer_figures import figures
from catalog.quota import purposes
from catalog.sync import extras
from tests.catalog.turns import turn
from tests.pages import Node, assert_public, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

ANA = 5001
HOSTILE = "<script>alert(1)</script>"


def page_of(client: Client, pk: int = ANA) -> Node:
    address = Producer.objects.get(pk=pk).url
    return assert_public(client.get(address), address)


def tell(shop: Sandbox, **profile: object) -> None:
    """Have the API tell this profile, and fetch it."""
    shop.limits("off")
    shop.change_user(ANA, _quiet=True, **profile)
    extras.fetch_profile(turn(), ANA, purposes.EXTRAS)


def rows(page: Node, caption: str) -> dict[str, str]:
    """Return a chart's table."""
    table = next(table for table in page.all("table") if table.all("caption") and table.the("caption").text == caption)
    return {row.the("th").text: row.the("td").text for row in table.the("tbody").all("tr")}


def test_the_profile_is_shown_as_it_comes(client: Client, shop: Sandbox) -> None:
    tell(
        shop,
        name="Ana Test",
        bio="First line.\n\nSecond paragraph.",
        location="Luanda",
        website="https://ana.example/music",
        social={"instagram": "https://instagram.example/ana"},
        followers=12_345,
        created_at="2023-05-06T00:00:00Z",
    )
    page = page_of(client)
    assert page.the("h1").text == "Ana Test"
    assert "Luanda" in page.the("main").text
    assert [paragraph.text for paragraph in page.the("div", class_="producer-bio").all("p")] == [
        "First line.",
        "Second paragraph.",
    ]
    found = {link["href"]: link for link in page.the("ul", class_="producer-links").all("a")}
    assert list(found) == ["https://ana.example/music", "https://instagram.example/ana"]
    for link in found.values():
        assert link["rel"] == "noopener noreferrer nofollow ugc"
    facts = page.the("dl", class_="producer-facts").text
    assert "12K" in facts
    assert "May 2023" in facts
    avatar = page.the("span", class_="avatar-large").the("img")
    assert avatar["src"] == Producer.objects.get(pk=ANA).small_avatar
    assert avatar["alt"] == ""


def test_hostile_profiles_are_text_and_link_nowhere(client: Client, shop: Sandbox) -> None:
    tell(
        shop,
        name=HOSTILE,
        bio=f"{HOSTILE}\n<a href=/logout data-hx-get=/logout>x</a> {{{{ 7 }}}}\u202e",
        location=HOSTILE,
        website="javascript:alert(1)",
        avatar="https://evil.example/a.svg",
        social={HOSTILE: "https://fine.example/", "x": "javascript:alert(1)", "\x00": "https://fine.example/", "y": 5},
        created_at="2023-05-06T00:00:00Z",
    )
    page = page_of(client)
    assert page.the("h1").text == HOSTILE
    inline = [script for script in page.all("script") if "src" not in script.attributes]
    assert {script["type"] for script in inline} <= {"application/ld+json"}
    assert not page.all("a", data_hx_get=True)
    links = [link["href"] for link in page.the("ul", class_="producer-links").all("a")]
    assert links == ["https://fine.example/"]
    assert not page.the("span", class_="avatar-large").all("img")


def test_figures_are_those_of_the_beats_that_the_api_tells(client: Client, shop: Sandbox) -> None:
    shop.limits("off")
    told = shop.beats(producer=ANA)
    counted = figures(ANA)
    assert counted.beats == len(told)
    assert counted.plays == sum(beat["play_count"] or 0 for beat in told)
    assert counted.downloads == sum(beat["download_count"] or 0 for beat in told)
    prices = [Decimal(str(beat["price"])) for beat in told if beat["price"] is not None]
    assert counted.median_price == statistics.median(prices)
    tempi = [beat["bpm"] for beat in told if beat["bpm"]]
    assert (counted.slowest, counted.fastest) == (min(tempi), max(tempi))
    genres = Counter(beat["genre"]["name"] for beat in told)
    assert {str(genre): number for genre, number in counted.genres} == genres
    page = page_of(client)
    assert f"{min(tempi)}–{max(tempi)} BPM" in page.the("dl", class_="producer-facts").text
    given = sum(int(number) for step, number in rows(page, "Tempo").items() if step != "Not given")
    assert given == len(tempi)
    months = Counter[str]()
    for beat in told:
        months[beat["created_at"][:7]] += beat["play_count"] or 0
    drawn = {month: int(plays.replace(",", "")) for month, plays in rows(page, "Plays by release").items()}
    assert sum(drawn.values()) == sum(months.values())
    keys = rows(page, "Keys")
    assert sum(int(number) for number in keys.values()) == len(told)


def test_each_chart_is_a_table_for_who_does_not_see_it(client: Client, shop: Sandbox) -> None:
    page = page_of(client)
    captions = [table.the("caption").text for table in page.all("table") if table.all("caption")]
    assert captions == ["Tempo", "Price", "Plays by release", "Keys"]
    for chart in page.the("ul", class_="charts").all("svg"):
        hidden = chart.attributes.get("aria-hidden") == "true"
        assert hidden or any(chart in plot.all("svg") for plot in page.all("div", class_="chart-plot"))
    # Genres are a table to everybody.
    assert page.the("table", class_="chart-lines").all("a")


@pytest.mark.parametrize("left", [0, 1, 2, 3])
def test_few_beats_are_listed_rather_than_drawn(client: Client, shop: Sandbox, left: int) -> None:
    theirs = list(Beat.objects.filter(producer=ANA).values_list("pk", flat=True))
    Beat.objects.filter(pk__in=theirs[left:]).update(gone_at=timezone.now())
    assert bool(page_of(client).all("ul", class_="charts")) == (left >= 3)


def test_a_catalogue_of_which_nothing_is_told_has_no_charts_but_its_genres(client: Client, shop: Sandbox) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("bpm", "tone", "price", "genre", "created_at"))
    Beat.objects.filter(producer=ANA).update(**nothing, key="", play_count=None, download_count=None)
    response = client.get(Producer.objects.get(pk=ANA).url)
    assert b"None" not in response.content
    page = read(response)
    assert [heading.text for heading in page.the("ul", class_="charts").all("h3")] == ["Genres"]
    assert "No genre" in page.the("table", class_="chart-lines").text


def test_it_takes_five_queries_however_large_the_catalogue_is(shop: Sandbox) -> None:
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            figures(ANA)
        assert len(queries) == 5
        Beat.objects.update(producer=Producer.objects.get(pk=ANA))
