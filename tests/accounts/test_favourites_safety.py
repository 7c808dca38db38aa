"""Favourites of strangers stay theirs: cookies, other sites, strange questions, limits."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import fixtures

from accounts import urls
from accounts.favourites.keeping import MOST
from accounts.favourites.rows import Favourite, FavouriteList
from accounts.models import User
from tests.accounts.buyers import signed_in
from tests.accounts.test_favourites import LIST, OURS, press
from tests.pages import SITE_URL, read, vary
from tests.sandbox import Sandbox


@pytest.mark.parametrize(
    "referer", ["https://evil.example/", "http://127.0.0.1:8000//evil.example/", "javascript:x", ""]
)
def test_nobody_is_led_to_another_site(client: Client, shop: Sandbox, referer: str) -> None:
    location = press(client, 12, Referer=referer)["Location"]
    assert location in {LIST, "/evil.example/#keep"}


def test_the_cookies_of_a_stranger(client: Client, shop: Sandbox) -> None:
    assert not client.get(LIST).cookies
    cookies = press(client, 12).cookies
    assert set(cookies) == {"favourites", "kept"}
    secret, readable = cookies["favourites"], cookies["kept"]
    assert secret["httponly"]
    assert not readable["httponly"]
    assert readable.value == "1"
    for cookie in (secret, readable):
        assert (cookie["samesite"], cookie["max-age"], cookie["path"]) == ("Lax", 365 * 86400, "/")
    name = secret.value.rpartition(":")[0]
    row = FavouriteList.objects.get()
    assert name not in str(vars(row))


def test_by_https_no_host_can_plant_the_cookies(client: Client, shop: Sandbox, settings: fixtures.Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    cookies = press(client, 12).cookies
    assert set(cookies) == {"__Host-favourites", "__Host-kept"}
    assert all(cookie["secure"] for cookie in cookies.values())


@pytest.mark.parametrize("value", ["", "x", "a:b", "x" * 4000, "é", "favourites:1"])
def test_a_made_up_cookie_opens_nothing(client: Client, shop: Sandbox, value: str) -> None:
    press(client, 12)
    other = Client(headers={"Cookie": f"favourites={value}"})
    assert other.get(LIST).status_code == 200
    assert other.get(LIST + "export.csv").status_code == 200
    assert FavouriteList.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": SITE_URL},
        {"Origin": SITE_URL + ".evil.example"},
    ],
)
def test_other_sites_press_no_heart(client: Client, shop: Sandbox, headers: dict[str, str]) -> None:
    response = client.post(f"{LIST}12/", {"keep": 1}, headers=headers)
    assert response.status_code == 403
    assert read(response).the("main")
    assert not response.cookies
    assert not Favourite.objects.exists()


def test_a_browser_that_says_where_it_stands_is_believed(client: Client, shop: Sandbox) -> None:
    response = client.post(f"{LIST}12/", {"keep": 1}, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 303


@pytest.mark.parametrize("beat", [999999, 2**63 - 1])
@pytest.mark.parametrize("keep", [0, 1])
def test_a_beat_nobody_knows_is_not_there_and_costs_no_call(
    client: Client, shop: Sandbox, beat: str, keep: int
) -> None:
    asked = shop.asked
    response = press(client, beat, keep)
    assert response.status_code == 404
    assert read(response).the("main")
    assert shop.asked == asked
    assert not FavouriteList.objects.exists()


def test_the_wrong_method_is_refused(client: Client, shop: Sandbox) -> None:
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        assert client.generic(method, f"{LIST}12/", headers=OURS).status_code == 405
    for address in (LIST, f"{LIST}export.csv", f"{LIST}export.json"):
        assert client.post(address, headers=OURS).status_code == 405
    assert not Favourite.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "keep=2", "keep=", "keep=%00", "keep=on", "keep[]=1", "keep=" + "1" * 9999, "\xff"]
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"]
)
def test_strange_bodies_are_refused(client: Client, shop: Sandbox, body: str, kind: str) -> None:
    assert client.post(f"{LIST}12/", body, content_type=kind, headers=OURS).status_code == 400
    assert not Favourite.objects.exists()


@pytest.mark.parametrize("path", ["0/", "-1/", "01/", "٣/", "99999999999999999999/", "x/", "12/x/"])
def test_strange_addresses_are_not_there(client: Client, shop: Sandbox, path: str) -> None:
    assert client.post(LIST + path, {"keep": 1}, headers=OURS).status_code in {404, 405}


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?page=" + "9" * 5000, "?full=%00", "?page=-1", "?page[]=2"])
def test_strange_questions_are_answered(client: Client, shop: Sandbox, query: str) -> None:
    press(client, 12)
    assert client.get(LIST + query).status_code in {200, 404}


def test_the_list_is_private(client: Client, shop: Sandbox) -> None:
    press(client, 12)
    for address in (LIST, f"/fr{LIST}", f"{LIST}export.csv", f"{LIST}export.json"):
        response = client.get(address)
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in vary(response)
        assert response["X-Robots-Tag"] == "noindex"
    page = read(client.get(LIST))
    assert page.all("div", data_hx_history="false")
    assert not page.all("link", rel="canonical")


def test_public_pages_are_the_same_for_who_keeps_something(client: Client, shop: Sandbox) -> None:
    addresses = ("/", "/beats/", "/beats/12/-/", "/search/?q=lagos")
    before = [client.get(address, follow=True).content for address in addresses]
    press(client, 12)
    for address, bytes_ in zip(addresses, before, strict=True):
        response = client.get(address, follow=True)
        assert response.content == bytes_
        assert not response.cookies
        assert "Cookie" not in vary(response)
        assert b"csrf" not in response.content


def test_a_list_holds_so_many_and_says_so(client: Client, shop: Sandbox) -> None:
    press(client, 1)
    mine = FavouriteList.objects.get()
    now = timezone.now()
    Favourite.objects.bulk_create(Favourite(list=mine, beat_id=1000 + n, kept_at=now) for n in range(MOST - 1))
    assert press(client, 1).status_code == 303
    response = client.post(f"{LIST}2/", {"keep": 1}, headers=OURS, follow=True)
    assert "A list holds 500 beats" in read(response).text
    refused = press(client, 2, **{"HX-Request": "true"})
    assert refused.status_code == 409
    assert "A list holds 500 beats" in read(refused).text
    assert Favourite.objects.count() == MOST
    assert client.get(LIST).status_code == 200


def test_strangers_of_one_address_add_so_many_a_minute(client: Client, shop: Sandbox, alice: User) -> None:
    statuses = [press(client, 12).status_code for _ in range(121)]
    assert statuses == [303] * 120 + [429]
    refused = press(client, 12)
    assert refused["Retry-After"] == "60"
    assert read(refused).the("main")
    assert press(client, 12, keep=0).status_code == 303
    assert press(signed_in(alice), 12).status_code == 303


def test_browsers_of_one_address_begin_so_many_lists_a_day(
    client: Client, shop: Sandbox, alice: User, settings: fixtures.Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "keep_anew": "3/d/ip"}
    press(client, 12)
    statuses = [press(Client(), 12).status_code for _ in range(3)]
    assert statuses == [303, 303, 429]
    refused = press(Client(), 12)
    assert refused["Retry-After"] == "3600"
    assert read(refused).the("main")
    assert FavouriteList.objects.count() == 3
    assert press(client, 5).status_code == 303, "who has a list goes on with it"
    assert press(signed_in(alice), 12).status_code == 303


@pytest.mark.parametrize("language", ["", "/fr"])
def test_every_address_of_favourites_shows_each_their_own(
    client: Client, shop: Sandbox, alice: User, bob: User, language: str
) -> None:
    """Alice's list, as Bob, as a stranger and as a stranger with a made-up cookie."""
    hers = signed_in(alice)
    press(hers, 12)
    title = Favourite.objects.get().title
    walked = [f"/{entry.pattern}" for entry in urls.pages if str(entry.pattern).startswith("favourites/")]
    readable = [language + path for path in walked if "<" not in path]
    assert len(readable) == len(walked) - 1, "one alone writes"
    forger = Client()
    forger.cookies["favourites"] = "made-up:signature"
    for address in readable:
        assert title in hers.get(address).content.decode()
        seen = [other.get(address) for other in (signed_in(bob), client, forger)]
        for response in seen:
            assert response.status_code == 200
            assert title not in response.content.decode()
            assert response["Cache-Control"] == "private, no-store"
            assert "Cookie" in vary(response)
    for other in (signed_in(bob), client, forger):
        press(other, 12, 0)
    assert Favourite.objects.count() == 1, "nobody lets go of what isn't theirs"


def test_hidden_fields_keep_a_beat_for_nobody_else(shop: Sandbox, alice: User, bob: User) -> None:
    client = signed_in(alice)
    client.post(
        f"{LIST}12/", {"keep": "1", "owner": bob.pk, "user_id": bob.pk, "list": "1", "beat_id": "9"}, headers=OURS
    )
    assert [(row.list.owner, row.beat_id) for row in Favourite.objects.all()] == [(alice, 12)]
