"""Finding a producer while typing, and shelves by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from catalog.models.mirror import Producer
from tests.browser.listening import play
from tests.browser.swaps import back, swapped
from tests.sandbox import Sandbox


def names(page: Page) -> list[str]:
    return page.locator(".producer-tile .tile-name").all_inner_texts()


def test_the_list_follows_the_name_as_it_is_typed_and_the_music_goes_on(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Producers").click()
    field = page.get_by_role("searchbox", name="Name")
    with swapped(page, "results"):
        field.press_sequentially("OLA", delay=30)
    expect(field).to_be_focused()
    found = Producer.objects.filter(folded__contains="ola", beat_count__gt=0).order_by("-play_count", "-id")
    assert names(page) == [producer.name for producer in found]
    assert page.url.endswith("/producers/?q=OLA")
    assert page.title().startswith("Producers: OLA")
    expect(page.locator("#live")).to_contain_text("producer")
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("name")
    assert page.url.endswith("/producers/?q=OLA&sort=name")
    with swapped(page, "results"):
        field.fill("")
    assert page.url.endswith("/producers/?sort=name")
    assert len(names(page)) == 24
    expect(page.locator("[data-player-toggle]")).to_have_attribute("data-state", "playing")
    # What was typed on the way is one step back, not one for each letter.
    back(page)
    expect(page.locator("h1")).to_have_text("Beats")


def test_pages_of_what_was_found_stay_with_it(page: Page, shop: Sandbox) -> None:
    page.goto("/producers/?sort=name")
    with swapped(page, "results"):
        page.get_by_role("link", name="Next").click()
    assert page.url.endswith("/producers/?sort=name&page=2")
    expect(page.get_by_label("Sorted by")).to_have_value("name")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_script_the_form_has_a_button(page: Page, shop: Sandbox) -> None:
    page.goto("/producers/")
    page.get_by_role("searchbox", name="Name").fill("wanjiru")
    page.get_by_label("Sorted by").select_option("beats")
    page.get_by_role("button", name="Find").click()
    assert page.url.endswith("/producers/?q=wanjiru&sort=beats")
    assert all("Wanjiru" in name for name in names(page))
    assert names(page)


def test_a_shelf_is_walked_by_keyboard_to_both_ends(page: Page, shop: Sandbox) -> None:
    page.goto("/")
    reel = page.locator("section[aria-labelledby=new] [data-reel]")
    further = page.get_by_role("button", name="New: further")
    back_button = page.get_by_role("button", name="New: back")
    expect(back_button).to_have_attribute("aria-disabled", "true")
    further.focus()
    for _ in range(4):
        page.keyboard.press("Enter")
    expect(further).to_have_attribute("aria-disabled", "true")
    # Whoever reached the end with the keyboard is still there.
    expect(further).to_be_focused()
    at = reel.evaluate("reel => reel.scrollLeft")
    assert at > 0
    page.keyboard.press("Shift+Tab")
    expect(back_button).to_be_focused()
    page.keyboard.press("Space")
    assert reel.evaluate("reel => reel.scrollLeft") < at


def test_similar_beats_are_a_shelf_with_reasons(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/253/")
    shelf = page.locator("section[aria-labelledby=similar]")
    expect(shelf.locator("h2")).to_have_text("Similar beats")
    expect(shelf.locator(".card-reason")).to_have_count(12)
    # Focus brings a card into view, without any script of ours.
    last = shelf.locator(".card-title a").last
    last.focus()
    expect(last).to_be_in_viewport()
