"""Keeping beats in a real browser: as a stranger, into an account, and what becomes of it; with and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.favourites.rows import Favourite
from catalog.models.mirror import Beat
from tests.accounts.people import buyer
from tests.browser.complaints import Complaints
from tests.browser.signing_in import sign_in
from tests.browser.test_accessibility import findings
from tests.sandbox import Sandbox

LIST = "/favourites/"


def heart(page: Page, beat: int) -> Locator:
    return page.locator(f"main .card[data-beat='{beat}'] .keep").first


def test_the_whole_journey(page: Page, shop: Sandbox) -> None:
    buyer()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/corner/" in request.url else None)
    page.goto("/beats/")
    expect(heart(page, 253)).to_have_attribute("aria-pressed", "false")
    assert asked == []  # nothing is private yet
    # By keyboard, and by its spoken name.
    name = page.locator("main .card[data-beat='253'] h3").inner_text()
    page.get_by_role("button", name=f"Keep {name}", exact=True, pressed=False).press("Enter")
    expect(page.get_by_role("button", name=f"Keep {name}", exact=True, pressed=True)).to_be_focused()
    heart(page, 252).click()
    # A swap and the way back: the hearts are there again, by one question each.
    page.locator(".kept").click()
    expect(page.locator("h1")).to_have_text("Your favourites")
    expect(heart(page, 252)).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(heart(page, 253)).to_have_attribute("aria-pressed", "true")
    asked.clear()
    page.reload()
    expect(heart(page, 252)).to_have_attribute("aria-pressed", "true")
    assert len(asked) == 1
    other = page.context.new_page()
    other.goto("/beats/253/")
    expect(heart(other, 253)).to_have_attribute("aria-pressed", "true")
    other.close()
    sign_in(page)
    expect(page.locator("h1")).to_have_text("Your account")
    assert Favourite.objects.filter(list__owner__isnull=False).count() == 2
    Beat.objects.filter(pk=253).update(price="1.00")
    page.goto(LIST)
    expect(page.locator(".favourites-news li")).to_contain_text("now $1.00, was")
    heart(page, 253).click()
    expect(heart(page, 253)).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.locator(".cards .card")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Table (CSV)").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.goto("/account/logout/")
    page.locator(".account-page").get_by_role("button", name="Sign out").click()
    page.goto("/beats/")
    expect(heart(page, 252)).to_have_attribute("aria-pressed", "false")


def test_a_heart_that_could_not_be_told_says_so(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect("404", "ERR_INTERNET_DISCONNECTED")
    page.goto("/beats/")
    page.context.set_offline(True)
    heart(page, 253).click()
    expect(page.locator("#notice")).to_contain_text("did not load")
    expect(heart(page, 253)).to_have_attribute("aria-pressed", "false")
    page.context.set_offline(False)
    Beat.objects.filter(pk=252).update(gone_at="2026-01-01T00:00Z")
    heart(page, 252).click()
    expect(heart(page, 252)).to_have_attribute("aria-pressed", "false")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_script(page: Page, shop: Sandbox) -> None:
    page.goto("/beats/?sort=price_asc")
    first = page.locator("main .keep").first
    assert first.get_attribute("aria-pressed") is None
    first.click()
    expect(page.locator("#keep")).to_be_visible()
    assert "/beats/?sort=price_asc" in page.url
    page.locator("#keep a").click()
    expect(page.locator(".cards .card")).to_have_count(1)
    page.locator("main .keep").click()
    expect(page.locator("main")).to_contain_text("Nothing kept yet")


def test_nothing_is_found_on_the_list(
    open_context: Callable[..., BrowserContext], shop: Sandbox, base_url: str
) -> None:
    page = open_context().new_page()
    page.goto(LIST)
    assert findings(page, widths=[360]) == []
    page.goto("/beats/")
    for beat in (253, 252, 251):
        with page.expect_response("**/favourites/**"):
            heart(page, beat).click()
    page.goto(LIST)
    Beat.objects.filter(pk=253).update(gone_at="2026-01-01T00:00Z")
    Beat.objects.filter(pk=252).update(price="1.00")
    page.reload()
    expect(page.locator(".favourites-news li")).to_have_count(2)
    assert findings(page) == []
