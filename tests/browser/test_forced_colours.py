"""Who lets the system force its few colours sees everything that is drawn: shapes, what is on, and what is chosen.

Compared is what the screen shows, because what a style sheet asks for is not what such a visitor gets.
"""

import io

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.listening import play
from tests.sandbox import Sandbox


def picture(part: Locator) -> Image.Image:
    return Image.open(io.BytesIO(part.screenshot())).convert("RGB")


def contrasts(part: Locator) -> bool:
    """Whether anything is seen in this box: two tones that nobody takes for one."""
    low, high = picture(part).convert("L").getextrema()
    return high - low > 100


@pytest.fixture(params=["dark", "light"])
def forced(page: Page, varied: Sandbox, request: pytest.FixtureRequest) -> Page:
    page.emulate_media(forced_colors="active", color_scheme=request.param)
    return page


def test_every_shape_is_seen(forced: Page) -> None:
    page = forced
    page.goto("/beats/?genre=2")
    card = page.locator(".card").first
    still = picture(card.locator(".cover"))
    play(page, card.locator("[data-play]"))
    for part in (".card .glyph", ".card .bars", ".card .add", ".theme-dial", ".brand-mark", ".site-nav [aria-current]"):
        assert contrasts(page.locator(f"{part}:visible").first), part
    for part in ("toggle", "previous", "next", "slider", "count"):
        assert contrasts(page.locator(f"#player [data-player-{part}]")), part
    assert picture(card.locator(".cover")) != still
    volume = page.locator("#player [data-volume]")
    loud = picture(volume)
    page.locator("#player [data-mute]").click()
    assert contrasts(page.locator("#player [data-mute]"))
    volume.fill("20")
    assert picture(volume) != loud


def test_what_is_chosen_looks_chosen(forced: Page) -> None:
    page = forced
    page.goto("/beats/?genre=2&bpm_min=100&bpm_max=109")
    genre = page.locator(".tick:has(#genre-2)")
    chosen = [page.locator("#genre-2 + label"), page.locator(".range-link[aria-current]")]
    others = [page.locator("#genre-4 + label"), page.locator(".range-link:not([aria-current])").first]
    for part, other in zip(chosen, others, strict=True):
        assert grounds(part) != grounds(other)
    expect(genre).to_be_visible()
    page.goto("/search/?q=piano")
    assert grounds(page.locator(".search-tabs [aria-current]")) != grounds(page.locator(".search-tabs a").last)
    page.goto("/beats/")
    assert grounds(page.locator(".page-number[aria-current]")) != grounds(page.locator("a.page-number").last)
    switch = page.locator("[data-view-switch]")
    before = grounds(switch)
    switch.click()
    assert grounds(switch) != before
    dials = []
    for _ in range(3):
        dials.append(picture(page.locator(".theme-dial")).tobytes())
        page.locator("[data-theme-switch]").click()
    assert len(set(dials)) == 3


def grounds(part: Locator) -> list[tuple[int, tuple[int, int, int]]]:
    """Return the two colours that cover most of a box; what it says covers less."""
    colours = picture(part).getcolors(maxcolors=100_000) or []
    return [colour for _, colour in sorted(colours, reverse=True)[:2]]


def test_the_queue_marks_what_plays(forced: Page) -> None:
    page = forced
    page.goto("/beats/")
    play(page, page.locator("main [data-play]").first)
    page.locator(".player-queue").click()
    rows = page.locator("#queue .queue-row")
    expect(rows.first).to_have_attribute("aria-current", "true")
    before = picture(rows.nth(1))
    page.locator("#player [data-player-next]").click()
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    assert outline(picture(rows.nth(1))) != outline(before)


def outline(row: Image.Image) -> list[tuple[int, int, int]]:
    """Return the colours along the start of a row."""
    return [row.getpixel((1, y)) for y in range(2, row.height - 2)]
