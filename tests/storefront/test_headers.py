"""The security headers: the full set on every answer, each exactly once; and whom we believe about host and scheme."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import fixtures

from catalog.models.mirror import Beat
from tests.clean_process import ASK_FOR_PAGES, run
from tests.conftest import sweep_later
from tests.headers import POLICY, assert_page_headers, read_policy
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(shop: Sandbox) -> dict[str, int]:
    """An address of each route and of each way to miss it, and the status it answers with."""
    shop.remove_beat(9)
    sweep_later(shop)
    beat = Beat.objects.select_related("genre", "producer").get(pk=10)
    return {
        "/": 200,
        "/beats/": 200,
        "/beats/?page=99": 404,
        beat.url: 200,
        "/beats/10/x/": 301,
        "/beats/9/": 410,
        "/beats/999999/": 404,
        "/genres/": 200,
        beat.genre_url: 200,
        "/genres/999999/": 404,
        "/producers/": 200,
        beat.producer_url: 200,
        "/producers": 301,
        "/nowhere/": 404,
    }


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_has_every_header_once(
    client: Client, addresses: dict[str, int], htmx: Callable[..., dict[str, Any]], fragment: bool, method: str
) -> None:
    for address, status in addresses.items():
        response = client.generic(method, address, headers=htmx("results") if fragment else {})
        # Only what leads to no page at all is found out before the method.
        leads_nowhere = address in {"/producers", "/nowhere/"}
        assert response.status_code == (405 if method == "POST" and not leads_nowhere else status)
        assert_page_headers(response)


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
def test_an_empty_shop_has_every_header_too(
    client: Client, api: Sandbox, htmx: Callable[..., dict[str, Any]], fragment: bool
) -> None:
    api.fault("reset")
    for address in ("/", "/beats/", "/beats/1/", "/genres/", "/producers/"):
        response = client.get(address, headers=htmx("results") if fragment else {})
        assert response.status_code == 503
        assert_page_headers(response)


def test_the_policy_allows_nothing_unsafe(client: Client, shop: Sandbox) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1@evil.example", "127.0.0.1 evil", "a\tb", ".", "[::1", ""])
def test_another_host_is_a_400_that_does_not_repeat_it(client: Client, shop: Sandbox, host: str) -> None:
    response = client.get("/beats/", headers={"Host": host} if host else {}, SERVER_NAME=host or "evil.example")
    assert response.status_code == 400
    assert "evil" not in response.content.decode()
    assert_page_headers(response)


def test_what_a_proxy_might_say_changes_nothing(client: Client, shop: Sandbox) -> None:
    plain = client.get("/beats/")
    for header in ("X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Forwarded-Port", "X-Real-IP"):
        response = client.get("/beats/", headers={header: "evil.example"})
        assert response.content == plain.content
    assert client.get("/beats/", headers={"Host": "localhost:99999"}).content == plain.content
    assert client.get("/beats/", headers={"X-Forwarded-Proto": "https"}).content == plain.content


HTTPS = {
    "SITE_URL": "https://beats.example",
    "BEATCONNECT_API_KEY": "bca_live_x",
    "KEY_ENCRYPTION_KEYS": "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0=",
}


def ask_https(*lines: str, **variables: str) -> list[str]:
    """Ask a shop at https://beats.example, whose database is empty; return what the lines print."""
    program = [
        ASK_FOR_PAGES,
        "def ask(path='/nowhere/', address='198.51.100.1', **headers):",
        "    return Client().get(path, headers={'Host': 'beats.example', **headers}, REMOTE_ADDR=address)",
        "proxied = {'X-Forwarded-Proto': 'https'}",
    ]
    process = run("-c", "\n".join([*program, *lines]), **HTTPS, **variables)
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


def test_over_https_the_headers_that_belong_to_it_are_there() -> None:
    hsts, policy, absent, cookies = ask_https(
        "response = ask('/nowhere/', '10.0.0.7', **proxied)",
        "print(response['Strict-Transport-Security'])",
        "print(response['Content-Security-Policy'])",
        "print('Strict-Transport-Security' in ask().headers)",
        "print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)",
        TRUSTED_PROXIES="10.0.0.7",
        BEATCONNECT_MEDIA_HOSTS="https://cdn.example",
    )
    assert hsts == "max-age=63072000; includeSubDomains; preload"
    media = "'self' https://cdn.example"
    assert read_policy(policy) == {**POLICY, "img-src": media, "media-src": media, "upgrade-insecure-requests": ""}
    assert (absent, cookies) == ("False", "True True")


def test_only_a_trusted_proxy_is_believed_about_the_scheme() -> None:
    assert ask_https(
        "print(ask('/beats/?a=b', '10.0.0.7', **proxied).status_code)",
        "stranger = ask('/beats/?a=b', '10.0.0.8', **proxied)",
        "print(stranger.status_code, stranger['Location'])",
        "print(ask('/beats/', '10.0.0.7').status_code)",
        "print(ask('/beats/', '10.0.0.7', **{'X-Forwarded-Proto': 'http'}).status_code)",
        "print(ask('/livez', '10.0.0.8').status_code)",
        TRUSTED_PROXIES="10.0.0.7",
        DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing",
    ) == ["503", "301 https://beats.example/beats/?a=b", "301", "301", "200"]


def test_nobody_is_believed_unless_the_settings_say_so() -> None:
    assert ask_https("print(ask('/beats/', '127.0.0.1', **proxied).status_code)") == ["301"]


def test_another_host_is_refused_over_https_and_before_the_redirect_to_it() -> None:
    names = ", ".join(repr(name) for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"))
    assert ask_https(
        "for address in ('10.0.0.7', '198.51.100.1'):",
        "    response = ask('/', address, Host='evil.example', **proxied)",
        f"    print(response.status_code, all(name in response.headers for name in ({names})))",
        TRUSTED_PROXIES="10.0.0.7",
    ) == ["400 True", "400 True"]


def test_the_address_of_a_visitor_is_the_one_the_trusted_proxy_saw(settings: fixtures.Settings) -> None:
    assert ask_https(
        "from storefront.middleware import trusted_proxies",
        "from django.test import RequestFactory",
        "seen = trusted_proxies(lambda request: request.META['REMOTE_ADDR'])",
        "for address in ('10.0.0.7', '198.51.100.1'):",
        "    request = RequestFactory().get('/', REMOTE_ADDR=address)",
        "    request.META['HTTP_X_FORWARDED_FOR'] = '1.2.3.4, 203.0.113.9'",
        "    print(seen(request))",
        TRUSTED_PROXIES="10.0.0.7",
    ) == ["203.0.113.9", "198.51.100.1"]


def test_django_s_own_check_of_a_deployment_finds_nothing_else() -> None:
    settings = {**HTTPS, "CACHE_URL": "redis://127.0.0.1:6379/0"}  # nobody asks it anything
    process = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **settings)
    found = {word.strip("()") for word in process.stderr.split() if word.startswith(("(security.", "(storefront."))}
    assert found == set(), process.stderr


def test_static_files_are_kept_for_good_and_carry_no_policy(settings: fixtures.Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    sheet = next(path for path in tmp_path.rglob("*.css") if len(path.suffixes) == 2)
    response = Client().get(f"/static/{sheet.relative_to(tmp_path)}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in response.headers
    response.close()
