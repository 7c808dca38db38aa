"""Nothing is cut off, jumps, hides behind the player or is too small to touch."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import play
from tests.browser.pages import OTHERS, PAGES, STATUSES
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
# Whatever can be pressed. Exempt is a link within a sentence; where a link's box is laid over a whole card, that is the
# target, and what goes with a checkbox is its label.
TOO_SMALL = """(least) => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, audio")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip"))
  .filter((element) => {
    const text = element.closest("p, li, dd, td");
    const isLink = element.matches("a") && getComputedStyle(element).display === "inline";
    return !(isLink && text && text.textContent.trim().length > element.textContent.trim().length + 3);
  })
  .map((element) => {
    const covers = getComputedStyle(element, "::after").position === "absolute";
    const target = element.closest(covers ? ".card, .tile, .site-nav a" : ".keys-switch, .tick, .form-tick");
    return [element, (target || element).getBoundingClientRect()];
  })
  .filter(([, box]) => box.width < least - 0.5 || box.height < least - 0.5)
  .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${box.width} × ${box.height}`)"""
# Outside the window, and not because it scrolls by itself or is only for screen readers.
_OUTSIDE = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility())
  .filter((element) => !element.closest(".cards-reel, .charts, .visually-hidden, .skip, svg"))
  .filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1;
  })
  .map((element) => element.outerHTML.slice(0, 80))"""
_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) shifts.push(shift.value);
}).observe({ type: "layout-shift", buffered: true });"""

# Links are words on paper; buttons and fields are nothing.
_PRESSED = "button, input, select, textarea, summary, nav a, .button, #player, .add"
_SHOWN = """(all) => all.filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .map((element) => element.firstChild.textContent.trim())"""


def assert_fits(page: Page, *widths: int) -> None:
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, width


def test_every_page_fits_its_window_and_the_finger(page: Page, varied: Sandbox, complaints: Complaints) -> None:
    complaints.expect(*STATUSES)
    for name, address in {**PAGES, **OTHERS}.items():
        page.goto(address)
        assert_fits(page, 320, 640, 768, 1280, 360)
        # Whatever unfolds, and the narrowest window last: 320 px is a window of 1,280 px at 400 %.
        for summary in page.locator("summary").all():
            if summary.is_visible():
                summary.click()
        assert page.evaluate(TOO_SMALL, TOUCH) == [], name
        page.set_viewport_size({"width": 320, "height": 256})
        assert page.evaluate(_OUTSIDE) == [], name
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate(_OUTSIDE) == [], name
        page.set_viewport_size({"width": 1280, "height": 800})
        assert page.evaluate(_OUTSIDE) == [], name


def test_the_player_fits_the_finger(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    assert page.evaluate(TOO_SMALL, TOUCH) == []
    for panel in ("queue", "keys"):
        page.evaluate("name => showPanel(name)", panel)
        expect(page.locator(f"#{panel}")).to_be_visible()
        assert page.evaluate(TOO_SMALL, TOUCH) == [], panel


def test_player_and_queue_can_be_worked_in_a_window_at_400_percent(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    for control in ("[data-player-toggle]", "[data-player-slider]", "[data-player-next]", ".player-queue"):
        expect(page.locator(control)).to_be_in_viewport(ratio=1)
    # Half of the window at least is left for the page.
    assert page.locator("#player").evaluate("bar => bar.offsetHeight") <= 128
    page.locator(".player-queue").click()
    for control in page.locator("#queue :is(button, input, a[href]):visible").all():
        control.focus()
        expect(control).to_be_in_viewport(ratio=0.9)
    assert page.evaluate(_OUTSIDE) == []


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
        for control in ("[data-player-toggle]", "[data-player-slider]", ".player-queue"):
            expect(page.locator(control)).to_be_in_viewport(ratio=1)


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
    assert page.locator(_PRESSED).evaluate_all(_SHOWN) == ["Buy on BeatConnect"]
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(0, 0, 0)"


def test_a_printed_list_is_its_beats_and_what_they_were_chosen_by(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size({"width": 794, "height": 1123})  # A4
    page.emulate_media(media="print")
    page.goto("/beats/?genre=2")
    for shown in ("h1", "#results-count", ".chip-active", ".card-title", ".card-facts", ".card-price", ".cover img"):
        expect(page.locator(shown).first).to_be_visible()
    assert page.locator(_PRESSED).evaluate_all(_SHOWN) == ["Remove:"], "the chip, without a way to press it"
    page.goto("/")
    assert page.evaluate(_OUTSIDE) == []
    assert page.evaluate("""() => [...document.querySelectorAll(".cards-reel .card")]
      .every((card) => card.getBoundingClientRect().right <= innerWidth)""")
