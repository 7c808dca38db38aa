"""Errors: in the site's dress, with every header, kept by nobody, and telling nothing of what went wrong inside."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from pytest_django import fixtures

from catalog.models.mirror import Beat
from storefront import urls
from storefront.urls import handler400, handler403, handler404, handler500  # noqa: F401 - Django reads them here
from storefront.views import error_page
from tests.clean_process import ASK_FOR_PAGES, run
from tests.headers import assert_page_headers
from tests.pages import assert_refused, links, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> NoReturn:
    raise RuntimeError("a secret of the inside")


def forbidden(request: HttpRequest) -> NoReturn:
    raise PermissionDenied("a secret of the inside")


def without_database(request: HttpRequest) -> NoReturn:
    raise OperationalError("connection to server at 10.0.0.5 failed: a secret of the inside")


def with_a_dead_connection(request: HttpRequest) -> NoReturn:
    raise InterfaceError("connection already closed: a secret of the inside")


def any_error(request: HttpRequest, status: int) -> HttpResponse:
    return error_page(request, status)


# This module stands in for storefront.urls: its pages, and some that fail.
urlpatterns = [
    *urls.urlpatterns,
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("without-database/", without_database),
    path("with-a-dead-connection/", with_a_dead_connection),
    path("error/<int:status>/", any_error),
]


@pytest.fixture
def client() -> Client:
    """A client that gets the 500 page instead of the exception."""
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def failing_pages() -> Any:
    with override_settings(ROOT_URLCONF="tests.storefront.test_errors"):
        yield


TOO_MANY = "/beats/?" + "&".join(f"p{number}=1" for number in range(101))
TROUBLE = {
    "too many parameters": (TOO_MANY, {}, 400),
    "another host": ("/beats/", {"Host": "evil.example"}, 400),
    "a host with an address in it": ("/beats/", {"Host": "127.0.0.1@evil.example"}, 400),
    "a forbidden page": ("/forbidden/", {}, 403),
    "an unknown page": ("/nowhere/", {}, 404),
    "an unknown beat": ("/beats/999999/", {}, 404),
    "a page beyond the end": ("/beats/?page=99", {}, 404),
    "a fault of ours": ("/broken/", {}, 500),
    "no database": ("/without-database/", {}, 503),
    "a dead connection": ("/with-a-dead-connection/", {}, 503),
    **{f"status {status}": (f"/error/{status}/", {}, status) for status in (400, 403, 404, 405, 410, 429, 500, 503)},
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_an_error_is_a_page_of_the_site(client: Client, shop: Sandbox, trouble: str) -> None:
    address, headers, status = TROUBLE[trouble]
    response = client.get(address, headers=headers)
    page = assert_refused(response, status)
    assert_page_headers(response)
    assert page.the("h1").text
    assert {"/", "/beats/"} <= set(links(page))
    assert "a secret of the inside" not in response.content.decode()


@pytest.mark.parametrize("trouble", [name for name in TROUBLE if name != "a page beyond the end"])
def test_an_error_of_a_fragment_is_a_fragment(
    client: Client, shop: Sandbox, trouble: str, htmx: Callable[..., dict[str, Any]]
) -> None:
    address, headers, status = TROUBLE[trouble]
    response = client.get(address, headers={**htmx("results"), **headers})
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert_page_headers(response)
    section = read(response).the("section", id="results")
    assert b"<html" not in response.content
    assert section.the("a")["href"] == address
    for whole in ({"HX-Target": "main"}, {"HX-History-Restore-Request": "true"}, {"Sec-Fetch-Dest": "document"}):
        assert_refused(client.get(address, headers={**htmx("results"), **headers, **whole}), status)


def test_a_gone_beat_is_a_page_of_the_site(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=9).update(gone_at="2026-01-01T00:00:00Z")
    response = client.get("/beats/9/")
    assert_refused(response, 410)
    assert_page_headers(response)


def test_an_empty_shop_that_can_not_be_filled_says_when_to_come_again(client: Client, api: Sandbox) -> None:
    api.fault("status", status=429, retry_after="17")
    response = client.get("/genres/")
    page = assert_refused(response, 503)
    assert_page_headers(response)
    assert 10 < int(response["Retry-After"]) <= 17
    # Without script the page asks again by itself; with it, a script does, and the music goes on.
    assert page.the("noscript").the("meta", http_equiv="refresh")["content"] == response["Retry-After"]


def test_a_fault_of_ours_is_logged_with_its_trace_and_shown_without(
    client: Client, shop: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    client.get("/broken/")
    assert [(record.name, record.levelname) for record in caplog.records] == [("django.request", "ERROR")]
    assert "RuntimeError: a secret of the inside" in caplog.text


def test_what_visitors_do_wrong_is_not_logged(client: Client, shop: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    for trouble in ("too many parameters", "another host", "a forbidden page", "an unknown page", "an unknown beat"):
        address, headers, _ = TROUBLE[trouble]
        client.get(address, headers=headers)
    client.post("/beats/")
    assert caplog.records == []


def test_a_shop_that_can_not_be_filled_logs_its_trouble_once_and_not_for_each_visitor(
    client: Client, api: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("status", status=500)
    for _ in range(8):
        assert client.get("/").status_code == 503
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in warnings] == ["catalog.gateway"]


def test_a_database_that_is_gone_says_when_to_come_again_and_logs_it_once(
    client: Client, shop: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    for address in ("/without-database/", "/with-a-dead-connection/"):
        assert client.get(address)["Retry-After"] == "5"
    assert [record.name for record in caplog.records] == ["storefront"]


def test_a_shop_whose_database_does_not_answer_stays_polite() -> None:
    program = (
        ASK_FOR_PAGES + "for path in ('/', '/beats/?genre=2', '/beats/1/', '/readyz', '/livez'):\n"
        "    response = Client(raise_request_exception=False).get(path, headers={'Host': '127.0.0.1'})\n"
        "    print(path, response.status_code, response.headers.get('Retry-After'), b'Traceback' in response.content)\n"
    )
    process = run("-c", program, DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    assert process.stdout.splitlines() == [
        "/ 503 5 False",
        "/beats/?genre=2 503 5 False",
        "/beats/1/ 503 5 False",
        "/readyz 503 None False",
        "/livez 200 None False",
    ]


def test_an_error_page_that_breaks_too_still_answers(
    client: Client, shop: Sandbox, settings: fixtures.Settings, tmp_path: Path
) -> None:
    (tmp_path / "errors").mkdir()
    (tmp_path / "errors" / "500.html").write_text("{% include 'nothing/there.html' %}")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    response = client.get("/broken/")
    assert response.status_code == 500
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content == b"Something broke on our side."
