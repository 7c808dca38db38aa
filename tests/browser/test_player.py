"""The player: play from anywhere, pause, seek, resume; every button tells what is going on."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from catalog.models.mirror import Beat
from tests.browser.listening import beat_heard, listen, play, position, previews_asked
from tests.browser.swaps import back, swapped
from tests.conftest import sweep
from tests.sandbox import Sandbox


def button(page: Page, number: int) -> Locator:
    return page.locator(f"main [data-play][data-beat-id='{number}']").first


def pause(page: Page) -> None:
    page.locator("[data-player-toggle]").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")


def test_one_tap_on_a_card_is_heard_and_the_bar_says_what(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    beat = Beat.objects.get(pk=252)
    expect(page.locator("#player")).to_be_hidden()
    play(page, button(page, 252))
    expect(page.locator("[data-player-title]")).to_have_text(beat.title)
    expect(page.locator("[data-player-producer]")).to_have_text(beat.producer_name)
    expect(page.locator("[data-player-link]")).to_have_attribute("href", beat.url)
    expect(page.locator("[data-player-total]")).to_have_text(re.compile(r"^0:2\d$"))
    expect(page.locator("[data-player-elapsed]")).to_have_text("0:01")
    expect(page).to_have_url(re.compile("/beats/$"))
    assert page.evaluate("!audio.muted && audio.volume === 1")
    assert page.evaluate("navigator.mediaSession.metadata.title") == beat.title


def test_the_beat_page_plays_too_and_the_bar_leads_back_to_it(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/253/")
    address = page.url
    play(page, page.locator(".play-large"))
    assert beat_heard(page) == 253
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    with swapped(page, "main"):
        page.locator("[data-player-link]").click()
    assert page.url == address
    expect(page.locator(".play-large")).to_have_attribute("data-state", "playing")


def test_the_same_button_pauses_and_goes_on(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    card = button(page, 253)
    title = Beat.objects.get(pk=253).title
    play(page, card)
    expect(card).to_have_attribute("aria-label", f"Pause {title}")
    card.click()
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    expect(card).to_have_attribute("aria-label", f"Play {title}")
    expect(card).not_to_have_attribute("data-state", re.compile(".*"))
    paused_at = position(page)
    page.wait_for_timeout(200)
    assert position(page) == paused_at
    listen(page)
    play(page, card)
    expect(page.locator("[data-player-toggle]")).to_have_attribute("aria-label", f"Pause {title}")
    assert position(page) >= paused_at
    assert page.evaluate("breaks") == []


def test_the_bar_seeks_by_mouse_and_by_key(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, button(page, 253))
    pause(page)
    slider = page.get_by_label("Position")
    box = slider.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert position(page) == pytest.approx(12, abs=1)
    before = position(page)
    for _ in range(3):
        slider.press("ArrowRight")
    assert position(page) == pytest.approx(before + 3, abs=1.1)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0:1\d of 0:2\d$"))
    slider.press("Home")
    assert position(page) == 0


def test_the_bar_says_that_it_is_a_preview_and_never_promises_the_whole_beat(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/beats/")
    shop.fault("latency", path="/audio/253", seconds=1)
    button(page, 253).click()
    time = page.locator(".player-time").last
    expect(time).to_have_text("– preview")
    expect(time).to_have_text(re.compile(r"^0:2\d preview$"))
    expect(time).to_be_in_viewport(ratio=1)
    box = page.get_by_label("Position").bounding_box()
    assert box
    assert box["width"] > 150, "there is room left for the slider"


def test_dragging_moves_the_sound_only_when_let_go(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, button(page, 253))
    pause(page)
    before = position(page)
    box = page.get_by_label("Position").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 20, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, y, steps=5)
    assert position(page) == before
    expect(page.locator("[data-player-elapsed]")).to_have_text(re.compile("0:1[6-9]"))
    page.mouse.up()
    assert position(page) == pytest.approx(18, abs=1)


def test_the_card_that_plays_shows_it_after_every_swap(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, button(page, 253))
    playing = page.locator("main .card[data-state=playing]")
    expect(playing).to_have_attribute("data-beat", "253")
    expect(playing.locator(".bars")).to_be_visible()
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("price_desc")
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("newest")
    expect(playing).to_have_attribute("data-beat", "253")
    with swapped(page, "main"):
        button(page, 253).locator("xpath=../..").locator(".card-title a").click()
    expect(page.locator(".play-large")).to_have_attribute("data-state", "playing")
    page.locator(".play-large").click()
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    # The list that Back brings was kept while the beat played: it must not say so any more.
    back(page)
    expect(playing).to_have_count(0)
    expect(button(page, 253)).to_have_attribute("aria-label", re.compile("^Play "))


def test_there_is_one_audio_element_and_another_beat_takes_it_over(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, button(page, 253))
    play(page, button(page, 251))
    assert beat_heard(page) == 251
    expect(page.locator("audio")).to_have_count(1)
    expect(page.locator("main [data-state=playing].card")).to_have_count(1)
    expect(page.locator("main .card[data-state=playing]")).to_have_attribute("data-beat", "251")


def test_of_two_tabs_only_the_one_that_began_last_plays(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    play(page, button(page, 253))
    other = page.context.new_page()
    other.goto("/beats/")
    play(other, button(other, 252))
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    expect(page.locator("[data-player-toggle]")).to_have_attribute("aria-label", re.compile("^Play "))
    assert page.evaluate("audio.paused")
    play(page, button(page, 253))
    expect(other.locator("#player")).to_have_attribute("data-state", "paused")
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def test_nothing_is_fetched_before_the_first_tap(page: Page, shop: Sandbox) -> None:
    asked = previews_asked(page)
    page.goto("/")
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Beats").click()
    page.reload()
    page.goto("/beats/253/")
    page.wait_for_load_state("networkidle")
    assert asked == []
    play(page, page.locator(".play-large"))
    assert {url.rpartition("/")[2] for url in asked} == {"253.mp3"}


def test_of_two_quick_taps_the_later_wins(page: Page, shop: Sandbox) -> None:
    shop.fault("latency", path="/audio/253", seconds=0.5)
    page.goto("/beats/")
    button(page, 253).click()
    button(page, 252).click()
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")
    page.wait_for_timeout(700)
    assert beat_heard(page) == 252
    assert not page.evaluate("audio.paused")
    expect(page.locator("main .card[data-state=playing]")).to_have_attribute("data-beat", "252")


def test_a_beat_without_a_preview_has_no_play_button(page: Page, api: Sandbox) -> None:
    api.change_beat(253, audio_url=None)
    sweep()
    page.goto("/beats/")
    expect(page.locator("main .card").first.locator("button:not(.keep)")).to_have_count(0)
    expect(page.locator("main .card").nth(1).locator(".play")).to_have_count(1)
    page.goto("/beats/253/")
    expect(page.locator(".beat [data-play], .beat [data-add], .beat audio")).to_have_count(0)
    expect(page.locator(".beat")).to_contain_text("No preview for this beat.")
