"""The catalogue check: what a listener misses in a producer's listing, told to the producer."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.catalogue_check import MOST_SHOWN
from catalog.models.mirror import Beat, Producer
from tests.conftest import sweep, sweep_later
from tests.pages import Node, assert_other_methods_refused, assert_public, assert_refused, links, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

ANA = 5001


def check_page(client: Client) -> Node:
    address = f"{Producer.objects.get(pk=ANA).url}check/"
    return assert_public(client.get(address), address)


def findings(page: Node) -> dict[str, dict[int, str]]:
    """Return by finding the beats it names, each with its note."""
    return {
        section["aria-labelledby"].removeprefix("finding-"): {
            int(item.the("a")["href"].split("/")[2]): " ".join(note.text for note in item.all("span"))
            for item in section.all("li")
        }
        for section in page.all("section", class_="finding")
    }


@pytest.fixture
def theirs(shop: Sandbox) -> list[int]:
    """The beats of a producer with nothing wrong in any of them, the newest first."""
    whole: dict[str, Any] = {"price": 20, "bpm": 104, "key": "A minor", "tone": 21, "genre": 2}
    whole |= {"audio_url": "https://media.example/a.mp3", "cover_url": "https://media.example/a.jpg"}
    Beat.objects.filter(genre=2).update(bpm=104)
    Beat.objects.filter(producer=ANA).update(**whole)
    found = list(Beat.objects.filter(producer=ANA).order_by("-created_at", "-id"))
    for number, beat in enumerate(found):
        Beat.objects.filter(pk=beat.pk).update(title=f"Song {number}")
    return [beat.pk for beat in found]


def test_a_whole_catalogue_is_told_so(client: Client, theirs: list[int]) -> None:
    page = check_page(client)
    assert findings(page) == {}
    assert f"{len(theirs)} beats looked at, and nothing is missing." in page.text


@pytest.mark.parametrize(
    ("slug", "wrong", "note"),
    [
        ("cover", {"cover_url": ""}, ""),
        ("preview", {"audio_url": ""}, ""),
        ("title", {"title": ""}, ""),
        ("price", {"price": None}, ""),
        ("tempo", {"bpm": None}, ""),
        ("key", {"key": "", "tone": None}, ""),
        ("key-unreadable", {"key": "H dur <b>", "tone": None}, "H dur <b>"),
        ("genre", {"genre": None}, ""),
        ("pulse", {"bpm": 52}, "52 BPM or 104? Afrobeats is usually about 104."),
        ("pulse", {"bpm": 210}, "210 BPM or 105? Afrobeats is usually about 104."),
    ],
)
def test_what_is_missing_is_found_with_a_word_what_to_do(
    client: Client, theirs: list[int], slug: str, wrong: dict[str, Any], note: str
) -> None:
    Beat.objects.filter(pk=theirs[3]).update(**wrong)
    page = check_page(client)
    assert findings(page) == {slug: {theirs[3]: note}}
    assert page.the("section", class_="finding").all("p", class_="finding-advice")
    assert Beat.objects.get(pk=theirs[3]).url in links(page.the("main"))


def test_a_tempo_that_is_only_unusual_is_not_doubted(client: Client, theirs: list[int]) -> None:
    Beat.objects.filter(pk=theirs[0]).update(bpm=140)
    Beat.objects.filter(pk=theirs[1]).update(bpm=80)
    assert findings(check_page(client)) == {}


def test_a_genre_of_few_beats_has_no_usual_tempo(client: Client, theirs: list[int]) -> None:
    Beat.objects.filter(genre=2).exclude(producer=ANA).update(genre=None)
    Beat.objects.filter(pk__in=theirs[11:]).update(gone_at=timezone.now())
    Beat.objects.filter(pk=theirs[0]).update(bpm=52)
    assert findings(check_page(client)) == {}


def test_titles_that_differ_only_in_spelling_are_the_same(client: Client, theirs: list[int]) -> None:
    for pk, title in zip(theirs, ("Ọjọ́", "OJO", "Ojo!", "Ojo II"), strict=False):
        Beat.objects.filter(pk=pk).update(title=title)
    Beat.objects.filter(pk=theirs[0]).update(bpm=101, key="C minor")
    twins = findings(check_page(client))["twins"]
    assert set(twins) == set(theirs[:3])
    # Under one title the number and what one hears tell them apart.
    assert twins[theirs[0]] == f"#{theirs[0]} · 101 BPM · C minor"


def test_an_answer_that_could_not_be_used_is_told(client: Client, api: Sandbox) -> None:
    sweep()
    pk = Beat.objects.filter(producer=ANA).latest("id").pk
    api.change_beat(pk, price=-1)
    sweep_later(api)
    assert findings(check_page(client))["refused"][pk]


def test_a_long_list_is_cut_and_says_so(client: Client, shop: Sandbox) -> None:
    Beat.objects.update(producer=Producer.objects.get(pk=ANA), cover_url="")
    page = check_page(client)
    assert len(findings(page)["cover"]) == MOST_SHOWN
    assert f"The newest {MOST_SHOWN} are shown." in page.text


def test_nothing_on_sale_is_nothing_to_check(client: Client, theirs: list[int]) -> None:
    Beat.objects.filter(pk__in=theirs).update(gone_at=timezone.now())
    assert "There is nothing on sale to check." in check_page(client).text


def test_it_is_linked_from_the_producers_page_and_for_no_search_engine(client: Client, theirs: list[int]) -> None:
    producer = Producer.objects.get(pk=ANA)
    link = next(a for a in read(client.get(producer.url)).all("a") if a.text == "Check this catalogue")
    assert (link["href"], link["rel"]) == (f"{producer.url}check/", "nofollow")
    assert "noindex" in check_page(client).the("meta", name="robots")["content"]


@pytest.mark.parametrize(("name", "slug"), [("日本", "-"), ("Check", "check"), ("Ana B", "ana-b")])
def test_it_has_one_address_whatever_the_name(client: Client, theirs: list[int], name: str, slug: str) -> None:
    Producer.objects.filter(pk=ANA).update(name=name)
    address = f"/producers/{ANA}/{slug}/check/"
    assert_public(client.get(address), address)
    assert client.get(f"/producers/{ANA}/other/check/")["Location"] == address
    assert client.get(Producer.objects.get(pk=ANA).url).status_code == 200
    assert address in links(read(client.get(Producer.objects.get(pk=ANA).url)))


def test_a_producer_whom_nobody_knows_is_a_404_without_a_call(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    for number in (1, 2**63 - 1):
        assert_refused(client.get(f"/producers/{number}/-/check/"), 404)
    assert shop.asked == asked


def test_another_method_is_refused(client: Client, theirs: list[int]) -> None:
    assert_other_methods_refused(client, f"{Producer.objects.get(pk=ANA).url}check/")


def test_it_costs_five_queries(client: Client, theirs: list[int]) -> None:
    address = f"{Producer.objects.get(pk=ANA).url}check/"
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == 5
