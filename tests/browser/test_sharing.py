"""A beat is passed on with one tap: by the device's own way, by a copied link, or by hand."""

from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.sandbox import Sandbox


def test_the_link_is_copied_where_the_device_has_no_way_of_its_own(page: Page, shop: Sandbox) -> None:
    page.add_init_script("""
        Object.defineProperty(navigator, "share", { value: undefined });
        Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => (window.copied = text) } });
    """)
    beat = Beat.objects.get(pk=253)
    page.goto(beat.url)
    button = page.get_by_role("button", name="Share", exact=True)
    button.click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("new URL(window.copied).pathname") == beat.url
    expect(button).to_be_visible()


def test_the_device_s_own_way_comes_first(page: Page, shop: Sandbox) -> None:
    page.add_init_script("""
        Object.defineProperty(navigator, "share", { value: async (facts) => (window.shared = facts) });
    """)
    beat = Beat.objects.get(pk=253)
    page.goto(f"/fr{beat.url}")
    page.get_by_role("button", name="Partager", exact=True).click()
    shared = page.evaluate("window.shared")
    assert shared["url"].endswith(f"/fr{beat.url}")
    assert beat.title in shared["title"]
