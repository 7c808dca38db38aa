"""Every private address, taken from the URLconf, as each kind of visitor: theirs, sign-in, or a blank 404."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts import urls
from accounts.models import User
from accounts.privacy import PRIVATE
from accounts.records import Order
from tests.accounts.buyers import KEY_PAGE, ORDERS, connected, order_ids, signed_in
from tests.accounts.test_addresses import filled, patterns
from tests.pages import read, vary
from tests.sandbox import ALICE, BOB, Sandbox

LANGUAGES = ("", "/fr")
# What the other buyer must see of an address that names a thing of the owner's; all others show each their own.
OF_THE_OWNER = {"order-detail"}
# Where a buyer without a key is led from these instead.
WITHOUT_A_KEY = {"order-export": ORDERS}


def private_names() -> list[str]:
    """Return the names of all addresses of keys and orders: one that is added is tested from then on."""
    names = [pattern.name for pattern in private_patterns()]
    assert "order-detail" in names
    return [name for name in names if name]


def private_patterns() -> list[URLPattern]:
    # What allauth serves, and what stands around it, is walked in test_addresses.py.
    own = re.compile("orders/|account/beatconnect/")
    return [entry for entry in urls.pages if isinstance(entry, URLPattern) and own.match(str(entry.pattern))]


def addresses(order_id: str) -> Iterator[tuple[str, str]]:
    for pattern in private_patterns():
        needed = pattern.pattern.converters
        assert set(needed) <= {"order_id"}, f"{pattern.name} needs an argument that this test knows nothing of"
        path = reverse(pattern.name, kwargs={"order_id": order_id} if needed else {})
        for language in LANGUAGES:
            yield pattern.name, language + path


@pytest.fixture
def owner(api: Sandbox, alice: User) -> Client:
    client = connected(alice, ALICE)
    client.get(ORDERS)
    return client


@pytest.fixture
def order(owner: Client) -> str:
    return order_ids(read(owner.get(ORDERS)))[0]


def test_all_of_them_are_in_the_urlconf() -> None:
    for name in private_names():
        assert get_resolver().reverse_dict.getlist(name) or reverse(name, kwargs={"order_id": "x"})


def test_none_of_the_urlconf_is_left_out_wherever_it_was_added() -> None:
    walked = {"/" + str(entry.pattern) for entry in private_patterns()}
    private = re.compile(r"/(orders|account/beatconnect)/")
    assert {text for text in patterns(get_resolver()) if private.match(text)} == walked


def test_what_is_made_for_one_visitor_stands_under_a_private_address(owner: Client, shop: Sandbox) -> None:
    """A page elsewhere that looked at who asks would be missed by all of the above."""
    for text in patterns(get_resolver()):
        if text.startswith(PRIVATE) or "(?P" in text:
            continue
        response = owner.get(filled(text))
        assert "private" not in response.get("Cache-Control", ""), text
        assert "Cookie" not in vary(response), text


def test_a_stranger_is_led_to_sign_in_and_learns_nothing(owner: Client, order: str) -> None:
    for name, address in addresses(order):
        for headers in ({}, {"HX-Request": "true", "HX-Target": "main"}):
            response = Client().get(address, headers=headers)
            assert response.status_code == 302, address
            assert "/account/login/?next=" in response["Location"], address
            assert response["Cache-Control"] == "private, no-store"
            assert not response.content, name
        assert Client().post(address, {"do": "remove"}).status_code in {302, 405}


def test_another_buyer_sees_nothing_of_hers(owner: Client, order: str, bob: User) -> None:
    other = connected(bob, BOB)
    other.get(ORDERS)
    hers = [
        name.encode()
        for name in Order.objects.filter(user__email="alice@example.com").values_list("order_id", flat=True)
    ]
    for name, address in addresses(order):
        response = other.get(address, follow=True)
        assert response.status_code == (404 if name in OF_THE_OWNER else 200), address
        body = response.content.replace(address.encode(), b"")
        for language in ("", "/fr", "/pt", "/sw"):
            body = body.replace(f"{language}/orders/{order}/".encode(), b"")
        assert not [found for found in hers if found in body], address
        assert b"alice@example.com" not in body


def test_the_owner_sees_her_own_and_no_cache_keeps_it(owner: Client, order: str) -> None:
    for name, address in addresses(order):
        response = owner.get(address)
        assert response.status_code == 200, address
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in vary(response)
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not response.has_header("ETag") or "no-store" in response["Cache-Control"]
        if name != "order-export":
            assert read(response).all("div", data_hx_history="false"), address
            assert not read(response).all("link", rel="canonical")


def test_a_buyer_who_removed_the_key_has_nothing_left_to_see(owner: Client, order: str) -> None:
    owner.post(KEY_PAGE, {"do": "remove"})
    for name, address in addresses(order):
        response = owner.get(address)
        if name in OF_THE_OWNER:
            assert response.status_code == 404
        elif name in WITHOUT_A_KEY:
            assert response["Location"].endswith(WITHOUT_A_KEY[name])
        else:
            assert response.status_code == 200
        assert order.encode() not in response.content.replace(address.encode(), b"") or name in OF_THE_OWNER


def test_nobody_reads_with_a_method_that_writes(owner: Client, order: str) -> None:
    for name, address in addresses(order):
        if name == "beatconnect-key":
            continue
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            response = owner.generic(method, address)
            assert response.status_code == 405, (method, address)
            assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    ["/orders/x.css", "/orders/%2e.js", "/account/beatconnect/x.css", "/orders/export.csv/x.js", "/orders/a/b.css"],
)
def test_a_private_page_can_not_be_passed_off_as_a_file(owner: Client, path: str) -> None:
    response = owner.get(path)
    assert response.status_code == 404
    assert b"alice@example.com" not in response.content


def test_an_inactive_buyer_is_a_stranger(owner: Client, order: str, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    for _, address in addresses(order):
        assert owner.get(address).status_code == 302


def test_deleting_the_account_deletes_all_of_it(owner: Client, alice: User) -> None:
    alice.delete()
    assert not Order.objects.exists()


def test_public_pages_stay_the_same_for_everybody(owner: Client, shop: Sandbox) -> None:
    for path in ("/", "/beats/", "/beats/1/"):
        mine, anybodys = owner.get(path, follow=True), Client().get(path, follow=True)
        assert mine.content == anybodys.content
        assert "Cookie" not in vary(mine)
        assert not mine.cookies


def test_signing_in_as_somebody_else_shows_theirs(owner: Client, bob: User) -> None:
    assert "Connect your BeatConnect key" in read(signed_in(bob).get(ORDERS)).text
