"""Every private address that the URLconf knows, so that a new one can't be forgotten."""

import re
from collections.abc import Iterator

import html5lib
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.people import BOB, buyer, prove, sign_in
from tests.pages import read

pytestmark = pytest.mark.django_db

# What everybody may see: how one gets in, and the fragment that says whether one is.
FRAGMENT = re.compile(r"/corner/")
OPEN = re.compile(
    r"/account/(login/|signup/|logout/|inactive/|deleted/|corner/|password/reset/.*|confirm-email/|2fa/webauthn/login/"
    r"|2fa/authenticate/|login/code/confirm/|reauthenticate/)$|/favourites/"
)


def patterns(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        text = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLPattern):
            yield text
        else:
            yield from patterns(entry, text)


def filled(pattern: str) -> str:
    """Return an address that fits a pattern."""
    return re.sub(r"\(\?P<\w+>[^)]*\)", "1", re.sub(r"<(?:int|bcid|beatid):\w+>|<\w+>|<str:\w+>", "1", pattern))


ADDRESSES = sorted(
    {filled(text) for text in patterns(get_resolver()) if re.match(r"/(account|orders|favourites)/", text)}
)  # fmt: skip
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"]


def test_there_are_addresses_to_walk() -> None:
    assert len(ADDRESSES) >= 25
    assert "/account/2fa/webauthn/keys/1/remove/" in ADDRESSES


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_is_sent_to_the_sign_in(client: Client, address: str, method: str) -> None:
    response = client.generic(method, address)
    assert response.status_code < 500
    assert response["Cache-Control"] in {"private, no-store", "private, no-store, max-age=0"}
    if OPEN.match(address):
        return
    if response.status_code == 302:
        # Who deletes an account twice isn't signed in any more the second time.
        leads_to = "/account/deleted/" if address == "/account/delete/now/" else "/account/login/"
        assert response["Location"].startswith(leads_to), response["Location"]
    else:
        assert response.status_code in {404, 405}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_who_is_signed_in_meets_no_trouble_and_valid_pages(client: Client, address: str, method: str) -> None:
    buyer()
    sign_in(client)
    prove(client)
    response = client.generic(method, address)
    assert response.status_code < 500
    assert response["Cache-Control"] == "private, no-store"
    if (
        response["Content-Type"].startswith("text/html")
        and response.status_code == 200
        and not FRAGMENT.search(address)
    ):
        parser = html5lib.HTMLParser()
        parser.parse(response.content.decode())
        assert [(code, place) for place, code, _ in parser.errors] == []
        page = read(response)
        assert len(page.all("h1")) == 1
        assert page.the("main")["id"] == "main"
        ids = [node["id"] for node in page.all(id=True)]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["fr", "pt", "sw"])
def test_pages_of_an_account_stay_in_their_language(client: Client, language: str) -> None:
    buyer()
    assert client.get(f"/{language}/account/")["Location"].startswith(f"/{language}/account/login/")
    sign_in(client)
    page = read(client.get(f"/{language}/account/"))
    assert page.the("html")["lang"] == language
    for form in page.all("form", method="post"):
        assert form["action"].startswith(f"/{language}/account/")


def test_another_buyers_passkey_is_not_there(client: Client) -> None:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    alice = buyer()
    key = Authenticator.objects.create(user=buyer(BOB), type="webauthn", data={"name": "Bob's phone"})
    sign_in(client)
    prove(client)
    for what in ("edit", "remove"):
        for method in ("GET", "POST"):
            theirs = client.generic(method, f"/account/2fa/webauthn/keys/{key.pk}/{what}/")
            nobodys = client.generic(method, f"/account/2fa/webauthn/keys/{key.pk + 1}/{what}/")
            assert (theirs.status_code, nobodys.status_code) == (404, 404)
            assert b"Bob" not in theirs.content
    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert not alice.has_second_factor
