"""The queue as a listener sees and works it."""

from playwright.sync_api import Locator, Page, expect

from catalog.models.mirror import Beat
from tests.browser.listening import beat_heard, play
from tests.browser.swaps import cards

_IDS = "() => beatQueue.list.map((beat) => Number(beat.id))"


def queued(page: Page) -> list[int]:
    ids: list[int] = page.evaluate(_IDS)
    return ids


def begin(page: Page, at: int = 0) -> list[int]:
    """Play a beat of the list of beats; return the list's ids."""
    page.goto("/beats/")
    listed = cards(page)
    play(page, page.locator("main [data-play]").nth(at))
    assert queued(page) == listed
    return listed


def heard(page: Page, number: int) -> None:
    """Wait until a beat is heard."""
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    expect(page.locator("[data-player-title]")).to_have_text(Beat.objects.get(pk=number).display_title)
    assert beat_heard(page) == number


def skip(page: Page, way: str) -> None:
    """Press Next or Previous, which on a phone stands in the panel."""
    button = page.locator(f"[data-player-{way}]").filter(visible=True)
    if not button.count():
        open_queue(page)
    button.first.click()


def open_queue(page: Page) -> Locator:
    panel = page.locator("#queue")
    if not panel.is_visible():
        page.get_by_role("button", name="Queue", exact=True).click()
    expect(panel).to_be_visible()
    return panel


def row(page: Page, number: int) -> Locator:
    return page.locator(f"#queue [data-id='{number}']")


def add(page: Page, number: int) -> None:
    page.locator(f"main [data-beat='{number}'] .add").click()
