"""Filters, sort and pages: only the results are swapped, and the address says what is shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.swaps import cards, mark, picture, stayed, swapped
from tests.sandbox import Sandbox

AROUND = ("header", "main", "main h1", "footer", "#player", "#audio", "#live")


def wanted(shop: Sandbox, sort: str = "newest", **query: object) -> list[int]:
    """Return what the API itself lists first."""
    shop.limits("off")
    return [beat["id"] for beat in shop.beats(sort, **query)[:24]]


def test_a_ticked_genre_swaps_the_results_and_nothing_else(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    mark(page, *AROUND)
    with swapped(page, "results"):
        page.get_by_role("checkbox", name="Gqom").click()
    expect(page).to_have_url(re.compile(r"/beats/\?genre=\d+$"))
    genre = page.url.partition("=")[2]
    assert cards(page) == wanted(shop, genre=genre)
    expect(page.get_by_role("checkbox", name="Gqom")).to_be_checked()
    assert all(stayed(page, *AROUND))


def test_a_chosen_producer_narrows_the_list_and_all_producers_widens_it_again(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    everything = picture(page)
    choice = page.get_by_label("Producer")
    first = choice.locator("option").nth(1)
    name, _, count = (first.text_content() or "").rpartition(" ")
    number = first.get_attribute("value")
    with swapped(page, "results"):
        choice.select_option(number)
    expect(page).to_have_url(re.compile(rf"/beats/\?producer={number}$"))
    expect(page.locator("#results-count")).to_have_text(re.compile(rf"^\s*{count.strip('()')} beats?\s*$"))
    assert set(page.locator(".card-producer").all_inner_texts()) == {name}
    with swapped(page, "results"):
        page.get_by_label("Producer").select_option("")
    assert picture(page) == everything


def test_four_orders_can_be_chosen_and_the_usual_one_leaves_no_trace(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    for sort in ("popular", "price_asc", "price_desc", "newest"):
        with swapped(page, "results"):
            page.get_by_label("Sorted by").select_option(sort)
        expect(page).to_have_url(re.compile(r"/beats/$" if sort == "newest" else rf"/beats/\?sort={sort}$"))
        assert cards(page) == wanted(shop, sort)


def test_pages_follow_each_other_to_the_end(page: Page, shop: Sandbox) -> None:
    shop.limits("off")
    every = [beat["id"] for beat in shop.beats("popular")]
    page.goto("/beats/?sort=popular")
    mark(page, *AROUND)
    assert cards(page) == every[:24]
    for link, number in (("Next", 2), ("Next", 3), ("Page 11", 11), ("Previous", 10), ("Next", 11)):
        with swapped(page, "results"):
            page.get_by_role("link", name=link).click()
        expect(page).to_have_url(re.compile(rf"/beats/\?sort=popular&page={number}$"))
        assert cards(page) == every[24 * (number - 1) : 24 * number]
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    assert all(stayed(page, *AROUND))


def test_a_page_begins_at_its_top(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    page.get_by_role("link", name="Next").scroll_into_view_if_needed()
    with swapped(page, "results"):
        page.get_by_role("link", name="Next").click()
    expect(page.locator("#results-count")).to_be_in_viewport()
    expect(page.locator("#results-count")).to_be_focused()


def test_a_removed_chip_takes_its_filter_away_and_keeps_the_others(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/?genre=2&genre=1&sort=popular&page=2")
    mark(page, *AROUND)
    with swapped(page, "results"):
        page.get_by_role("link", name="Remove: Afrobeats").click()
    expect(page).to_have_url(re.compile(r"/beats/\?genre=1&sort=popular$"))
    assert cards(page) == wanted(shop, "popular", genre=1)
    with swapped(page, "results"):
        page.get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/beats/\?sort=popular$"))
    expect(page.locator(".chip")).to_have_count(0)
    assert all(stayed(page, *AROUND))


def test_an_empty_result_offers_the_way_out(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/?genre=2&producer=999999")
    expect(page.get_by_role("heading", name="No beat fits all of that")).to_be_visible()
    with swapped(page, "results"):
        page.get_by_role("link", name="Clear all filters").click()
    expect(page).to_have_url(re.compile(r"/beats/$"))
    expect(page.locator("#results-count")).to_have_text(re.compile("253 beats"))


def test_the_focus_stays_where_somebody_chose_and_goes_to_the_count_where_it_is_lost(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    tick = page.get_by_role("checkbox", name="Gengetone")
    tick.focus()
    with swapped(page, "results"):
        page.keyboard.press("Space")
    expect(tick).to_be_focused()
    with swapped(page, "results"):
        page.get_by_role("link", name="Remove: Gengetone").press("Enter")
    expect(page.locator("#results-count")).to_be_focused()


def test_the_count_is_spoken_and_the_title_follows(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    with swapped(page, "results"):
        page.get_by_text("More genres").click()
        page.get_by_role("checkbox", name="Soukous").click()
    expect(page.locator("#live")).to_have_text("Beats: Soukous, 3 beats")
    expect(page).to_have_title("Beats: Soukous – BeatConnect Beats")
    with swapped(page, "results"):
        page.get_by_role("checkbox", name="Mbalax").click()
    expect(page.locator("#live")).to_have_text(re.compile("^Beats: .*Mbalax.*, 10 beats$"))
    expect(page).to_have_title(re.compile(r"^Beats: (Soukous, Mbalax|Mbalax, Soukous) – "))


def test_another_page_of_the_list_is_spoken_as_another(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    for number in (2, 3):
        with swapped(page, "results"):
            page.get_by_role("link", name="Next").click()
        expect(page.locator("#live")).to_have_text(f"Beats, page {number}, 253 beats")


def test_of_two_quick_choices_the_later_counts(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect("htmx:sendAbort", "htmx:afterRequest")  # htmx tells the console of what it called off
    page.goto("/beats/")
    with swapped(page, "results"):
        # Both within one task of the browser: no answer can come between them.
        page.evaluate("""() => {
          const sort = document.getElementById("sort");
          for (const order of ["price_asc", "popular"]) {
            sort.value = order;
            sort.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }""")
    expect(page).to_have_url(re.compile(r"/beats/\?sort=popular$"))
    assert cards(page) == wanted(shop, "popular")


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_the_filters_of_a_phone_stay_open_while_one_chooses(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/")
    tick = page.get_by_role("checkbox", name="Highlife")
    expect(tick).to_be_hidden()
    page.locator("#filters-switch summary").click()
    with swapped(page, "results"):
        tick.click()
    expect(tick).to_be_visible()
    expect(tick).to_be_checked()
    expect(page.locator("summary .badge")).to_have_text("1")


@pytest.mark.parametrize("address", ["/genres/2/", "/producers/5021/"])
def test_a_genre_and_a_producer_filter_their_own_beats(page: Page, shop: Sandbox, address: str) -> None:
    page.goto(address)
    path = page.evaluate("location.pathname")
    assert path != address, "the slug is part of the address"
    mark(page, *AROUND)
    with swapped(page, "results"):
        page.get_by_label("Sorted by").select_option("price_asc")
    expect(page).to_have_url(re.compile(rf"{path}\?sort=price_asc$"))
    assert all(stayed(page, *AROUND))
    prices = [float(text.strip("$")) for text in page.locator(".card-price").all_inner_texts() if "$" in text]
    assert prices == sorted(prices)
