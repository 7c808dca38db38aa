"""Without JavaScript the shop works: links, forms with buttons, and the browser's own player."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.pages import PAGES, STATUSES
from tests.sandbox import Sandbox

pytestmark = pytest.mark.browser_context_args(java_script_enabled=False)


def cards(page: Page) -> list[int]:
    return [int(card.get_attribute("data-beat") or 0) for card in page.locator("main li.card").all()]


def test_the_shelves_lead_everywhere(page: Page, shop: Sandbox) -> None:
    page.goto("/")
    expect(page.locator("main li.card")).to_have_count(24)
    page.get_by_role("link", name="All genres").click()
    expect(page.locator("h1")).to_have_text("Genres")
    page.get_by_role("link", name="Amapiano").click()
    expect(page.locator("h1")).to_have_text("Amapiano")
    expect(page.locator(".site-nav [aria-current]")).to_have_text("Genres")
    page.locator(".card-title a").first.click()
    expect(page.locator("h1")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/beats/\d+/"))


def test_the_filters_are_a_form_with_a_button(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.get_by_role("checkbox", name="Highlife").check()
    page.get_by_role("checkbox", name="Gqom").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#results-count")).to_contain_text("39")
    expect(page.get_by_role("checkbox", name="Gqom")).to_be_checked()
    page.get_by_role("link", name="Remove: Highlife").click()
    expect(page.locator("#results-count")).to_contain_text("24")
    page.get_by_label("Sorted by").select_option("price_asc")
    page.get_by_role("button", name="Sort").click()
    expect(page.get_by_label("Sorted by")).to_have_value("price_asc")
    expect(page.locator("#results-count")).to_contain_text("24")
    shop.limits("off")
    gqom = page.get_by_role("checkbox", name="Gqom").get_attribute("value")
    assert cards(page) == [beat["id"] for beat in shop.beats("price_asc", genre=gqom)]


@pytest.mark.browser_context_args(java_script_enabled=False, viewport={"width": 360, "height": 740})
def test_the_filters_of_a_phone_open_and_apply(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    expect(page.get_by_role("button", name="Apply")).to_be_hidden()
    page.locator("#filters-switch summary").click()
    page.get_by_role("checkbox", name="Gqom").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#results-count")).to_contain_text("24")
    expect(page.get_by_role("button", name="Sort")).to_be_visible()


def test_pages_are_links(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    first = cards(page)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"/beats/\?page=2$"))
    second = cards(page)
    assert not set(first) & set(second)
    page.get_by_role("link", name="Page 11").click()
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_role("link", name="Page 1", exact=True).click()
    assert cards(page) == first


def test_the_beat_page_has_the_browsers_own_player(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/253/")
    player = page.locator("main audio")
    expect(player).to_be_visible()
    assert player.get_attribute("controls") is not None
    assert player.get_attribute("preload") == "none"
    source = player.get_attribute("src") or ""
    part = requests.get(source, headers={"Range": "bytes=0-99"}, timeout=5)
    assert part.status_code == 206
    assert part.headers["Content-Type"] == "audio/mpeg"
    assert len(part.content) == 100


def test_no_button_is_dead(page: Page, varied: Sandbox, complaints: Complaints) -> None:
    complaints.expect(*STATUSES)
    for name, address in PAGES.items():
        page.goto(address)
        dead = page.locator("button:not([type=submit]):visible, [role=button]:visible, main [data-play]:visible")
        assert dead.count() == 0, name
        hearts = page.locator("button.keep:visible")
        for heart in hearts.all():
            assert heart.get_attribute("form") == "keep", name
            assert heart.get_attribute("formaction"), name
        told = page.locator("button:not(.keep):visible").all_inner_texts()
        assert set(told) <= {"Apply", "Sort", "Find", "Search"}, name
        expect(page.locator("#player")).to_be_hidden()
        expect(page.locator("#notice")).to_be_hidden()


def test_a_shop_being_filled_looks_again_by_itself(page: Page, api: Sandbox, complaints: Complaints) -> None:
    complaints.expect("503")
    api.fault("status", status=503, retry_after=1)
    page.goto("/beats/")
    expect(page.locator("h1")).to_have_text("The shelves are being filled")
    api.clear_faults()
    expect(page.locator("h1")).to_have_text("Beats")
    expect(page.locator("main li.card")).to_have_count(24)
