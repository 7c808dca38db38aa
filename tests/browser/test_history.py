"""Back, Forward, reload and a copied link all give the same full page, filters and all."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.swaps import back, back_to_forgotten, cards, click_to, forward, mark, picture, stayed, swapped
from tests.sandbox import Sandbox

FILTERED = "/beats/?genre=2&sort=price_asc&page=2"


def test_back_and_forward_retrace_filters_pages_and_links(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    mark(page, "header", "#audio")
    steps = [picture(page)]
    with swapped(page, "results"):
        page.get_by_role("checkbox", name="Bongo Flava").click()
    steps.append(picture(page))
    with swapped(page, "results"):
        page.get_by_role("link", name="Next").click()
    steps.append(picture(page))
    with swapped(page, "main"):
        page.locator(".card-title a").first.click()
    steps.append(picture(page))
    assert len({str(step) for step in steps}) == len(steps)
    for step in reversed(steps[:-1]):
        back(page)
        assert picture(page) == step
    for step in steps[1:]:
        forward(page)
        assert picture(page) == step
    assert all(stayed(page, "header", "#audio"))


@pytest.mark.parametrize("address", ["/", FILTERED, "/producers/?page=2"])
def test_a_reload_and_a_copied_link_show_what_clicks_showed(page: Page, shop: Sandbox, address: str) -> None:
    page.goto("/genres/")
    with swapped(page, "main"):
        click_to(page, address)
    clicked = picture(page)
    page.reload()
    assert picture(page) == clicked
    copied = page.context.new_page()
    copied.goto(clicked["address"])
    assert picture(copied) == clicked
    assert clicked["mains"] == 1


def test_back_from_a_filter_never_shows_a_bare_fragment(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("popular")
    filtered = picture(page)
    # Away over a full page load, as to another site, and back: the browser asks its own cache or the server.
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("header")).to_be_visible()
    assert picture(page) == filtered


def test_back_still_works_when_nothing_was_kept(page: Page, shop: Sandbox) -> None:
    page.goto(FILTERED.partition("&page")[0])
    first = picture(page)
    with swapped(page, "main"):
        page.locator(".card-title a").first.click()
    second = picture(page)
    mark(page, "#audio")
    back_to_forgotten(page)
    assert picture(page) == first
    assert stayed(page, "#audio") == [True]
    # And what was left then is kept under its own address.
    forward(page)
    assert picture(page) == second
    back(page)
    assert picture(page) == first


def test_scripts_keep_working_on_a_page_that_back_brought(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    with swapped(page, "main"):
        page.locator(".card-title a").first.click()
    back(page)
    with swapped(page, "results"):
        page.get_by_role("checkbox", name="Highlife").click()
    assert len(cards(page)) == 15
    with swapped(page, "results"):
        page.get_by_role("link", name="Remove: Highlife").click()
    expect(page.locator("#results-count")).to_contain_text("253")


def test_the_focus_and_the_spoken_word_follow_back(page: Page, shop: Sandbox) -> None:
    page.goto("/")
    with swapped(page, "main"):
        page.get_by_role("link", name="All genres").click()
    back(page)
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("#live")).to_have_text("Beats from all over Africa loaded")


def test_back_returns_to_where_one_had_scrolled(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.locator(".card-title a").nth(20).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 200
    with swapped(page, "main"):
        page.locator(".card-title a").nth(20).click()
    assert page.evaluate("scrollY") == 0
    back(page)
    page.wait_for_timeout(100)
    assert abs(page.evaluate("scrollY") - before) < 50


def test_a_link_opened_in_a_new_tab_is_a_whole_page(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    context: BrowserContext = page.context
    with context.expect_page() as opened:
        page.get_by_role("link", name="Next").click(modifiers=["Control"])
    tab = opened.value
    expect(tab.locator("header")).to_be_visible()
    assert picture(tab)["address"] == "/beats/?page=2"
    assert picture(page)["address"] == "/beats/"
