"""A tape's page: its link is copied with one tap, and without script the page still says what it holds."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.swaps import cards
from tests.sandbox import Sandbox

TAPE = "/tape/?b=12,45,9"


def test_the_link_to_a_tape_is_copied(page: Page, shop: Sandbox) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{TAPE},999999")
    page.get_by_role("button", name="Share this tape").click()
    expect(page.locator("[data-share]").first).to_have_text("Link copied")
    # What is unknown is not passed on.
    assert page.evaluate("navigator.clipboard.readText()").endswith(TAPE)


def test_without_script_a_tape_is_a_list_and_a_playlist(
    open_context: Callable[..., BrowserContext], shop: Sandbox
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(TAPE)
    expect(page.locator("main .card")).to_have_count(3)
    # Hearts work without script, too.
    expect(page.locator("main button:not(.keep):visible")).to_have_count(0)
    expect(page.get_by_role("link", name="Playlist (M3U)")).to_be_visible()
    expect(page.get_by_text("The address of this page is the tape")).to_be_visible()


def test_an_empty_tape_says_how_one_is_made(sized_page: Page, shop: Sandbox) -> None:
    sized_page.goto("/tape/")
    expect(sized_page.locator("h1")).to_have_text("An empty tape")
    assert cards(sized_page) == []
