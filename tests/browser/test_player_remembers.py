"""What the player keeps over a full page load: the beat and the place in it, silent until asked."""

import re

from playwright.sync_api import Page, expect

from tests.browser.listening import play, position, previews_asked
from tests.sandbox import Sandbox


def test_after_a_reload_the_bar_offers_to_resume_where_it_was(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.evaluate("audio.currentTime = 9")
    page.wait_for_timeout(100)
    asked = previews_asked(page)
    page.reload()
    resume = page.locator("[data-player-toggle]")
    expect(resume).to_have_attribute("aria-label", re.compile("^Resume "))
    expect(page.locator("[data-player-status]")).to_have_text("Resume at 0:09")
    # The preview's length, as before, and not the whole beat's.
    expect(page.locator("[data-player-total]")).to_have_text(re.compile(r"^0:2\d$"))
    assert page.evaluate("audio.paused")
    assert asked == []
    play(page, resume)
    assert 9 <= position(page) < 20
    expect(page.locator("[data-player-status]")).to_be_empty()


def test_a_preview_that_has_ended_begins_anew_after_a_reload(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").last)
    page.evaluate("audio.currentTime = audio.duration - 0.3")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    page.reload()
    toggle = page.locator("[data-player-toggle]")
    expect(toggle).to_have_attribute("aria-label", re.compile("^Play "))
    expect(page.locator("[data-player-status]")).to_be_empty()
    expect(page.locator("[data-player-elapsed]")).to_have_text("0:00")
    play(page, toggle)
    assert position(page) < 10


def test_a_kept_or_chosen_place_in_the_last_second_is_the_beginning(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.locator("[data-player-toggle]").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    # As an older page may have kept it.
    page.add_init_script("""const kept = JSON.parse(sessionStorage.player);
      sessionStorage.player = JSON.stringify({ ...kept, at: kept.list[kept.place].duration - 0.5 });""")
    page.reload()
    expect(page.locator("[data-player-elapsed]")).to_have_text("0:00")
    page.get_by_label("Position").press("End")
    play(page, page.locator("[data-player-toggle]"))
    assert position(page) < 10


def test_the_closed_bar_is_silent_and_stays_away(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.get_by_label("Close the player").click()
    expect(page.locator("#player")).to_be_hidden()
    assert page.evaluate("audio.paused && !audio.hasAttribute('src')")
    page.reload()
    expect(page.locator("#player")).to_be_hidden()
