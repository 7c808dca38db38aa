"""Everything can be done with the keyboard alone, and one always sees where one is."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.listening import beat_heard, play
from tests.browser.swaps import swapped
from tests.sandbox import Sandbox

# The ring may be drawn by what covers the card, or by the label beside an unseen checkbox.
_RING = """() => {
  const here = document.activeElement;
  const ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const styles = [getComputedStyle(here), getComputedStyle(here, "::after")];
  if (here.nextElementSibling?.matches("label")) styles.push(getComputedStyle(here.nextElementSibling));
  return { seen: styles.some(ring), what: here.outerHTML.slice(0, 100), name: here.tagName };
}"""
_BELOW_THE_BAR = """() => {
  const here = document.activeElement;
  const bar = document.getElementById("player");
  if (here === document.body || bar.contains(here)) return false;
  return here.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1;
}"""

GROUNDS = {"dark": "rgb(22, 18, 15)", "light": "rgb(250, 246, 239)"}
# Of the page, and of what the browser paints around it.
_COLOURS = """() => {
  const metas = [...document.querySelectorAll("meta[name=theme-color]")];
  const probe = new Option();
  probe.style.color = metas.find((meta) => matchMedia(meta.media).matches).content;
  return [getComputedStyle(document.documentElement).backgroundColor, probe.style.color];
}"""


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until an element that fits is focused."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} tabs never came to {selector}")


def test_the_first_stop_skips_to_the_content(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    skip = page.get_by_role("link", name="Skip to the content")
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_second_stop_skips_to_the_player_once_there_is_one(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    skip = page.get_by_role("link", name="Skip to the player")
    expect(skip).to_be_hidden()
    play(page, page.locator("main [data-play]").first)
    page.evaluate("document.activeElement.blur(); document.querySelector('.skip').focus()")
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#player")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#player').contains(document.activeElement)")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def test_every_stop_on_the_way_shows_its_ring(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/?genre=2")
    stops = []
    for _ in range(120):
        page.keyboard.press("Tab")
        stop = page.evaluate(_RING)
        if stop["name"] == "BODY":
            break
        stops.append(stop)
    assert len(stops) > 80, "the whole page was walked"
    assert [stop["what"] for stop in stops if not stop["seen"]] == []


def test_nobody_tabs_into_what_the_player_hides(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size({"width": 360, "height": 600})
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    for _ in range(90):
        page.keyboard.press("Tab")
        assert not page.evaluate(_BELOW_THE_BAR), page.evaluate("document.activeElement.outerHTML")


def test_a_beat_is_found_heard_and_stopped_with_keys_alone(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    tab_to(page, "#genre-2")
    with swapped(page, "results"):
        page.keyboard.press("Space")
    expect(page.locator("#genre-2")).to_be_checked()
    expect(page.locator("#genre-2")).to_be_focused()
    tab_to(page, "[data-play]")
    page.keyboard.press("Enter")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    heard = beat_heard(page)
    page.keyboard.press("Space")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    tab_to(page, "[data-player-toggle]", most=150)  # past 24 cards of five stops; a skip link leads there, too
    page.keyboard.press("Space")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    assert beat_heard(page) == heard
    tab_to(page, "[data-player-slider]")
    page.keyboard.press("End")
    expect(page.locator("[data-player-link]")).not_to_have_attribute("href", re.compile(f"/{heard}/"))
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    tab_to(page, "[data-player-close]")
    page.keyboard.press("Enter")
    expect(page.locator("#player")).to_be_hidden()
    expect(page.locator("main")).to_be_focused()


def test_space_on_a_button_does_not_scroll_the_page(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.locator("main [data-play]").first.focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("Space")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    assert page.evaluate("scrollY") == before


def test_the_order_is_chosen_with_keys(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    tab_to(page, "#sort")
    with swapped(page, "results"):
        page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile(r"\?sort=popular$"))
    expect(page.locator("#sort")).to_be_focused()


def test_pages_are_turned_with_keys(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.locator(".pagination a").last.focus()
    with swapped(page, "results"):
        page.keyboard.press("Enter")
    expect(page.locator("#results-count")).to_be_focused()
    tab_to(page, "main [data-play]", most=5)


@pytest.mark.parametrize(("device", "other"), [("dark", "light"), ("light", "dark")])
def test_the_colours_are_switched_and_remembered(page: Page, shop: Sandbox, device: str, other: str) -> None:
    page.emulate_media(color_scheme="light" if device == "light" else "dark")
    page.goto("/beats/")
    assert page.evaluate(_COLOURS) == [GROUNDS[device]] * 2
    switch = page.locator("[data-theme-switch]")
    expect(switch).to_have_accessible_name("Colours: as the device")
    tab_to(page, "[data-theme-switch]")
    # The first press already changes what is seen.
    page.keyboard.press("Enter")
    expect(switch).to_have_accessible_name(f"Colours: {other}")
    assert page.evaluate(_COLOURS) == [GROUNDS[other]] * 2
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    page.reload()
    expect(switch).to_have_accessible_name(f"Colours: {other}")
    assert page.evaluate(_COLOURS) == [GROUNDS[other]] * 2
    for name, colour in ((device, GROUNDS[device]), ("as the device", GROUNDS[device])):
        switch.press("Enter")
        expect(switch).to_have_accessible_name(f"Colours: {name}")
        assert page.evaluate(_COLOURS) == [colour] * 2
