"""The makers' page: every component in every state, and none of it for visitors."""

from playwright.sync_api import Page, expect
from pytest_django import fixtures

from tests.browser.complaints import Complaints
from tests.browser.test_accessibility import findings
from tests.sandbox import Sandbox


def test_it_shows_every_component(page: Page, shop: Sandbox, settings: fixtures.Settings) -> None:
    settings.DEBUG = True
    page.goto("/styleguide/")
    for part in (".card", ".tile", ".chip", ".filters-fields", ".pagination", ".empty", ".notice", ".cards-reel"):
        expect(page.locator(f"main {part}").first).to_be_attached()
    assert findings(page) == []


def test_visitors_never_see_it(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect("404")
    assert page.goto("/styleguide/").status == 404
