"""The queue's panel: it shows the queue and changes it, by buttons and by keys, and stays from page to page."""

from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.browser.listening import assert_goes_on, listen
from tests.browser.queueing import begin, heard, open_queue, queued, row
from tests.browser.swaps import swapped
from tests.sandbox import Sandbox


def test_the_panel_moves_removes_and_clears_by_buttons(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    listed = begin(page, 2)
    listen(page)
    panel = open_queue(page)
    expect(panel.locator(".queue-row")).to_have_count(24)
    expect(panel.locator("[aria-current]")).to_have_attribute("data-id", str(listed[2]))
    row(page, listed[4]).locator("[data-row=up]").click()
    assert queued(page)[2:5] == [listed[2], listed[4], listed[3]]
    expect(page.locator("#live")).to_have_text(f"{Beat.objects.get(pk=listed[4]).display_title} is now number 4")
    expect(row(page, listed[4]).locator("[data-row=up]")).to_be_focused()
    row(page, listed[4]).locator("[data-row=down]").click()
    row(page, listed[9]).locator("[data-row=first]").click()
    assert queued(page)[3] == listed[9]
    row(page, listed[0]).locator("[data-row=first]").click()
    assert queued(page)[1:3] == [listed[2], listed[0]]
    row(page, listed[0]).locator("[data-row=remove]").click()
    assert listed[0] not in queued(page)
    assert_goes_on(page, 0)
    panel.get_by_role("button", name="Clear").click()
    assert queued(page) == [listed[2]]
    assert_goes_on(page, 0)


def test_the_panel_moves_and_removes_by_keys(page: Page, shop: Sandbox) -> None:
    listed = begin(page)
    open_queue(page)
    row(page, listed[2]).locator("[data-row=play]").focus()
    page.keyboard.press("Alt+ArrowUp")
    assert queued(page)[:3] == [listed[0], listed[2], listed[1]]
    expect(row(page, listed[2]).locator("[data-row=play]")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    assert queued(page)[:4] == [listed[0], listed[1], listed[3], listed[2]]
    page.keyboard.press("Delete")
    assert listed[2] not in queued(page)
    expect(row(page, listed[4]).locator("[data-row=remove]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#queue")).to_be_hidden()
    expect(page.get_by_role("button", name="Queue", exact=True)).to_be_focused()


def test_removing_what_plays_goes_on_with_the_next(page: Page, shop: Sandbox) -> None:
    listed = begin(page, 1)
    open_queue(page)
    row(page, listed[1]).locator("[data-row=remove]").click()
    heard(page, listed[2])
    row(page, listed[5]).locator("[data-row=play]").click()
    heard(page, listed[5])


def test_the_panel_stays_from_page_to_page_and_marks_what_plays(page: Page, shop: Sandbox) -> None:
    listed = begin(page)
    open_queue(page)
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    expect(page.locator("#queue")).to_be_visible()
    page.locator("[data-player-next]").first.click()
    expect(page.locator("#queue [aria-current]")).to_have_attribute("data-id", str(listed[1]))


def test_escape_closes_the_panel_from_anywhere_and_leaves_the_focus_where_it_is(page: Page, shop: Sandbox) -> None:
    begin(page)
    open_queue(page)
    page.locator("#player [data-mute]").click()
    page.keyboard.press("Escape")
    expect(page.locator("#queue")).to_be_hidden()
    expect(page.locator("#player [data-mute]")).to_be_focused()


def test_the_focus_is_never_lost_when_what_opened_the_panel_is_gone(page: Page, shop: Sandbox) -> None:
    begin(page)
    page.locator(".card-title a").nth(1).focus()
    page.evaluate("showPanel('queue')")
    expect(page.locator("#queue-title")).to_be_focused()
    page.evaluate("document.querySelectorAll('.card')[1].remove()")
    page.keyboard.press("Escape")
    expect(page.locator("#queue")).to_be_hidden()
    expect(page.locator("main")).to_be_focused()


def test_escape_on_the_sheet_of_keys_leaves_the_queue_open_and_gives_the_focus_back(page: Page, shop: Sandbox) -> None:
    begin(page)
    panel = open_queue(page)
    opener = panel.get_by_role("button", name="Keys")
    opener.click()
    expect(page.locator("#keys")).to_be_visible()
    for _ in range(6):  # nothing behind it can be reached
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || keys.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(panel).to_be_visible()
    expect(opener).to_be_focused()
