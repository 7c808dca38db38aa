"""Keys for the player, and the sheet that lists them; they keep out of the way of typing and of pressed buttons."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.listening import beat_heard, play, position
from tests.browser.queueing import begin, heard, open_queue, queued
from tests.browser.swaps import swapped
from tests.sandbox import Sandbox


def rest_on(page: Page, selector: str = "h1") -> None:
    page.locator(selector).first.focus()


def test_each_key_does_what_the_sheet_says(page: Page, shop: Sandbox) -> None:
    listed = begin(page)
    rest_on(page)
    page.keyboard.press("Space")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    page.keyboard.press("k")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    page.keyboard.press("n")
    heard(page, listed[1])
    page.keyboard.press("p")
    heard(page, listed[0])
    before = position(page)
    page.keyboard.press("l")
    page.keyboard.press("ArrowRight")
    assert position(page) == pytest.approx(before + 10, abs=2)
    page.keyboard.press("j")
    page.keyboard.press("ArrowLeft")
    assert position(page) == pytest.approx(before, abs=3)
    page.keyboard.press("m")
    assert page.evaluate("audio.muted")
    page.keyboard.press("m")
    page.keyboard.press("-")
    assert page.evaluate("audio.volume") == pytest.approx(0.9)
    page.keyboard.press("+")
    assert page.evaluate("audio.volume") == 1
    page.keyboard.press("r")
    page.keyboard.press("s")
    assert page.evaluate("[beatQueue.repeat, beatQueue.shuffled]") == ["all", True]
    page.keyboard.press("q")
    expect(page.locator("#queue")).to_be_visible()


def test_keys_leave_fields_modifiers_and_focused_buttons_alone(page: Page, shop: Sandbox) -> None:
    listed = begin(page)
    page.get_by_role("combobox").first.press_sequentially("kn m")
    assert not page.evaluate("audio.paused || audio.muted")
    assert beat_heard(page) == listed[0]
    rest_on(page)
    page.keyboard.press("Control+k")
    assert not page.evaluate("audio.paused")
    # A button that was reached by keyboard is pressed by Space, and nothing else happens.
    rest_on(page, "[data-theme-switch]")
    before = page.evaluate("document.documentElement.dataset.theme")
    page.keyboard.press("Space")
    assert page.evaluate("document.documentElement.dataset.theme") != before
    page.keyboard.press("n")
    assert beat_heard(page) == listed[0]
    assert not page.evaluate("audio.paused")
    page.get_by_label("Position").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    assert not page.evaluate("audio.muted")


def test_a_button_pressed_with_the_mouse_leaves_the_letters_free(page: Page, shop: Sandbox) -> None:
    listed = begin(page)
    page.keyboard.press("n")
    heard(page, listed[1])


def test_the_sheet_opens_with_its_key_before_anything_played_and_closes_again(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    page.goto("/beats/")
    rest_on(page)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("Play, pause")
    expect(sheet.get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_keys_can_be_switched_off_for_good(page: Page, shop: Sandbox) -> None:
    begin(page)
    rest_on(page)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    rest_on(page)
    page.keyboard.press("m")
    assert not page.evaluate("audio.muted")
    page.reload()
    play(page, page.locator("[data-player-toggle]"))
    rest_on(page)
    page.keyboard.press("m")
    assert not page.evaluate("audio.muted")


def test_keys_work_after_a_swap(page: Page, shop: Sandbox) -> None:
    listed = begin(page)
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    page.keyboard.press("n")
    heard(page, listed[1])
    open_queue(page)
    assert queued(page) == listed
