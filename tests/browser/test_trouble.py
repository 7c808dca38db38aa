"""When an answer does not come, or is not ours, the page stays, says so, and offers another try."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import fixtures

from catalog import state
from tests.browser.complaints import Complaints
from tests.browser.listening import assert_goes_on, listen, play
from tests.browser.swaps import back, back_to_forgotten, forget_pages, forward, mark, picture, stayed, swapped
from tests.conftest import sweep_later
from tests.sandbox import Sandbox

PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
PORTAL = "<!doctype html><title>Welcome</title><body><h1>Sign in to this network</h1><form></form></body>"

tick_gqom = ("results", lambda page: page.get_by_role("checkbox", name="Gqom").click())
follow_genres = ("main", lambda page: page.get_by_label("Main").get_by_role("link", name="Genres").click())
Act = tuple[str, Callable[[Page], None]]
ACTS = pytest.mark.parametrize("act", [tick_gqom, follow_genres], ids=["a filter", "a link"])


def try_again(page: Page, part: str) -> None:
    with swapped(page, part):
        page.locator("#notice").get_by_role("link", name="Try again").click()
    expect(page.locator("#notice")).to_be_hidden()


@ACTS
def test_being_offline_is_said_and_can_be_tried_again(
    page: Page, shop: Sandbox, complaints: Complaints, act: Act
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page.goto("/beats/")
    play(page, page.locator("[data-play]").first)
    listen(page)
    before = picture(page)
    page.context.set_offline(True)
    act[1](page)
    expect(page.locator("#notice")).to_contain_text("You seem to be offline.")
    expect(page.locator("#notice")).to_have_attribute("role", "alert")
    assert picture(page) == before
    page.context.set_offline(False)
    try_again(page, act[0])
    assert page.url != before["address"]
    assert_goes_on(page, 0)


@ACTS
def test_an_answer_that_takes_too_long_is_given_up_and_said(
    page: Page, shop: Sandbox, complaints: Complaints, act: Act
) -> None:
    complaints.expect("htmx:timeout", "htmx:afterRequest", "htmx:sendError")
    page.goto("/beats/")
    assert page.evaluate("htmx.config.timeout") == 8000
    page.evaluate("htmx.config.timeout = 300")
    page.route(re.compile("genre"), lambda route: None)
    act[1](page)
    expect(page.locator("#notice")).to_contain_text("That took too long.")
    assert picture(page)["address"] == "/beats/"
    page.unroute_all()
    page.evaluate("htmx.config.timeout = 8000")
    try_again(page, act[0])
    assert "genre" in page.url


@ACTS
@pytest.mark.parametrize(("status", "body"), [(502, PROXY_PAGE), (200, PORTAL)], ids=["a proxy", "a captive portal"])
def test_an_answer_that_is_not_ours_never_empties_the_page(
    page: Page, shop: Sandbox, complaints: Complaints, act: Act, status: int, body: str
) -> None:
    complaints.expect("502")
    page.goto("/beats/")
    mark(page, "main", "#results", "#audio")
    before = picture(page)
    page.route(re.compile("genre"), lambda route: route.fulfill(status=status, body=body, content_type="text/html"))
    act[1](page)
    expect(page.locator("#notice")).to_contain_text("That did not load")
    assert all(stayed(page, "main", "#results", "#audio"))
    assert picture(page)["address"] == "/beats/"
    assert picture(page)["ticks"] == before["ticks"]
    expect(page).to_have_title("Beats – BeatConnect Beats")
    page.unroute_all()
    try_again(page, act[0])


def test_a_choice_that_failed_is_taken_back_and_comes_whole_with_the_next_try(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page.goto("/beats/?genre=2")
    mark(page, "main", "main h1")
    before = picture(page)
    page.context.set_offline(True)
    page.get_by_role("checkbox", name="Gqom").click()
    expect(page.locator("#notice")).to_be_visible()
    page.get_by_label("Sorted by").select_option("popular")
    expect(page.get_by_label("Sorted by")).to_have_value("newest")
    assert picture(page) == before
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#notice")).to_be_visible()
    page.locator("#notice").get_by_role("button", name="Dismiss").click()
    assert picture(page) == before
    page.get_by_role("checkbox", name="Gqom").click()
    expect(page.locator("#notice")).to_be_visible()
    page.context.set_offline(False)
    try_again(page, "results")
    expect(page).to_have_url(re.compile(r"/beats/\?genre=2&genre=\d+$"))
    expect(page.get_by_role("checkbox", name="Gqom")).to_be_checked()
    expect(page.locator(".chip-active")).to_have_count(2)
    assert all(stayed(page, "main", "main h1"))


def test_a_notice_does_not_follow_to_another_page(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page.goto("/genres/")
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Beats").click()
    page.context.set_offline(True)
    tick_gqom[1](page)
    expect(page.locator("#notice")).to_be_visible()
    back(page)
    expect(page.locator("h1")).to_have_text("Genres")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_list_that_breaks_shows_it_in_its_own_place(
    page: Page, shop: Sandbox, complaints: Complaints, settings: fixtures.Settings
) -> None:
    complaints.expect("500")
    page.goto("/beats/")
    mark(page, "header", "main", "main h1", "#audio")
    currency = settings.BEATCONNECT_CURRENCY
    del settings.BEATCONNECT_CURRENCY  # without it no price can be written
    with swapped(page, "results"):
        page.get_by_role("checkbox", name="Gqom").click()
    expect(page.locator("#results h2")).to_have_text("The list could not be loaded")
    expect(page.locator("#live")).to_have_text("The list could not be loaded")
    assert all(stayed(page, "header", "main", "main h1", "#audio"))
    settings.BEATCONNECT_CURRENCY = currency
    with swapped(page, "main"):
        page.locator("#results").get_by_role("link", name="Try again").click()
    expect(page.get_by_role("checkbox", name="Gqom")).to_be_checked()
    expect(page).to_have_url(re.compile(r"/beats/\?genre=\d+$"))


def test_a_shop_that_lost_its_shelves_says_so_in_the_place_of_the_list(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("503", "/covers/")  # those that come late find an empty shop
    page.goto("/beats/")
    mark(page, "main h1")
    state.reset()
    shop.fault("status", status=503, retry_after=1)
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("popular")
    expect(page.locator("#results h2")).to_have_text("The list could not be loaded")
    assert stayed(page, "main h1") == [True]
    shop.clear_faults()
    sweep_later(shop)
    with swapped(page, "main"):
        page.locator("#results").get_by_role("link", name="Try again").click()
    expect(page.locator("#results-count")).to_contain_text("253")


def test_the_notice_can_be_dismissed_and_goes_when_something_else_works(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page.goto("/beats/")
    for _ in range(2):
        page.context.set_offline(True)
        follow_genres[1](page)
        expect(page.locator("#notice")).to_be_visible()
        page.context.set_offline(False)
        page.locator("#notice").get_by_role("button", name="Dismiss").click()
        expect(page.locator("#notice")).to_be_hidden()
    page.context.set_offline(True)
    follow_genres[1](page)
    expect(page.locator("#notice")).to_be_visible()
    page.context.set_offline(False)
    with swapped(page, "main"):
        follow_genres[1](page)
    expect(page.locator("#notice")).to_be_hidden()


@pytest.mark.parametrize("trouble", ["offline", "a broken proxy"])
def test_back_to_a_page_that_cannot_be_had_says_so(
    page: Page, shop: Sandbox, complaints: Complaints, trouble: str
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "502", "htmx:sendError", "htmx:afterRequest")
    page.goto("/beats/")
    with swapped(page, "main"):
        follow_genres[1](page)
    forget_pages(page)
    if trouble == "offline":
        page.context.set_offline(True)
    else:
        page.route("**/beats/", lambda route: route.fulfill(status=502, body=PROXY_PAGE, content_type="text/html"))
    page.evaluate("history.back()")
    expect(page.locator("#notice")).to_be_visible()
    page.context.set_offline(False)
    page.unroute_all()
    try_again(page, "main")
    expect(page.locator("h1")).to_have_text("Beats")


def test_back_to_an_error_page_shows_it_again(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect("404")
    page.goto("/beats/?page=99")
    with swapped(page, "main"):
        follow_genres[1](page)
    genres = picture(page)
    back_to_forgotten(page)
    expect(page.get_by_role("heading", name="The list ends before this page")).to_be_visible()
    forward(page)
    assert picture(page) == genres
