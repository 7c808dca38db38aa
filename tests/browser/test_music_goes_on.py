"""The music never stops: across links, filters, errors, Back and Forward the same element plays on unbroken."""

import re

import pytest
from playwright.sync_api import Page, expect

from catalog import state
from catalog.models.mirror import Beat
from catalog.models.sync import SyncState
from tests.browser.complaints import Complaints
from tests.browser.listening import assert_goes_on, beat_heard, listen, play
from tests.browser.swaps import back, back_to_forgotten, click_to, forward, swapped
from tests.sandbox import Sandbox

# Safari and older browsers have no moveBefore, by which others keep elements alive while they are moved.
OLD_BROWSER = "delete window.Element.prototype.moveBefore;"


@pytest.mark.parametrize("browser_kind", ["with moveBefore", "without moveBefore"])
def test_a_whole_evening_is_one_unbroken_song(
    page: Page, shop: Sandbox, complaints: Complaints, browser_kind: str
) -> None:
    complaints.expect("404", "410")
    if browser_kind == "without moveBefore":
        page.add_init_script(OLD_BROWSER)
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")
    page.goto("/")
    assert page.evaluate("'moveBefore' in Element.prototype") == (browser_kind == "with moveBefore")
    play(page, page.locator("[data-play]").first)
    heard = beat_heard(page)
    listen(page)
    now = 0.0

    for link in ("Beats", "Genres", "Producers"):
        with swapped(page, "main"):
            page.get_by_label("Main").get_by_role("link", name=link).click()
        now = assert_goes_on(page, now)
    with swapped(page, "main"):
        page.locator(".tile-name").first.click()
    now = assert_goes_on(page, now)
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("popular")
    now = assert_goes_on(page, now)
    with swapped(page, "main"):
        page.locator(".card-title a").first.click()
    now = assert_goes_on(page, now)
    for address in ("/nowhere/", "/beats/7/"):
        with swapped(page, "main"):
            click_to(page, address)
        now = assert_goes_on(page, now)
    for _ in range(5):
        back(page)
        now = assert_goes_on(page, now)
    for _ in range(5):
        forward(page)
        now = assert_goes_on(page, now)
    assert beat_heard(page) == heard


def test_filters_pages_and_chips_leave_the_music_alone(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("[data-play]").first)
    listen(page)
    now = 0.0
    steps = [
        lambda: page.get_by_role("checkbox", name="Afrobeats").click(),
        lambda: page.get_by_role("link", name="Next").click(),
        lambda: page.get_by_role("link", name="Previous").click(),
        lambda: page.get_by_role("link", name="Remove: Afrobeats").click(),
    ]
    for step in steps:
        with swapped(page, "results"):
            step()
        now = assert_goes_on(page, now)
    for go in (back, back, forward):
        go(page)
        now = assert_goes_on(page, now)


def test_back_without_a_kept_page_leaves_the_music_alone(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("[data-play]").first)
    listen(page)
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    back_to_forgotten(page)
    assert_goes_on(page, 0)
    expect(page.locator("h1")).to_have_text("Beats")


def test_a_shop_that_is_closed_for_the_moment_leaves_the_music_alone(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("503", "/covers/")
    page.goto("/beats/")
    play(page, page.locator("[data-play]").first)
    listen(page)
    SyncState.objects.all().delete()
    state.reset()
    shop.fault("status", path="/v1", status=503)
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    expect(page.locator("h1")).to_have_text("The shelves are being filled")
    assert_goes_on(page, 0)


def test_the_beat_page_brings_no_second_player(page: Page, shop: Sandbox) -> None:
    """htmx parses what it gets as if without script: the <audio> inside <noscript> would come alive."""
    page.goto("/beats/")
    play(page, page.locator("[data-play]").first)
    listen(page)
    with swapped(page, "main"):
        page.locator(".card-title a").nth(3).click()
    assert_goes_on(page, 0)
    with swapped(page, "main"):
        page.locator(".card-title a").first.click()
    back(page)
    assert_goes_on(page, 0)
    expect(page.locator("main audio, main noscript")).to_have_count(0)


def test_pausing_during_a_swap_stays_paused(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("[data-play]").first)
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
        page.locator("[data-player-toggle]").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    assert page.evaluate("audio.paused")
    expect(page.locator("[data-player-toggle]")).to_have_attribute("aria-label", re.compile("^Play "))


def test_the_last_song_ends_and_can_be_played_again(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    last = page.locator("[data-play]").last
    play(page, last)
    page.evaluate("audio.currentTime = audio.duration - 0.3")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    expect(last).to_have_attribute("aria-label", re.compile("^Play "))
    play(page, last)
    assert page.evaluate("audio.currentTime") < 15
