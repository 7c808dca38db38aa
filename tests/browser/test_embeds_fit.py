"""Players in frames of any width: nothing scrolls that shouldn't, nothing is cut, keys and screen readers get on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.browser.complaints import Complaints
from tests.sandbox import Sandbox

CARDS = ((240, 416), (340, 516), (480, 640), (800, 620))
STRIPS = ((240, 132), (300, 100), (320, 132), (420, 132), (600, 132), (800, 132))
PLAYERS = ("beats/5", "beats/251", "beats/252", "beats/7", "producers/5001", "beats/99999")
FITS = """() => {
  const { scrollWidth, scrollHeight } = document.documentElement;
  const controls = [...document.querySelectorAll("main :is(button, audio, h1)")];
  return scrollWidth <= innerWidth && scrollHeight <= innerHeight && controls.every((control) => {
    const { left, right, top, bottom, width } = control.getBoundingClientRect();
    const inHeight = control.closest(".embed-list") || (top >= 0 && bottom <= innerHeight);
    return !width || (left >= 0 && right <= innerWidth && inHeight);
  });
}"""
TITLES = "links => Math.min(...links.map((link) => link.getBoundingClientRect().width))"


@pytest.fixture
def wordy(varied: Sandbox) -> Sandbox:
    """A shop in which one beat's title and producer are longer than any frame is wide."""
    title = "Wọ́n ń jó ní ìlú Èkó gan-an ni o, and the title goes on and on " * 3
    Beat.objects.filter(pk=251).update(title=title, producer_name="A producer of many names " * 6)
    return varied


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("layout", "sizes"), [("card", CARDS), ("strip", STRIPS)], ids=["card", "strip"])
def test_a_player_fits_its_frame_and_axe_finds_nothing(
    page: Page, wordy: Sandbox, complaints: Complaints, layout: str, sizes: tuple[tuple[int, int], ...], theme: str
) -> None:
    complaints.expect("404", "410", "/embed/")
    found = []
    for player in PLAYERS:
        page.goto(f"/embed/{player}/?layout={layout}&theme={theme}")
        page.evaluate(Axe().axe_script)
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            if not page.evaluate(FITS):
                found.append(f"{player} doesn't fit {width} x {height}")
            answer = page.evaluate("() => axe.run({resultTypes: ['violations']})")
            found += [f"{player} {width}: {each['id']}" for each in answer["violations"]]
    assert not found


def test_the_titles_of_a_list_keep_some_room(page: Page, shop: Sandbox) -> None:
    for layout, sizes in (("card", CARDS), ("strip", STRIPS)):
        page.goto(f"/embed/producers/5001/?layout={layout}")
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            assert page.locator(".embed-list a").evaluate_all(TITLES) >= 64, (layout, width)


def test_a_cover_that_is_missing_gives_way_to_the_woven_pattern(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("404", "/images/")
    Beat.objects.filter(pk=5).update(cover_url=f"{shop.origin}/images/nowhere.jpg")
    page.goto("/embed/beats/5/")
    expect(page.locator(".cover img")).to_be_hidden()


def test_keys_lead_through_a_list_and_play_what_they_reach(page: Page, shop: Sandbox) -> None:
    page.goto("/embed/producers/5001/")
    for expected in ("h1 a", ".embed-list", ".embed-list li:first-child [data-play]"):
        page.keyboard.press("Tab")
        expect(page.locator(expected)).to_be_focused()
    page.keyboard.press("Enter")
    first, second = page.locator("[data-play]").first, page.locator("[data-play]").nth(1)
    expect(first).to_have_attribute("data-state", "playing")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    page.keyboard.press("Space")
    expect(second).to_have_attribute("data-state", "playing")
    expect(first).not_to_have_attribute("data-state", "playing")
    page.keyboard.press("Space")
    expect(page.locator("[data-state]")).to_have_count(0)
