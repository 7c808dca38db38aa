"""The search field in a real browser: by keyboard, by mouse, without script, and faster than the network."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import beat_heard, play
from tests.browser.swaps import swapped
from tests.sandbox import Sandbox

PHONE = {"viewport": {"width": 360, "height": 740}}


def field(page: Page) -> Locator:
    return page.locator("[data-combobox]:visible")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def type_in(page: Page, text: str) -> Locator:
    """Write into the field, all at once, and wait for what is suggested: a slow machine asks for each letter."""
    here = field(page)
    here.click()
    here.fill(text)
    expect(page.get_by_role("listbox")).to_be_visible()
    return here


def hold(page: Page, pattern: str) -> list[Route]:
    """Keep answers back until somebody lets the routes go on."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(pattern, keep)
    return held


def chosen(page: Page) -> str | None:
    """Return the text of the option that the field points at, and check that it is the one that is selected."""
    pointed = field(page).get_attribute("aria-activedescendant")
    selected = page.locator("[role=option][aria-selected=true]")
    assert selected.count() == (1 if pointed else 0)
    if not pointed:
        return None
    assert selected.get_attribute("id") == pointed
    return selected.inner_text()


def test_the_arrows_walk_through_the_suggestions_and_enter_goes_there(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    here = type_in(page, "amapi")
    expect(here).to_have_role("combobox")
    expect(here).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#live")).to_have_text("6 suggestions")
    texts = options(page).all_inner_texts()
    assert chosen(page) is None
    for expected in (texts[0], texts[1], texts[2]):
        here.press("ArrowDown")
        assert chosen(page) == expected
    here.press("End")
    assert chosen(page) == texts[-1]
    here.press("ArrowDown")
    assert chosen(page) is None
    here.press("ArrowUp")
    assert chosen(page) == texts[-1]
    here.press("Home")
    assert chosen(page) == texts[0]
    expect(here).to_be_focused()
    expect(here).to_have_value("amapi")
    with swapped(page, "main"):
        here.press("Enter")
    expect(page).to_have_url(re.compile("/genres/1/"))
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("h1")).to_be_focused()


def test_escape_closes_the_list_and_then_empties_the_field(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    here = type_in(page, "amapi")
    here.press("ArrowDown")
    here.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(here).to_have_attribute("aria-expanded", "false")
    expect(here).to_have_value("amapi")
    assert chosen(page) is None
    here.press("Escape")
    expect(here).to_have_value("")


def test_an_answer_that_comes_after_escape_opens_nothing(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    here = type_in(page, "am")
    held = hold(page, "**/search/suggest/?q=amapi")
    with page.expect_request("**/search/suggest/?q=amapi"):
        here.fill("amapi")
    here.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    with page.expect_response("**/search/suggest/?q=amapi"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.get_by_role("listbox")).to_be_hidden()
    here.fill("amapia")
    expect(page.get_by_role("listbox")).to_be_visible()


def test_what_was_typed_before_the_script_came_is_asked_for(page: Page, shop: Sandbox) -> None:
    held = hold(page, "**/suggest*.js")
    page.goto("/beats/")
    here = field(page)
    with page.expect_request("**/suggest*.js"):
        here.click()
    here.fill("amapi")
    held[0].continue_()
    expect(page.get_by_role("listbox")).to_be_visible()


def test_enter_without_a_choice_searches_and_the_music_plays_on(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("[data-play]").first)
    heard = beat_heard(page)
    here = type_in(page, "nairobi")
    with swapped(page, "main"):
        here.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=nairobi$"))
    expect(page.locator("main mark").first).to_have_text("Nairobi")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert beat_heard(page) == heard
    with swapped(page, "main"):
        page.locator("header").get_by_role("link", name="Genres").click()
    expect(field(page)).to_have_value("")
    with_search = page.go_back()
    assert with_search is None or with_search.ok
    expect(field(page)).to_have_value("nairobi")


def test_a_click_on_a_suggestion_goes_there(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    type_in(page, "amapi")
    with swapped(page, "main"):
        options(page).nth(1).click()
    expect(page).to_have_url(re.compile(r"/beats/\d+/"))
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_leaving_the_field_closes_the_list(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    here = type_in(page, "amapi")
    here.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_slash_leads_to_the_field_but_is_a_slash_inside_it(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.type("a/b")
    expect(field(page)).to_have_value("a/b")


@pytest.mark.browser_context_args(**PHONE)
def test_on_a_phone_a_slash_leads_to_the_field_on_its_own_page(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.keyboard.press("/")
    expect(page).to_have_url(re.compile("/search/$"))
    expect(field(page)).to_be_focused()


def test_a_late_answer_never_replaces_a_newer_one(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    # htmx tells the console of every question that it takes back.
    complaints.expect("htmx:sendAbort", "htmx:afterRequest")
    held = hold(page, "**/search/suggest/?q=lagune")
    page.goto("/beats/")
    here = field(page)
    here.click()
    with page.expect_request("**/search/suggest/?q=lagune"):
        here.press_sequentially("lagune", delay=10)
    here.fill("")
    here.press_sequentially("amapi", delay=10)
    expect(page.locator(".suggestions mark").first).to_have_text("Amapi")
    for route in held:
        with suppress(Error):  # it was taken back, which is as good
            route.continue_()
    page.wait_for_timeout(500)
    expect(page.locator(".suggestions mark").first).to_have_text("Amapi")


def test_fast_fingers_ask_little_and_never_beatconnect(page: Page, shop: Sandbox) -> None:
    before = shop.asked
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    page.goto("/beats/")
    here = type_in(page, "am")
    here.evaluate("""field => [..."apiano"].forEach(letter => {
        field.value += letter;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    })""")
    expect(page.locator(".suggestions mark").first).to_have_text("Amapiano")
    assert len(asked) == 2, "one for two letters, and one for the six that came at once"
    assert shop.asked == before


@pytest.mark.browser_context_args(**PHONE)
def test_on_a_phone_the_field_has_a_page(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    expect(field(page)).to_have_count(0)
    with swapped(page, "main"):
        page.locator("header").get_by_role("link", name="Search").click()
    type_in(page, "amapi")
    box = page.get_by_role("listbox").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    with swapped(page, "main"):
        field(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=amapi$"))
    expect(page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_script_the_field_is_a_form(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    field(page).fill("nairobi")
    field(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=nairobi$"))
    expect(page.locator("main mark").first).to_have_text("Nairobi")
    page.locator(".search-tabs").get_by_role("link", name="Beats").click()
    expect(page).to_have_url(re.compile(r"type=beats"))


def test_suggestions_that_fail_say_nothing(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    page.route("**/search/suggest/**", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.goto("/beats/")
    here = field(page)
    here.click()
    here.press_sequentially("amapi", delay=10)
    page.wait_for_timeout(400)
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("#notice")).to_be_empty()
    complaints.expect("502")
