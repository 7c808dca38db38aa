"""Text one and a half or two times as large, as the browser's settings have it, fits and hides nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import play
from tests.browser.pages import PAGES, STATUSES
from tests.sandbox import Sandbox

USUAL = 16  # px
TEXT_SIZES = pytest.mark.parametrize("size", [1.5, 2])
WIDTHS = (320, 360, 600, 768, 1280)
# A line box that holds less than a word means that letters were stacked.
_LINES = """selector => [...document.querySelectorAll(selector)].map((element) => {
  const range = document.createRange();
  range.selectNode(element.lastChild); // the words, without a picture before them
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
})"""

# What is read in a card, a fact or a heading but not seen; a title may be shortened, its page has the whole of it.
_CUT = """() => [...document.querySelectorAll(".card-facts, .facts, .card-price, .shelf-head h2, .tile-name, .lead")]
  .filter((element) => element.checkVisibility())
  .flatMap((element) => [element, ...element.querySelectorAll(":not(.visually-hidden)")])
  .filter((element) => element.clientWidth && element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.outerHTML.slice(0, 90))"""


def enlarge(page: Page, size: float) -> None:
    """Set the size of text as people do in the browser's settings: lengths in px stay, em and rem grow."""
    standard = round(USUAL * size)
    page.context.new_cdp_session(page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": standard, "fixed": standard}}
    )


@TEXT_SIZES
def test_the_header_keeps_its_words_whole(page: Page, shop: Sandbox, size: float) -> None:
    enlarge(page, size)
    page.goto("/beats/253/")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{USUAL * size:g}px"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.evaluate(_LINES, ".site-nav a") == [1, 1, 1], width
        assert page.evaluate(_LINES, ".brand")[0] <= 2, width
        for link in page.locator(".site-nav a, .theme-switch").all():
            expect(link).to_be_in_viewport(ratio=1)


@TEXT_SIZES
def test_the_player_leaves_room_for_itself(page: Page, shop: Sandbox, size: float) -> None:
    page.goto("/genres/")
    enlarge(page, size)
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 600})
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        bar = page.locator("#player").bounding_box()
        end = page.locator("footer").bounding_box()
        assert bar
        assert end
        assert end["y"] + end["height"] <= bar["y"] + 0.5, width
        assert page.locator("[data-player-slider]").evaluate("slider => slider.clientWidth") >= 100, width
        for control in ("[data-player-toggle]", "[data-player-slider]", ".player-queue"):
            expect(page.locator(control)).to_be_in_viewport(ratio=1)
    page.locator(".player-queue").click()
    page.locator("[data-player-close]").filter(visible=True).first.click()
    expect(page.locator("body")).to_have_css("padding-bottom", "0px")


def test_every_page_keeps_its_figures_and_headings_with_text_twice_as_large(
    page: Page, varied: Sandbox, complaints: Complaints
) -> None:
    complaints.expect(*STATUSES)
    enlarge(page, 2)
    for name, address in PAGES.items():
        page.goto(address)
        for width in (320, 640, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (name, width)
            assert page.evaluate(_CUT) == [], (name, width)
