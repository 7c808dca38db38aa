"""Boosted links swap #main and leave the rest alone; so do error pages, and the 503 page that asks again."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django import fixtures

from catalog import state
from catalog.models.mirror import Beat
from tests.browser.complaints import Complaints
from tests.browser.swaps import click_to, mark, picture, stayed, swapped
from tests.conftest import sweep_later
from tests.sandbox import Sandbox

AROUND = ("html", "header", "footer", "#player", "#audio", "#live", "#notice")


def follow(page: Page, address: str) -> None:
    with swapped(page, "main"):
        click_to(page, address)


def test_a_link_swaps_the_main_part_and_nothing_around_it(page: Page, shop: Sandbox) -> None:
    page.goto("/")
    mark(page, *AROUND)
    for name, heading in [("Beats", "Beats"), ("Genres", "Genres"), ("Producers", "Producers")]:
        with swapped(page, "main"):
            page.get_by_label("Main").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_have_text(heading)
        expect(page.locator("h1")).to_be_focused()
        expect(page.locator(".site-nav [aria-current=page]")).to_have_text(name)
        expect(page).to_have_title(f"{name} – BeatConnect Beats")
    assert all(stayed(page, *AROUND))


def test_arriving_is_spoken(page: Page, shop: Sandbox) -> None:
    page.goto("/")
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Beats").click()
    expect(page.locator("#live")).to_have_text("Beats, 253 beats")
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    expect(page.locator("#live")).to_have_text("Genres loaded")


def test_an_address_without_its_slug_leads_to_the_page_with_it(page: Page, shop: Sandbox) -> None:
    page.goto("/")
    follow(page, "/genres/2/")
    expect(page).to_have_url(re.compile("/genres/2/afrobeats/$"))


@pytest.mark.parametrize(("address", "status"), [("/nowhere/", 404), ("/beats/?page=99", 404), ("/beats/7/", 410)])
def test_an_error_page_is_swapped_in_like_any_other(
    page: Page, shop: Sandbox, complaints: Complaints, address: str, status: int
) -> None:
    complaints.expect(str(status))
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")
    page.goto("/beats/")
    mark(page, *AROUND)
    follow(page, address)
    assert all(stayed(page, *AROUND))
    assert picture(page)["mains"] == 1
    assert page.evaluate("location.pathname + location.search") == address
    expect(page.locator("h1")).to_be_focused()
    with swapped(page, "main"):
        page.locator("main").get_by_role("link", name=re.compile("All beats|To the first page")).first.click()
    expect(page).to_have_url(re.compile("/beats/$"))


def test_a_page_that_breaks_says_so_and_offers_another_try(
    page: Page, shop: Sandbox, complaints: Complaints, settings: fixtures.Settings
) -> None:
    complaints.expect("500")
    page.goto("/beats/")
    mark(page, *AROUND)
    kept = settings.BEATCONNECT_BEAT_URL
    del settings.BEATCONNECT_BEAT_URL  # which only the page of a beat reads
    follow(page, "/beats/253/")
    expect(page.locator("h1")).to_have_text("Something broke on our side")
    settings.BEATCONNECT_BEAT_URL = kept
    with swapped(page, "main"):
        page.get_by_role("link", name="Try again").click()
    expect(page.locator("main [data-beat='253']").first).to_be_visible()
    assert all(stayed(page, *AROUND))


def test_an_empty_shop_asks_again_by_itself_without_stopping_the_music(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("503", "/covers/")  # an empty shop has no cover to send
    page.goto("/beats/")
    page.locator("[data-play]").first.click()
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    mark(page, *AROUND)
    state.reset()
    shop.fault("status", status=503, retry_after=1)
    follow(page, "/genres/")
    expect(page.locator("h1")).to_have_text("The shelves are being filled")
    expect(page.locator("main")).to_contain_text("This page looks again in 1 second.")
    shop.clear_faults()
    sweep_later(shop)
    expect(page.locator("h1")).to_have_text("Genres")
    assert all(stayed(page, *AROUND))
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    assert page.evaluate("!audio.paused && audio.currentTime > 1")


def test_a_link_out_and_the_skip_link_are_left_alone(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/253/")
    buy = page.get_by_role("link", name="Buy on BeatConnect")
    expect(buy).to_have_attribute("target", "_blank")
    expect(buy).to_have_attribute("rel", re.compile("noopener"))
    assert page.evaluate("link => new URL(link.href).origin !== location.origin", buy.element_handle())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    expect(page).to_have_url(re.compile("#main$"))
