"""Favourites and accounts: what signing in brings along, what goes with an account, what is let go."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.favourites.keeping import MOST
from accounts.favourites.rows import Favourite, FavouriteList
from accounts.models import User
from catalog.sync.plan import prune
from tests.accounts.buyers import signed_in
from tests.accounts.people import sign_in
from tests.accounts.test_favourites import LIST, press, shown
from tests.pages import read
from tests.sandbox import Sandbox


def test_signing_in_brings_them_along_once(client: Client, shop: Sandbox, alice: User) -> None:
    alice.confirm_address()
    hers = signed_in(alice)
    for beat in (1, 2):
        press(hers, beat)
    for beat in (2, 3):
        press(client, beat)
    response = sign_in(client)
    assert {name: response.cookies[name].value for name in ("favourites", "kept")} == {"favourites": "", "kept": ""}
    assert shown(client) == [3, 2, 1]
    assert FavouriteList.objects.count() == 1
    client.post("/account/logout/")
    assert shown(client) == []
    assert press(client, 9).status_code == 303
    assert shown(client) == [9]
    assert shown(signed_in(alice)) == [3, 2, 1]


def test_what_another_tab_kept_meanwhile_is_brought_along_too(client: Client, shop: Sandbox, alice: User) -> None:
    press(client, 3)
    late = signed_in(alice)
    late.cookies["favourites"] = client.cookies["favourites"].value
    assert shown(late) == [3]
    assert not Favourite.objects.exclude(list__owner=alice).exists()


def test_a_full_list_takes_of_another_what_there_is_room_for(client: Client, shop: Sandbox, alice: User) -> None:
    mine = FavouriteList.objects.create(owner=alice, used_at=timezone.now())
    now = timezone.now()
    Favourite.objects.bulk_create(Favourite(list=mine, beat_id=1000 + n, kept_at=now) for n in range(MOST - 1))
    for beat in (1, 2):
        press(client, beat)
    alice.confirm_address()
    sign_in(client)
    assert Favourite.objects.filter(list=mine).count() == MOST
    assert shown(client) == [2]


def test_marks_tell_only_this_visitor_what_they_keep(client: Client, shop: Sandbox, alice: User) -> None:
    press(client, 12)
    marks = read(client.get("/account/corner/?b=5,12,12,x"))
    assert [mark["data-kept"] for mark in marks.all("li", data_kept=True)] == ["12"]
    assert not read(Client().get("/account/corner/?b=12")).all("li", data_kept=True)
    assert not read(signed_in(alice).get("/account/corner/?b=12")).all("li", data_kept=True)


def test_it_goes_with_the_account_and_stands_in_its_export(client: Client, shop: Sandbox, alice: User) -> None:
    hers = signed_in(alice)
    press(hers, 12)
    data = hers.post("/account/export.json", {"x": 1}).json()
    assert [favourite["beat_id"] for favourite in data["favourites"]] == [12]
    alice.delete()
    assert not FavouriteList.objects.exists()


def test_lists_of_browsers_unseen_for_a_year_are_let_go(client: Client, shop: Sandbox, alice: User) -> None:
    now = timezone.now()
    press(client, 12)
    press(signed_in(alice), 12)
    press(Client(), 5)
    FavouriteList.objects.exclude(beats__beat_id=5).update(used_at=now - timedelta(days=366))
    client_two = shown(signed_in(alice))
    prune(now)
    assert client_two == [12]
    assert sorted(Favourite.objects.values_list("beat_id", flat=True)) == [5, 12]


def test_looking_keeps_a_browsers_list_alive(client: Client, shop: Sandbox) -> None:
    press(client, 12)
    FavouriteList.objects.update(used_at=timezone.now() - timedelta(days=300))
    assert client.get(LIST).cookies["favourites"]["max-age"] == 365 * 86400
    assert FavouriteList.objects.get().used_at > timezone.now() - timedelta(days=1)
