"""Favourites by the front door: kept, let go and shown, with an account and without."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.favourites.rows import Favourite, FavouriteList
from accounts.models import User
from catalog.models.mirror import Beat
from tests.accounts.buyers import signed_in
from tests.pages import SITE_URL, Node, read
from tests.sandbox import Sandbox

LIST = "/favourites/"
OURS = {"Origin": SITE_URL}


def press(client: Client, beat: int, keep: int = 1, **headers: str) -> Any:
    """Press a heart, as a browser without script does it."""
    return client.post(f"{LIST}{beat}/", {"keep": keep}, headers={**OURS, **headers})


def shown(client: Client, address: str = LIST) -> list[int]:
    """Return the beats on sale that a page of the list shows."""
    return [int(card["data-beat"]) for card in cards(read(client.get(address)))]


def cards(page: Node) -> list[Node]:
    return [card for grid in page.all("ul", class_="cards") for card in grid.all("li", class_="card")]


def later(**time: float) -> None:
    """Let everybody's last look be longer ago."""
    for mine in FavouriteList.objects.all():
        mine.looked_at = mine.looked_at and mine.looked_at - timedelta(**time)
        mine.look_began_at = mine.look_began_at and mine.look_began_at - timedelta(**time)
        mine.save()
    for row in Favourite.objects.exclude(changed_at=None):
        row.changed_at = row.changed_at and row.changed_at - timedelta(**time)
        row.save()


def test_a_stranger_keeps_and_lets_go_without_script(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    response = press(client, 12, Referer=f"{SITE_URL}/beats/?page=2")
    assert (response.status_code, response["Location"]) == (303, "/beats/?page=2#keep")
    press(client, 5)
    assert shown(client) == [5, 12]
    response = press(client, 12, keep=0, Referer=f"{SITE_URL}{LIST}")
    assert (response.status_code, response["Location"]) == (303, LIST)
    assert shown(client) == [5]
    assert shop.asked == asked


def test_said_twice_it_is_done_once(client: Client, shop: Sandbox) -> None:
    for _ in range(2):
        assert press(client, 12).status_code == 303
    assert Favourite.objects.count() == 1
    for _ in range(2):
        assert press(client, 12, keep=0).status_code == 303
    assert not Favourite.objects.exists()


def test_htmx_gets_the_fragment(client: Client, shop: Sandbox) -> None:
    response = press(client, 12, **{"HX-Request": "true"})
    assert [mark["data-kept"] for mark in read(response).all("li", data_kept=True)] == ["12"]
    assert not read(press(client, 12, keep=0, **{"HX-Request": "true"})).all("li", data_kept=True)


def test_another_browser_and_another_person_see_nothing_of_it(
    client: Client, shop: Sandbox, alice: User, bob: User
) -> None:
    press(client, 12)
    hers = signed_in(alice)
    press(hers, 5)
    assert shown(Client()) == []
    assert shown(signed_in(bob)) == []
    assert shown(client) == [12]
    assert shown(hers) == [5]
    assert shown(signed_in(alice)) == [5]


def test_every_card_has_a_heart_with_a_name_and_a_real_address(client: Client, shop: Sandbox) -> None:
    for address in ("/", "/beats/", "/beats/12/", "/search/?q=lagos", "/tape/?b=12,5", "/fr/beats/"):
        page = read(client.get(address, follow=True))
        prefix = "/fr" if address.startswith("/fr") else ""
        found = [card for card in page.all(class_="card") if card["data-beat"]]
        assert found, address
        for card in found:
            (heart,) = card.all("button", class_="keep")
            assert heart["formaction"] == f"{prefix}{LIST}{card['data-beat']}/"
            title = card.all("h1" if card.all("h1") else "h3")[0].text
            assert title in heart["aria-label"]
            assert heart["form"] == page.the("form", id="keep")["id"]
        assert page.the("form", id="keep").the("input", type="hidden")["value"] == "1"


def test_on_ones_own_page_a_heart_lets_go(client: Client, shop: Sandbox) -> None:
    press(client, 12)
    page = read(client.get(LIST))
    assert page.the("form", id="keep").the("input", type="hidden")["value"] == "0"
    assert cards(page)[0].the("button", class_="keep")["aria-pressed"] == "true"
    assert cards(page)[0].all("button", class_="play")
    assert page.all("button", data_play_all=True)


def test_an_empty_list_says_how_to_keep_a_beat(client: Client, shop: Sandbox) -> None:
    page = read(client.get(LIST))
    assert "Press the heart" in page.the("main").text
    assert page.the("main").all("a", href="/beats/")


def test_newest_kept_first_in_pages(client: Client, shop: Sandbox) -> None:
    for beat in range(1, 31):
        press(client, beat)
    assert shown(client) == list(range(30, 6, -1))
    assert shown(client, f"{LIST}?page=2") == list(range(6, 0, -1))
    assert client.get(f"{LIST}?page=3").status_code == 404


def test_the_list_costs_the_same_few_queries_however_long(
    client: Client, shop: Sandbox, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for beat in (1, 2):
        press(client, beat)
    client.get(LIST)
    # Two of them are the savepoint of a test, and one reads the list again, locked.
    with django_assert_num_queries(9):
        client.get(LIST)
    for beat in range(3, 40):
        press(client, beat)
    Beat.objects.filter(pk__lt=10).update(gone_at=timezone.now())
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_without_script_a_heart_lets_go_on_the_list_and_keeps_elsewhere(client: Client, shop: Sandbox) -> None:
    """The parts of a page that are the same on all are made once, and this form must not be among them."""
    press(client, 12)
    for address, wish in (("/beats/", "1"), (LIST, "0"), ("/beats/", "1"), (LIST, "0")):
        assert read(client.get(address)).the("form", id="keep").the("input")["value"] == wish
