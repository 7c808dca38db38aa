"""axe finds nothing on any kind of page, at two widths, in the dark and in the light."""

from collections.abc import Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from catalog import state
from tests.browser.complaints import Complaints
from tests.browser.listening import play
from tests.browser.pages import OTHERS, PAGES, STATUSES
from tests.sandbox import Sandbox

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# The light theme sets other colours and nothing else: what all other rules look at stays the same.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
WIDTHS = {360: 740, 1280: 800}


def findings(page: Page, widths: Iterable[int] = WIDTHS) -> list[str]:
    """Return what axe objects to, as seen in each width and theme."""
    found: list[str] = []
    page.evaluate(Axe().axe_script)
    for width in widths:
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme="light" if theme == "light" else "dark")
            only = {"type": "rule", "values": COLOUR_RULES} if theme == "light" else RULES
            answer = page.evaluate("options => axe.run(options)", {"runOnly": only, "resultTypes": ["violations"]})
            found += [
                f"{width} {theme}: {finding['id']}: {node['html'][:120]} {node['failureSummary']}"
                for finding in answer["violations"]
                for node in finding["nodes"]
            ]
    return found


@pytest.mark.parametrize("address", [*PAGES.values(), *OTHERS.values()], ids=[*PAGES, *OTHERS])
def test_nothing_is_found_on_a_page(page: Page, varied: Sandbox, complaints: Complaints, address: str) -> None:
    complaints.expect(*STATUSES)
    page.goto(address)
    assert findings(page) == []


def test_nothing_is_found_while_the_shop_is_being_filled(page: Page, api: Sandbox, complaints: Complaints) -> None:
    complaints.expect(*STATUSES)
    api.fault("status", status=503)
    page.goto("/beats/")
    expect(page.locator("h1")).to_have_text("The shelves are being filled")
    assert findings(page) == []


def test_nothing_is_found_with_the_player_open(page: Page, shop: Sandbox) -> None:
    page.goto("/genres/2/")
    play(page, page.locator("main [data-play]").first)
    assert findings(page) == []


def test_nothing_is_found_with_the_queue_or_the_keys_open(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.keyboard.press("q")
    expect(page.locator("#queue")).to_be_visible()
    assert findings(page) == []
    page.evaluate("showPanel('keys')")
    assert findings(page) == []


def test_nothing_is_found_when_a_preview_and_a_list_fail(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect(*STATUSES, "ERR_INTERNET_DISCONNECTED", "htmx:")
    page.goto("/beats/")
    shop.fault("status", path="/audio", status=404)
    page.locator("main [data-play]").first.click()
    expect(page.locator("[data-player-status]")).to_have_text("Preview not available")
    state.reset()
    shop.fault("status", status=503)
    page.get_by_label("Sorted by").select_option("popular")
    expect(page.locator("#results h2")).to_have_text("The list could not be loaded")
    page.context.set_offline(True)
    page.locator("#results a").click()
    expect(page.locator("#notice")).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize("address", ["/beats/", "/beats/253/"])
def test_nothing_is_found_with_all_unfolded_on_a_phone(page: Page, shop: Sandbox, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address)
    for summary in page.locator("main summary").all():
        if summary.is_visible():
            summary.click()
    assert findings(page, widths=[360]) == []


def test_nothing_is_found_with_suggestions_open(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    field = page.locator("[data-combobox]:visible")
    field.click()
    field.fill("ama")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("ArrowDown")
    assert findings(page, widths=[1280]) == []
