"""The queue: the list a beat was started from, and what is added by hand; shuffled, repeated, kept and shared."""

import re

from playwright.sync_api import Page, expect

from catalog.models.mirror import Beat
from tests.browser.listening import assert_goes_on, listen, play, position
from tests.browser.queueing import add, begin, heard, open_queue, queued, skip
from tests.browser.swaps import cards, swapped
from tests.sandbox import Sandbox


def test_next_and_previous_lead_along_the_list_it_was_started_from(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    listed = begin(page, 3)
    skip(page, "next")
    heard(page, listed[4])
    skip(page, "previous")
    heard(page, listed[3])
    skip(page, "previous")
    heard(page, listed[2])
    # After three seconds Previous is the beginning of the same beat.
    page.evaluate("audio.currentTime = 9")
    skip(page, "previous")
    heard(page, listed[2])
    assert position(page) < 5


def test_the_list_is_the_shelf_it_was_started_from_and_the_next_one_begins_by_itself(page: Page, shop: Sandbox) -> None:
    page.goto("/")
    shelf = page.locator(".cards-reel").nth(1).locator("[data-play]")
    ids = [int(number) for number in shelf.evaluate_all("all => all.map((button) => button.dataset.beatId)")]
    play(page, shelf.first)
    assert queued(page) == ids
    page.evaluate("audio.currentTime = audio.duration - 0.3")
    heard(page, ids[1])


def test_at_the_end_the_music_stops_and_next_leads_nowhere(page: Page, shop: Sandbox) -> None:
    listed = begin(page, 23)
    expect(page.locator("[data-player-next]")).to_have_attribute("aria-disabled", "true")
    page.locator("[data-player-next]").click(force=True)
    heard(page, listed[-1])
    page.evaluate("audio.currentTime = audio.duration - 0.3")
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")


def test_a_beat_s_own_page_goes_on_with_what_mixes_well(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/253/")
    play(page, page.locator(".play-large"))
    mixing = page.locator("#mixes").locator("xpath=ancestor::section").locator("[data-beat]")
    first = int(mixing.first.get_attribute("data-beat") or 0)
    page.locator("[data-player-next]").click()
    heard(page, first)


def test_added_beats_come_next_in_their_order_and_outlive_the_list(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    listed = begin(page)
    add(page, listed[10])
    expect(page.locator("[data-player-status]")).to_contain_text(Beat.objects.get(pk=listed[10]).display_title)
    add(page, listed[12])
    assert queued(page)[:4] == [listed[0], listed[10], listed[12], listed[1]]
    # The second tap on the same sign lets it come next.
    again = page.locator(f"main [data-beat='{listed[12]}'] .add")
    expect(again).to_have_attribute("aria-label", re.compile("^Play .* next$"))
    again.click()
    assert queued(page)[:3] == [listed[0], listed[12], listed[10]]
    play(page, page.locator("main [data-play]").nth(5))
    at = queued(page).index(listed[5])
    assert queued(page)[at + 1 : at + 3] == [listed[12], listed[10]]
    assert sorted(queued(page)) == sorted(listed)


def test_the_first_beat_added_waits_in_the_bar(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    add(page, cards(page)[4])
    expect(page.locator("#player")).to_have_attribute("data-state", "paused")
    assert page.evaluate("audio.paused && !audio.hasAttribute('src')")
    play(page, page.locator("[data-player-toggle]"))
    heard(page, cards(page)[4])


def test_play_next_and_add_stand_on_the_beat_s_page(page: Page, shop: Sandbox) -> None:
    listed = begin(page)
    with swapped(page, "main"):
        page.locator(".card-title a").nth(8).click()
    page.get_by_role("button", name="Add to the queue", exact=True).click()
    assert queued(page)[1] == listed[8]
    add(page, int(page.locator("main .cards [data-beat]").first.get_attribute("data-beat") or 0))
    page.get_by_role("button", name="Play next", exact=True).click()
    assert queued(page)[1] == listed[8]


def test_repeat_plays_one_again_or_all(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    listed = begin(page, 23)
    panel = open_queue(page)
    panel.get_by_role("button", name="Repeat: off").click()
    panel.get_by_role("button", name="Repeat: all").click()
    expect(panel.get_by_role("button", name="Repeat: one")).to_be_visible()
    page.evaluate("audio.currentTime = audio.duration - 0.3")
    page.wait_for_timeout(1000)
    heard(page, listed[23])
    assert position(page) < 10
    panel.get_by_role("button", name="Repeat: one").click()
    panel.get_by_role("button", name="Repeat: off").click()
    page.evaluate("audio.currentTime = audio.duration - 0.3")
    heard(page, listed[0])


def test_shuffle_mixes_what_comes_and_puts_it_back(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    listed = begin(page, 3)
    shuffle = open_queue(page).get_by_role("button", name="Shuffle")
    shuffle.click()
    expect(shuffle).to_have_attribute("aria-pressed", "true")
    mixed = queued(page)
    assert mixed[:4] == listed[:4]
    assert mixed != listed
    assert sorted(mixed) == sorted(listed)
    shuffle.click()
    assert queued(page) == listed


def test_the_queue_survives_a_reload(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    listed = begin(page)
    add(page, listed[7])
    order = queued(page)
    page.evaluate("beatQueue.turnRepeat()")
    page.reload()
    toggle = page.locator("[data-player-toggle]")
    expect(toggle).to_be_visible()
    assert queued(page) == order
    assert page.evaluate("audio.paused && beatQueue.repeat === 'all'")
    play(page, toggle)
    skip(page, "next")
    heard(page, listed[7])


def test_the_queue_is_shared_as_a_tape_that_plays_all(sized_page: Page, shop: Sandbox) -> None:
    page = sized_page
    listed = begin(page)
    panel = open_queue(page)
    panel.get_by_role("button", name="Clear").click()
    panel.get_by_role("button", name="Close the queue").click()
    add(page, listed[3])
    add(page, listed[5])
    listen(page)
    with swapped(page, "main"):
        open_queue(page).get_by_role("link", name="Share this queue as a tape").click()
    assert page.url.endswith(f"/tape/?b={listed[0]},{listed[3]},{listed[5]}")
    assert_goes_on(page, 0)
    assert cards(page) == [listed[0], listed[3], listed[5]]
    page.get_by_role("button", name="Close the queue").click()
    skip(page, "next")
    heard(page, listed[3])
    page.get_by_role("button", name="Play all").click()
    heard(page, listed[0])
    assert queued(page) == [listed[0], listed[3], listed[5]]
