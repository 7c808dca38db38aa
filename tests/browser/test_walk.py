"""One walk through every kind of page, with music: nothing complains, nothing breaks off, nobody loses their place.

What the browser complains about (the console, uncaught errors, breaches of the policy) fails any test of this folder;
this one sees to it that every kind of page is come to by a link as well, with the bar and the queue open beside it.
"""

from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.browser.listening import assert_goes_on, listen, play
from tests.browser.pages import PAGES, STATUSES
from tests.browser.swaps import back, click_to, swapped
from tests.sandbox import Sandbox


def test_every_kind_of_page_is_walked_through_without_a_complaint(
    sized_page: Page, varied: Sandbox, complaints: Complaints
) -> None:
    page = sized_page
    complaints.expect(*STATUSES)
    page.goto("/beats/253/")
    play(page, page.locator(".play-large"))
    page.evaluate("audio.loop = true")
    page.evaluate("showPanel('queue')")
    listen(page)
    for name, address in PAGES.items():
        with swapped(page, "main"):
            click_to(page, address)
        expect(page.locator("main h1")).to_be_focused()
        assert page.locator("h1, main").count() == 2, name
        assert page.title().endswith(" – BeatConnect Beats"), name
    for _ in range(3):
        back(page)
    assert_goes_on(page, 0)
    expect(page.locator("#queue")).to_be_visible()


def test_that_a_breach_and_an_error_would_be_heard(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    page.goto("/")
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://example.org/a.png' }))")
    page.evaluate("console.error('a slip')")
    complaints.hear_out(page.context)
    heard = "\n".join(complaints.all)
    assert "policy: img-src forbids" in heard
    assert "a slip" in heard
    complaints.all.clear()
