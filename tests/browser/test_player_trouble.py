"""A preview that fails says so within five seconds, and the next beat can be heard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import beat_heard, play, position
from tests.sandbox import Sandbox

PROMISE = 5000  # ms
# By the page's own clock, from the tap to the word.
_TIME_IT = """() => {
  let tapped = 0;
  document.addEventListener("click", () => (tapped = performance.now()), { capture: true, once: true });
  new MutationObserver(() => {
    const status = document.querySelector("[data-player-status]");
    if (status?.textContent === "Preview not available") window.waited ??= performance.now() - tapped;
  }).observe(document.body, { childList: true, subtree: true });
}"""
HTML = {"body": "<!doctype html><title>Sign in to the network</title>", "content_type": "text/html"}
FAULTS: dict[str, dict[str, Any]] = {
    "it is not there": {"name": "status", "status": 404},
    "it is a page": {"name": "raw", **HTML},
    "its host hangs up": {"name": "reset"},
    "its host never answers": {"name": "latency", "seconds": 7},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_preview_that_fails_says_so_and_another_can_be_heard(
    page: Page, shop: Sandbox, complaints: Complaints, fault: dict[str, Any]
) -> None:
    complaints.expect("/audio/253.mp3")
    page.goto("/beats/")
    page.evaluate(_TIME_IT)
    broken, sound = page.locator("main [data-play]").nth(0), page.locator("main [data-play]").nth(1)
    shop.fault(path="/audio/253", **fault)
    broken.click()
    expect(page.locator("[data-player-status]")).to_have_text("Preview not available", timeout=2 * PROMISE)
    assert page.evaluate("waited") < PROMISE
    expect(broken).to_have_attribute("aria-label", re.compile("^Play "))
    expect(broken).not_to_have_attribute("data-state", re.compile(".*"))
    expect(page.locator("h1")).to_have_text("Beats")
    play(page, sound)
    assert beat_heard(page) == 252
    expect(page.locator("[data-player-status]")).to_be_empty()


def test_a_preview_that_fails_offers_the_next(sized_page: Page, shop: Sandbox, complaints: Complaints) -> None:
    page = sized_page
    complaints.expect("/audio/253.mp3")
    page.goto("/beats/")
    shop.fault("status", path="/audio/253", status=404)
    page.locator("main [data-play]").first.click()
    offer = page.locator("[data-player-offer]")
    expect(offer).to_be_visible(timeout=PROMISE)
    expect(offer).to_have_text(re.compile("^Next: ."))
    play(page, offer)
    assert beat_heard(page) == 252
    expect(offer).to_be_hidden()


def test_without_a_connection_the_bar_says_so_and_goes_on_when_it_is_back(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.context.set_offline(True)
    page.locator("[data-player-next]").click()
    expect(page.locator("[data-player-status]")).to_have_text("You are offline")
    expect(page.locator("#player")).to_have_attribute("data-state", "failed")
    page.context.set_offline(False)
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    assert beat_heard(page) == 252


def test_music_that_stalls_says_what_it_waits_for(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.evaluate("audio.dispatchEvent(new Event('waiting'))")
    expect(page.locator("[data-player-status]")).to_have_text("Waiting for the connection…")
    page.evaluate("audio.dispatchEvent(new Event('playing'))")
    expect(page.locator("[data-player-status]")).to_be_empty()


def test_a_preview_that_failed_can_be_tried_again(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect("/audio/253.mp3")
    page.goto("/beats/")
    shop.fault("status", path="/audio/253", status=503, times=1)
    broken = page.locator("main [data-play]").first
    broken.click()
    expect(page.locator("[data-player-status]")).to_have_text("Preview not available")
    play(page, broken)
    assert beat_heard(page) == 253


def test_a_long_wait_for_a_preview_is_told(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    shop.fault("latency", path="/audio/253", seconds=3)
    page.locator("main [data-play]").first.click()
    expect(page.locator("main .card").first).to_have_attribute("data-state", "loading")
    expect(page.locator("[data-player-status]")).to_have_text("Loading…")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    expect(page.locator("[data-player-status]")).to_be_empty()


def test_music_under_way_outlasts_a_lost_connection(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.wait_for_timeout(300)
    page.context.set_offline(True)
    before = position(page)
    page.wait_for_timeout(700)
    assert position(page) > before
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def test_a_cover_that_is_missing_gives_way_to_the_woven_pattern(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("/images/")
    shop.fault("status", path="/images/253", status=404)
    page.goto("/beats/")
    expect(page.locator("main .card").nth(0).locator("img")).to_be_hidden()
    expect(page.locator("main .card").nth(2).locator("img")).to_be_visible()
    cloth = "card => getComputedStyle(card.querySelector('.cover')).backgroundImage"
    assert "gradient" in page.locator("main .card").first.evaluate(cloth)
