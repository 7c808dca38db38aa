"""Orders as a list to listen to: played, named and gone on with like any other."""

from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.browser.buyers import ORDERS, connect
from tests.browser.listening import assert_goes_on, listen, play, position
from tests.browser.queueing import begin, heard, queued, skip
from tests.sandbox import ALICE, Sandbox

PLAYS = "main [data-play]"


def offered(page: Page) -> list[int]:
    """Return the ids of the beats that the page's lines can play, each once."""
    ids = page.locator(PLAYS).evaluate_all("all => all.map((button) => Number(button.dataset.beatId))")
    return list(dict.fromkeys(ids))


def test_one_order_after_the_other_is_played_and_next_leads_along_them(signed_in: Page, shop: Sandbox) -> None:
    page = signed_in
    connect(page, ALICE)
    begin(page)
    page.goto(ORDERS)
    listed = offered(page)
    for place in (2, 0):
        play(page, page.locator(f"{PLAYS}[data-beat-id='{listed[place]}']").first)
        heard(page, listed[place])
        assert queued(page) == listed
        line = page.locator(f".order-line[data-beat='{listed[place]}']").first
        expect(page.locator("[data-player-producer]")).to_have_text(line.locator(".order-producer").inner_text())
        expect(page.locator("[data-player-link]")).to_have_attribute(
            "href", line.locator(".order-title a").get_attribute("href") or "none"
        )
    skip(page, "next")
    heard(page, listed[1])
    for line in page.locator(".order-line", has=page.locator("[data-play]")).all():
        word = "Pause" if line.get_attribute("data-state") else "Play"
        title = line.locator(".order-title").inner_text()
        expect(line.locator("[data-play]")).to_have_accessible_name(f"{word} {title}")


def test_a_receipt_is_a_list_too_and_what_it_played_is_there_after_a_full_load(signed_in: Page, shop: Sandbox) -> None:
    page = signed_in
    connect(page, ALICE)
    page.goto(ORDERS)
    page.locator(".order", has=page.locator("[data-play]")).first.locator(".order-receipt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")
    listed = offered(page)
    play(page, page.locator(PLAYS).first)
    heard(page, listed[0])
    assert queued(page) == listed
    page.goto("/account/")
    expect(page.locator("[data-player-title]")).to_have_text(Beat.objects.get(pk=listed[0]).display_title)


def test_music_from_an_order_goes_on_over_receipts_and_tabs(signed_in: Page, shop: Sandbox) -> None:
    page = signed_in
    connect(page, ALICE)
    page.goto(ORDERS)
    play(page, page.locator(".order [data-play]").first)
    listen(page)
    at = position(page)
    page.get_by_role("link", name="Failed").click()
    expect(page.locator(".order-tabs [aria-current]")).to_contain_text("Failed")
    page.locator(".order-receipt").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")
    page.go_back()
    expect(page.locator(".order-tabs [aria-current]")).to_contain_text("Failed")
    page.wait_for_timeout(300)
    assert_goes_on(page, at)
