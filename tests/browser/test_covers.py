"""A browser picks the cover that fits its screen, and sees the original until there is one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from catalog.covers.maker import maker
from tests.browser.swaps import drawn
from tests.sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("media_root")


def test_the_original_is_shown_until_the_small_one_is_made(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    cover = page.locator(".card .cover img").first
    expect(cover).to_be_visible()
    assert drawn(cover) > 320 / 2
    maker.work_off()
    with page.expect_response(lambda answer: "/covers/" in answer.url and answer.status == 200) as answer:
        page.reload()
    assert answer.value.headers["content-type"] == "image/webp"
    assert drawn(cover)


@pytest.mark.parametrize(("width", "density"), [(360, 1), (360, 3), (768, 1), (1280, 1)])
def test_lists_take_the_small_cover(
    open_context: Callable[..., BrowserContext], shop: Sandbox, width: int, density: float
) -> None:
    tab = open_context(viewport={"width": width, "height": 800}, device_scale_factor=density).new_page()
    for address in ("/", "/beats/"):
        tab.goto(address)
        taken = tab.locator(".card .cover img").first.evaluate("image => image.currentSrc")
        assert "/320.webp" in taken, address
    tab.goto("/beats/1/")
    if (width, density) != (360, 1):
        expected = "/320.webp" if width == 768 else "/640.webp"
        assert expected in tab.locator(".beat-cover img").evaluate("image => image.currentSrc")
