"""What is somebody's own is kept by nobody, public pages know nobody, and cookies say nothing."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.accounts.people import ALICE, buyer, sign_in
from tests.clean_process import ASK_FOR_PAGES, run
from tests.pages import VARY, read, vary
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/beats/",
    "/beats/1/",
    "/genres/",
    "/producers/",
    "/search/?q=lagos",
    "/fr/beats/",
    "/nowhere/",
    "/robots.txt",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_set_no_cookie_vary_on_none_and_are_the_same_for_all(
    client: Client, shop: Sandbox, path: str
) -> None:
    buyer()
    stranger = client.get(path, follow=True)
    sign_in(client)
    for response in (stranger, client.get(path, follow=True)):
        assert "Cookie" not in vary(response)
        assert vary(response) <= VARY
        assert not response.cookies
        assert "private" not in response["Cache-Control"]
        assert response.content == stranger.content


def test_a_public_page_has_a_plain_link_and_asks_nothing_of_the_session(client: Client, shop: Sandbox) -> None:
    corner = read(client.get("/beats/")).the("a", id="corner")
    assert (corner["href"], corner["data-corner"]) == ("/account/login/", "/account/corner/")
    assert corner["data-hx-boost"] == "false"
    french = read(client.get("/fr/beats/")).the("a", id="corner")
    assert (french["href"], french["data-corner"]) == ("/fr/account/login/", "/fr/account/corner/")


@pytest.mark.parametrize("path", ["/orders/", "/favourites/", "/account/beatconnect/", "/account/"])
def test_a_page_of_ones_own_says_without_script_that_one_is_signed_in(client: Client, path: str) -> None:
    buyer()
    sign_in(client)
    assert read(client.get(path)).the("a", id="corner")["href"] == "/account/"


@pytest.mark.parametrize(
    "path", ["/account/", "/account/login/", "/account/corner/", "/account/nowhere/", "/orders/x.css"]
)
@pytest.mark.parametrize("language", ["", "/fr"])
def test_private_addresses_are_kept_by_no_cache_and_no_search_engine(client: Client, path: str, language: str) -> None:
    buyer()
    for visitor in (Client(), client):
        sign_in(client)
        response = visitor.get(language + path)
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Robots-Tag"] == "noindex"
        assert "Cookie" in vary(response)


def test_htmx_keeps_no_copy_of_a_private_page_and_swaps_none(client: Client) -> None:
    buyer()
    sign_in(client)
    for path in ("/account/", "/account/sessions/", "/account/email/"):
        page = read(client.get(path))
        assert page.all(data_hx_history="false")
        assert page.the("body")["data-hx-boost"] == "false"


def test_the_corner_is_one_fragment_for_who_is_signed_in_and_who_is_not(client: Client) -> None:
    buyer()
    assert read(client.get("/account/corner/")).the("a", id="corner")["href"] == "/account/login/"
    sign_in(client)
    response = client.get("/account/corner/")
    assert read(response).the("a", id="corner")["href"] == "/account/"
    assert b"<html" not in response.content
    assert ALICE not in response.content.decode()


def test_the_readable_cookie_comes_with_the_sign_in_and_goes_with_it(client: Client) -> None:
    buyer()
    client.get("/account/login/")
    assert "signed_in" not in client.cookies
    sign_in(client, remember="on")
    cookie = client.cookies["signed_in"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["path"]) == ("1", "", "Lax", "/")
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE
    response = client.post("/account/logout/")
    assert response.cookies["signed_in"]["max-age"] == 0
    assert response["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get("/account/login/").headers


def test_a_session_that_ended_elsewhere_takes_the_cookie_along(client: Client) -> None:
    alice = buyer()
    sign_in(client)
    alice.set_password("another long phrase")
    alice.save()
    response = client.get("/account/corner/")
    assert response.cookies["signed_in"]["max-age"] == 0
    assert read(response).the("a")["href"] == "/account/login/"


def test_who_is_not_to_be_kept_signed_in_is_not(client: Client) -> None:
    buyer()
    sign_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["signed_in"]["max-age"] == ""


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    buyer()
    client.get("/account/login/")
    sign_in(client)
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_a_session_from_before_the_sign_in_is_not_the_one_after_it(client: Client) -> None:
    buyer()
    client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    planted = client.cookies["sessionid"].value
    sign_in(client)
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/account/").status_code == 302
    ended = client.cookies["sessionid"].value
    client.post("/account/logout/")
    thief.cookies["sessionid"] = ended
    assert thief.get("/account/").status_code == 302


@pytest.mark.parametrize("value", ["", "x", "../../x", "x" * 4_000, "\u0000", "é"])
def test_a_made_up_session_is_nobody(client: Client, value: str) -> None:
    client.cookies["sessionid"] = value
    response = client.get("/account/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


SIGN_IN_OVER_HTTPS = f"""{ASK_FOR_PAGES}
from django.core.management import call_command
call_command('migrate', verbosity=0)
from accounts.models import User
User.objects.create_superuser('alice@example.com', 'a long pass phrase')
visitor = Client(headers={{'Host': 'beats.example', 'X-Forwarded-Proto': 'https'}}, REMOTE_ADDR='10.0.0.7')
visitor.get('/account/login/')
visitor.post('/account/login/', {{'login': 'alice@example.com', 'password': 'a long pass phrase'}})
for name, cookie in sorted(visitor.cookies.items()):
    print(name, cookie['secure'], cookie['path'], cookie['domain'] or '-', cookie['samesite'])
"""


def test_cookies_of_a_https_shop_belong_to_its_host_alone(tmp_path: Path) -> None:
    process = run(
        "-c",
        SIGN_IN_OVER_HTTPS,
        SITE_URL="https://beats.example",
        TRUSTED_PROXIES="10.0.0.7",
        BEATCONNECT_API_KEY="bca_live_x",
        BACKGROUND_SYNC="off",
        DATABASE_URL=f"sqlite:///{tmp_path}/shop.sqlite3",
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.splitlines() == [
        "__Host-csrftoken True / - Lax",
        "__Host-known_device True / - Lax",
        "__Host-sessionid True / - Lax",
        "__Host-signed_in True / - Lax",
    ]


def test_old_sessions_can_be_cleared(client: Client) -> None:
    buyer()
    sign_in(client)
    call_command("clearsessions")
    assert client.get("/account/").status_code == 200
