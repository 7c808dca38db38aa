"""Filters that only a script can offer: tapping the tempo, what mixes with what is playing, and a phone's way out."""

import re

import pytest
from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.browser.swaps import swapped
from tests.sandbox import Sandbox


def tap(page: Page, *, times: int = 6) -> None:
    """Press T so often, some half a second apart: how exactly depends on the machine."""
    for _ in range(times):
        page.keyboard.press("t")
        page.wait_for_timeout(400)


def tempo(page: Page) -> tuple[int, int]:
    low, high = (int(page.locator(field).input_value() or 0) for field in ("#bpm_min", "#bpm_max"))
    return low, high


def test_tapping_sets_the_tempo_and_asks_whether_the_other_one_was_meant(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    with swapped(page, "results"):
        tap(page)
    told = re.fullmatch(r"([0-9]+) BPM or ([0-9]+)\?", page.locator("#tapped").inner_text().strip())
    assert told
    heard, other = int(told[1]), int(told[2])
    assert tempo(page) == (int(heard * 0.97), -int(-heard * 1.03 // 1))
    assert other == ((heard + 1) // 2 if heard >= 100 else heard * 2)
    expect(page).to_have_url(re.compile(r"\?bpm_min=[0-9]+&bpm_max=[0-9]+$"))
    with swapped(page, "results"):
        page.get_by_role("button", name=f"or {other}?").click()
    assert tempo(page)[0] <= other <= tempo(page)[1]


def test_a_t_in_a_field_is_a_letter_and_three_taps_are_no_tempo(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.locator("#price_min").focus()
    tap(page)
    expect(page.locator("#tapped")).to_be_empty()
    page.locator("h1").click()
    tap(page, times=3)
    expect(page.locator("#tapped")).to_be_empty()


def test_a_list_offers_what_mixes_with_what_is_playing(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/?sort=popular")
    offer = page.get_by_role("link", name="Mixes with what is playing")
    expect(offer).to_be_hidden()
    button = page.locator("[data-play]").first
    pk = button.get_attribute("data-beat-id")
    button.click()
    expect(offer).to_be_visible()
    with swapped(page, "results"):
        offer.click()
    expect(page).to_have_url(re.compile(rf"/beats/\?sort=popular&mixes_with={pk}$"))
    expect(page.locator(".chip-active")).to_contain_text(f"Mixes with {Beat.objects.get(pk=pk).display_title}")
    expect(offer).to_be_hidden()
    expect(page.locator("#audio")).to_have_js_property("paused", value=False)


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_a_phone_s_filters_say_what_they_found_and_lead_there(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.locator("#filters-switch summary").click()
    with swapped(page, "results"):
        page.get_by_role("checkbox", name="Highlife").click()
    done = page.get_by_role("button", name="Show 15 beats")
    expect(done).to_be_in_viewport()
    done.click()
    expect(page.locator("#filters-switch")).not_to_have_attribute("open", "")
    expect(page.locator("#results-count")).to_be_in_viewport()
    expect(page.locator("#results-count")).to_be_focused()
