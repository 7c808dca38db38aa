"""What a screen reader hears of what it can't see change: each thing once, and where the focus is afterwards."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import play
from tests.browser.swaps import click_to, swapped
from tests.sandbox import Sandbox

# Each change of a live region that leaves words in it, as it is told; hiding one tells nothing.
_LISTEN = """
window.said = [];
document.addEventListener("DOMContentLoaded", () =>
  new MutationObserver((changes) => {
    const places = changes.map(({ target }) => (target.closest ? target : target.parentElement));
    const regions = places.map((place) => place?.closest("[role=status], [role=alert]"));
    for (const region of new Set(regions)) {
      if (region?.textContent.trim() && !region.hidden) said.push(region.textContent.trim().replace(/\\s+/g, " "));
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true }));
"""
# Two frames: feedback.js speaks in the next one.
_SAID = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
  setTimeout(() => done(said.splice(0))))))"""


@pytest.fixture
def heard(page: Page, varied: Sandbox) -> Page:
    page.add_init_script(_LISTEN)
    page.goto("/beats/")
    return page


def said(page: Page) -> list[str]:
    words: list[str] = page.evaluate(_SAID)
    return words


def test_a_list_that_changes_is_spoken_once(heard: Page) -> None:
    page = heard
    assert said(page) == []
    with swapped(page, "results"):
        page.locator("#genre-2").focus()
        page.keyboard.press("Space")
    assert said(page) == ["Beats: Afrobeats, 25 beats"]
    with swapped(page, "results"):
        page.locator(".chip-active").first.press("Enter")
    assert said(page) == ["Beats, 252 beats"]
    with swapped(page, "results"):
        page.locator(".page-next").press("Enter")
    assert said(page) == ["Beats, page 2, 252 beats"]
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Producers").press("Enter")
    assert said(page) == ["Producers, 32 producers"]


def test_a_page_that_is_not_there_is_spoken_by_its_heading_alone(heard: Page, complaints: Complaints) -> None:
    complaints.expect("404")
    with swapped(heard, "main"):
        click_to(heard, "/nowhere/")
    expect(heard.locator("h1")).to_be_focused()
    assert said(heard) == []


def test_the_queue_is_spoken_once_for_each_change(heard: Page) -> None:
    page = heard
    play(page, page.locator("main [data-play]").first)
    said(page)
    page.locator("main .add").nth(3).press("Enter")
    (added,) = said(page)
    assert added.startswith("In the queue: ")
    page.locator(".player-queue").press("Enter")
    assert said(page) == []
    page.locator("#queue [data-row=down]").nth(2).press("Enter")
    (moved,) = said(page)
    assert moved.endswith(" is now number 4")
    page.locator("#queue [data-row=remove]").nth(5).press("Enter")
    (removed,) = said(page)
    assert removed.startswith("Removed: ")


def test_a_notice_put_away_gives_the_focus_back(heard: Page, complaints: Complaints) -> None:
    page = heard
    complaints.expect("ERR_INTERNET_DISCONNECTED", "htmx:")
    link = page.get_by_label("Main").get_by_role("link", name="Genres")
    page.context.set_offline(True)
    link.press("Enter")
    close = page.get_by_role("button", name="Dismiss")
    expect(close).to_be_visible()
    (told,) = said(page)
    assert told.startswith("You seem to be offline.")
    close.press("Enter")
    expect(page.locator("#notice")).to_be_hidden()
    expect(link).to_be_focused()
