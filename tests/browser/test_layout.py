"""Nothing is cut off, jumps, hides behind the player or is too small to touch."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import play
from tests.browser.pages import PAGES, STATUSES
from tests.browser.swaps import swapped
from tests.conftest import sweep
from tests.sandbox import Sandbox

PHONE = {"width": 360, "height": 740}
TOUCH = 44  # px
LONGEST_TITLES = {
    253: "W" * 300,
    251: "Ẁ̷" * 90,
    250: "Nkosi sikelel' iAfrika, maluphakanyisw' uphondo lwayo " * 5,
    249: "مرحبا بالعالم " * 20,
}
TARGETS = (
    "main [data-play], .site-nav a, .brand, .theme-switch, .pagination a, .chip, .tick, summary, select, .button,"
    " .more, .player-toggle, .player-link, .slider, .player-close, .tile, .kicker a, .notice a, .reel-steps button,"
    " .card-producer a, .beat-producer a"
)
_TOO_SMALL = """([selector, least]) => [...document.querySelectorAll(selector)]
  .filter((element) => element.checkVisibility())
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.width < least - 0.5 || box.height < least - 0.5)
  .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${box.width} × ${box.height}`)"""
_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) shifts.push(shift.value);
}).observe({ type: "layout-shift", buffered: true });"""


def assert_fits(page: Page, *widths: int) -> None:
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, width


def test_every_page_fits_its_window_and_the_finger(page: Page, varied: Sandbox, complaints: Complaints) -> None:
    complaints.expect(*STATUSES)
    for name, address in PAGES.items():
        page.goto(address)
        assert_fits(page, 320, 768, 1280, 360)
        summary = page.locator("#filters-switch summary")
        if summary.count():
            summary.click()
        assert page.evaluate(_TOO_SMALL, [TARGETS, TOUCH]) == [], name


def test_the_player_fits_the_finger(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    assert page.evaluate(_TOO_SMALL, [TARGETS, TOUCH]) == []


def test_the_longest_title_breaks_no_page(page: Page, api: Sandbox) -> None:
    for number, title in LONGEST_TITLES.items():
        api.change_beat(number, title=title, producer_name=title, genre={"id": number, "name": title})
    sweep()
    for address in ("/", "/genres/", f"/beats/?genre={max(LONGEST_TITLES)}"):
        page.goto(address)
        assert_fits(page, 320, 1280)
    for number in LONGEST_TITLES:
        page.goto(f"/beats/{number}/")
        play(page, page.locator(".play-large"))
        assert_fits(page, 768, 1280, 320)
        # Every control of the bar is still there to be used.
        for control in ("toggle", "slider", "close"):
            expect(page.locator(f"[data-player-{control}]")).to_be_in_viewport(ratio=1)


def test_a_long_title_on_a_shelf_keeps_to_its_line(page: Page, api: Sandbox) -> None:
    api.change_beat(253, title="Nkosi sikelel' iAfrika, maluphakanyisw' uphondo lwayo")
    sweep()
    page.goto("/")
    title = page.locator(".card-title").first
    shown, line, whole = title.evaluate(
        "title => [title.clientHeight, parseFloat(getComputedStyle(title).lineHeight), title.scrollHeight]"
    )
    assert shown == line
    assert whole > shown, "the title is longer than its line"


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_while_a_page_loads_and_changes(page: Page, shop: Sandbox, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(_SHIFTS)
    shop.fault("latency", path="/images", seconds=0.3)
    for address in ("/", "/beats/"):
        page.goto(address)
        page.wait_for_timeout(600)  # the covers are there, and whatever they could push has been pushed
        play(page, page.locator("main [data-play]").first)
        with swapped(page, "main"):
            page.get_by_label("Main").get_by_role("link", name="Beats").click()
        assert sum(page.evaluate("shifts")) <= 0.02, address


@pytest.mark.parametrize("width", [360, 1280])
def test_the_player_never_covers_the_end_of_a_page(page: Page, shop: Sandbox, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    bar = page.locator("#player").bounding_box()
    end = page.locator("footer").bounding_box()
    assert bar
    assert end
    assert end["y"] + end["height"] <= bar["y"] + 0.5
    assert bar["y"] + bar["height"] == 600


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_things_move_only_for_those_who_do_not_mind(page: Page, shop: Sandbox, motion: str) -> None:
    page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")
    shop.fault("latency", path="/audio/252", seconds=3)
    page.goto("/beats/")
    running = "document.getAnimations().filter((animation) => animation.playState === 'running').length"
    play(page, page.locator("main [data-play]").first)
    playing = page.evaluate(running)
    page.locator("main [data-play]").nth(1).click()
    expect(page.locator("#player")).to_have_attribute("data-state", "loading")
    loading = page.evaluate(running)
    page.locator(".site-nav a").first.hover()
    hovering = page.evaluate(running)
    if motion == "reduce":
        assert (playing, loading, hovering) == (0, 0, 0)
    else:
        assert playing
        assert loading


def test_a_printed_beat_is_the_beat_alone(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/253/")
    play(page, page.locator(".play-large"))
    page.emulate_media(media="print")
    for shown in ("h1", ".beat-price", ".facts", ".beat-cover img"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in ("#player", ".site-nav", ".theme-switch", ".play", ".reel-steps"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(0, 0, 0)"
