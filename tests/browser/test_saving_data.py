"""Who saves data gets pages without covers; one tap brings them, for as long as the tab is open."""

import pytest
from playwright.sync_api import Page, Request, expect

from catalog.models.mirror import Beat
from tests.browser.swaps import swapped
from tests.browser.test_accessibility import findings
from tests.sandbox import Sandbox

# Not over a redirect: there Chromium leaves the header out again.
pytestmark = pytest.mark.browser_context_args(extra_http_headers={"Save-Data": "on"})


def watch_pictures(page: Page) -> list[str]:
    """Return the list that the addresses of covers are added to, as they are asked for."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "image" and "/static/" not in request.url:
            asked.append(request.url)

    page.on("request", note)
    return asked


def test_covers_come_with_the_tap_that_asks_for_them(page: Page, shop: Sandbox) -> None:
    asked = watch_pictures(page)
    page.goto("/beats/", wait_until="networkidle")
    assert asked == []
    assert findings(page, [360]) == []
    covers = page.locator(".card .cover[data-cover]").count()
    assert covers > 12
    page.get_by_role("button", name="Show covers").click()
    expect(page.locator(".card .cover img")).to_have_count(covers)
    expect(page.get_by_role("button", name="Show covers")).to_have_count(0)
    expect(page.locator("h1")).to_be_focused()
    with swapped(page, "results"):
        page.locator("#sort").select_option("popular")
    assert page.locator(".card .cover img").count() > 12
    page.goto(Beat.objects.get(pk=253).url)
    expect(page.locator(".beat-cover img")).to_have_count(1)
    assert asked


@pytest.mark.browser_context_args(extra_http_headers={"Save-Data": "on"}, java_script_enabled=False)
def test_without_script_there_are_no_covers_and_no_button(page: Page, shop: Sandbox) -> None:
    asked = watch_pictures(page)
    page.goto(Beat.objects.get(pk=253).url, wait_until="networkidle")
    expect(page.get_by_role("button", name="Show covers")).to_have_count(0)
    assert asked == []
