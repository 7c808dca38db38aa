"""Covers or a dense list, as the listener likes it: chosen once, and so on every list after that."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.swaps import swapped
from tests.browser.test_accessibility import findings
from tests.browser.test_keyboard import tab_to
from tests.sandbox import Sandbox


def switch(page: Page) -> Locator:
    return page.get_by_role("button", name="Dense list")


def beats_a_row(page: Page) -> int:
    """Return how many cards stand beside the first one."""
    return page.evaluate("""() => {
      const cards = [...document.querySelectorAll("main .cards-grid .card")];
      const tops = cards.map((card) => card.getBoundingClientRect().top);
      return tops.filter((top) => top === tops[0]).length;
    }""")


def test_the_list_is_chosen_by_key_and_kept_over_filters_pages_and_visits(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    assert beats_a_row(page) > 3
    expect(switch(page)).to_have_attribute("aria-pressed", "false")
    tab_to(page, "[data-view-switch]")
    page.keyboard.press("Enter")
    assert beats_a_row(page) == 1
    expect(switch(page)).to_have_attribute("aria-pressed", "true")
    expect(switch(page)).to_be_focused()
    with swapped(page, "results"):
        page.locator("#sort").select_option("popular")
    expect(switch(page)).to_have_attribute("aria-pressed", "true")
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    page.goto("/genres/2/")
    assert beats_a_row(page) == 1
    expect(switch(page)).to_have_attribute("aria-pressed", "true")
    switch(page).click()
    assert beats_a_row(page) > 3
    page.reload()
    assert beats_a_row(page) > 3


def test_a_line_holds_what_a_card_holds(page: Page, varied: Sandbox) -> None:
    page.goto("/beats/")
    switch(page).click()
    for width in (600, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for card in page.locator("main .card").all()[:4]:
            whole = card.bounding_box()
            for part in (".play", ".card-title", ".card-producer", ".card-facts", ".card-price"):
                if not card.locator(part).count():
                    continue
                box = card.locator(part).bounding_box()
                assert whole["x"] <= box["x"], (width, part)
                assert box["x"] + box["width"] <= whole["x"] + whole["width"] + 1, (width, part)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page, [1280]) == []


def test_a_phone_needs_no_switch(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/beats/")
    expect(switch(page)).to_have_count(0)
    assert beats_a_row(page) == 1
