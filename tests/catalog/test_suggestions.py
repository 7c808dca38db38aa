"""What is suggested while somebody types: a fragment for the list under the field."""

import pytest
from django.test import Client

from catalog.models.mirror import Beat, Genre, Producer
from tests.conftest import sweep_later
from tests.pages import PUBLIC, VARY, Node, assert_other_methods_refused, read, vary
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def suggested(client: Client, q: str) -> Node:
    response = client.get("/search/suggest/", {"q": q})
    assert response.status_code == 200
    assert b"<html" not in response.content
    return read(response)


def options(root: Node, group: str) -> list[str]:
    return [option["href"] for found in root.all(role="group", aria_label=group) for option in found.all("a")]


def test_suggestions_are_options_in_groups_and_each_leads_to_its_page(client: Client, shop: Sandbox) -> None:
    root = suggested(client, "amapi")
    beats = list(Beat.objects.filter(genre=1).order_by("-play_count", "-id"))
    assert options(root, "Genres") == [Genre.objects.get(pk=1).url]
    assert options(root, "Beats") == [beat.url for beat in beats[:5]]
    assert options(root, "Producers") == []
    for option in root.all("a"):
        assert (option["role"], option["tabindex"], option["aria-selected"]) == ("option", "-1", "false")
        assert client.get(option["href"]).status_code == 200
    assert root.all(data_said="6 suggestions")


def test_producers_are_suggested_by_any_part_of_their_name(client: Client, shop: Sandbox) -> None:
    producer = Producer.objects.filter(beat_count__gt=0).order_by("-play_count").first()
    assert producer
    for word in producer.name.split():
        assert producer.url in options(suggested(client, word[:-1]), "Producers") or len(word) < 4


def test_what_is_typed_so_far_is_marked(client: Client, shop: Sandbox) -> None:
    root = suggested(client, "amapi")
    assert root.all("mark")[0].text == "Amapi"


def test_a_misspelt_beginning_is_forgiven(client: Client, shop: Sandbox) -> None:
    assert options(suggested(client, "harmatan"), "Beats")


def test_nothing_is_said_of_nothing(client: Client, shop: Sandbox) -> None:
    assert suggested(client, "").all(data_said="")
    assert suggested(client, "xqzwvvy").all(data_said="No suggestions")
    assert not suggested(client, "xqzwvvy").all("a")


def test_hostile_titles_stay_text(client: Client, shop: Sandbox) -> None:
    title = '"><script>alert(1)</script>' + "ي" * 150
    shop.change_beat(1, title=title, producer_name=title, play_count=10**9)
    sweep_later(shop)
    root = suggested(client, "script")
    assert not root.all("script")
    assert "<script>alert(1)</script>" in root.text


def test_the_answer_is_public_and_for_no_search_engine(client: Client, shop: Sandbox) -> None:
    response = client.get("/search/suggest/?q=ama")
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == PUBLIC
    assert vary(response) == VARY
    assert not response.cookies
    plain = client.get("/search/suggest/?q=ama", headers={"HX-Request": "true", "HX-Target": "search-list"})
    assert plain.content == response.content


def test_other_methods_are_refused(client: Client, shop: Sandbox) -> None:
    assert_other_methods_refused(client, "/search/suggest/?q=ama")


def test_an_empty_shop_suggests_nothing_and_asks_nothing(client: Client, api: Sandbox, db: None) -> None:
    before = api.asked
    assert suggested(client, "ama").all(data_said="No suggestions")
    assert api.asked == before
