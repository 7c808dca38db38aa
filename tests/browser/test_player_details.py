"""The player's finer points: volume, the lock screen, links to a moment, and a bar that fits a phone."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import assert_goes_on, beat_heard, listen, play, position, previews_asked
from tests.browser.queueing import begin, heard, open_queue
from tests.browser.swaps import back, click_to, swapped
from tests.sandbox import Sandbox

NO_CHANNEL = "delete window.BroadcastChannel;"
# What the page told the system; there is no way to ask it back.
_OVERHEAR = """
window.told = {};
navigator.mediaSession.setActionHandler = (name, act) => (told[name] = act);
navigator.mediaSession.setPositionState = (state) => (told.state = state);
"""


def test_volume_and_mute_are_spoken_and_remembered(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    begin(page)
    open_queue(page)
    slider = page.get_by_label("Volume").filter(visible=True)
    for _ in range(4):
        slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "80 %")
    assert page.evaluate("audio.volume") == pytest.approx(0.8)
    mute = page.get_by_role("button", name="Mute").filter(visible=True)
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("audio.muted")
    page.reload()
    assert page.evaluate("[audio.muted, audio.volume]") == [True, pytest.approx(0.8)]
    open_queue(page)
    mute.click()
    expect(slider).to_have_value("80")


def test_the_system_is_told_what_plays_and_can_skip(page: Page, shop: Sandbox) -> None:
    page.add_init_script(_OVERHEAR)
    listed = begin(page)
    assert "/covers/253/" in page.evaluate("navigator.mediaSession.metadata.artwork[0].src")
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"
    page.evaluate("told.nexttrack()")
    heard(page, listed[1])
    page.evaluate("told.previoustrack()")
    heard(page, listed[0])
    page.evaluate("told.seekto({ seekTime: 12 })")
    assert position(page) == pytest.approx(12, abs=1)
    page.wait_for_timeout(400)
    assert page.evaluate("told.state.position") == pytest.approx(12, abs=2)
    page.evaluate("told.pause()")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    assert page.evaluate("navigator.mediaSession.playbackState") == "paused"


def test_a_link_to_a_moment_begins_there(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    asked = previews_asked(page)
    page.goto("/beats/253/#t=7")
    expect(page.locator(".beat-moment")).to_have_text("Play begins at 0:07")
    assert asked == []
    play(page, page.locator(".play-large"))
    assert 7 <= position(page) < 12
    page.evaluate("location.hash = '#t=15'")
    page.wait_for_timeout(200)
    assert position(page) == pytest.approx(15, abs=2)


@pytest.mark.parametrize("moment", ["#t=99999", "#t=-3", "#t=x", "#t=", "#t=1e3"])
def test_a_moment_that_is_none_is_the_beginning(page: Page, shop: Sandbox, moment: str) -> None:
    page.goto(f"/beats/253/{moment}")
    play(page, page.locator(".play-large"))
    assert position(page) < 5
    assert beat_heard(page) == 253


def test_a_link_to_a_moment_on_a_page_keeps_the_music(page: Page, shop: Sandbox) -> None:
    begin(page, 3)
    listen(page)
    address = page.locator(".card-title a").first.get_attribute("href")
    with swapped(page, "main"):
        click_to(page, f"{address}#t=9")
    assert_goes_on(page, 0)
    assert page.url.endswith("#t=9")
    expect(page.locator(".beat-moment")).to_be_visible()
    play(page, page.locator(".play-large"))
    assert 9 <= position(page) < 14
    back(page)


def test_the_panel_gives_a_link_to_this_moment(page: Page, shop: Sandbox) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin(page)
    page.evaluate("audio.currentTime = 11")
    button = open_queue(page).get_by_role("button", name="Link to this moment")
    button.click()
    expect(page.locator("[data-queue-moment]")).to_have_text("Copied")
    expect(page.locator("#live")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/beats/253/[^#]*#t=1[1-3]$", copied)


def test_without_a_channel_between_tabs_still_one_plays(page: Page, shop: Sandbox) -> None:
    page.context.add_init_script(NO_CHANNEL)
    begin(page)
    other = page.context.new_page()
    other.goto("/beats/")
    play(other, other.locator("main [data-play]").nth(1))
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    expect(other.locator("#player")).to_have_attribute("data-state", "playing")


def test_on_a_phone_the_bar_covers_nothing_and_its_targets_are_large(page: Page, shop: Sandbox) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    begin(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    footer, bar = page.locator(".site-footer").bounding_box(), page.locator("#player").bounding_box()
    assert footer
    assert bar
    assert footer["y"] + footer["height"] <= bar["y"] + 1
    assert bar["height"] < 120
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    open_queue(page)
    for target in page.locator("#player button, #player a, #queue button, #queue a").filter(visible=True).all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44, target.inner_html()
        assert box["width"] >= 44, target.inner_html()


def test_a_bar_that_does_not_come_leaves_the_music_and_comes_later(
    page: Page, shop: Sandbox, complaints: Complaints
) -> None:
    complaints.expect("/player/", "Failed to load resource")
    page.route("**/player/", lambda route: route.abort())
    page.goto("/beats/")
    card = page.locator("main [data-play]").first
    card.click()
    expect(card).to_have_attribute("data-state", "playing")
    card.click()
    expect(card).not_to_have_attribute("data-state", re.compile(".*"))
    page.unroute("**/player/")
    play(page, card)
    expect(page.locator("[data-player-title]")).to_be_visible()


def test_the_bar_is_fetched_once_and_only_for_who_listens(page: Page, shop: Sandbox) -> None:
    fetched: list[str] = []

    def note(response: Response) -> None:
        if any(part in response.url for part in ("/player/", "late.")):
            fetched.append(response.url)

    page.on("response", note)
    page.goto("/beats/")
    page.wait_for_load_state("networkidle")
    assert fetched == []
    play(page, page.locator("main [data-play]").first)
    play(page, page.locator("main [data-play]").nth(1))
    assert len(fetched) == 3
