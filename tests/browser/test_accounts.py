"""An account in a real browser: the whole way with script and without, passkeys, and what is left after signing out."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from playwright.sync_api import BrowserContext, Page, Request, expect

from accounts.models import User
from tests.accounts.people import ALICE, PASSWORD, buyer, digits, mailed_code
from tests.browser.complaints import Complaints
from tests.browser.pages import ACCOUNT_PAGES, ENTRANCE_PAGES, STATUSES
from tests.browser.signing_in import heading, own_authenticator, press, prove, sign_in
from tests.browser.swaps import drawn, swapped
from tests.browser.test_accessibility import findings
from tests.browser.test_layout import PHONE, TOO_SMALL, TOUCH, assert_fits
from tests.sandbox import Sandbox


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_the_whole_way(open_context: Callable[..., BrowserContext], shop: Sandbox, script: bool) -> None:
    page = open_context(java_script_enabled=script).new_page()
    page.goto("/beats/")
    page.get_by_role("link", name="Sign in").click()
    heading(page, "Sign in")
    press(page, "Make one")
    page.get_by_label("E-mail address").fill("Alice@Example.com")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Make an account")
    heading(page, "Confirm your address")
    page.get_by_label("Code").fill(mailed_code())
    press(page, "Confirm")
    expect(page.locator("h1")).not_to_have_text("Confirm your address")
    page.goto("/account/")
    expect(page.locator("main dl")).to_contain_text(ALICE)
    page.goto("/account/2fa/")
    press(page, "Set up an app")
    prove(page)
    secret = page.get_by_label("Letters for the app").input_value()
    if script:  # else nothing in the page can be asked
        assert drawn(page.locator("main img"))
    page.get_by_label("Authenticator code").fill(digits(secret))
    press(page, "Set it up")
    heading(page, "Recovery codes")
    code = page.locator("main code").first.inner_text()
    page.locator(".account-nav").get_by_role("button", name="Sign out").click()
    sign_in(page)
    heading(page, "Second factor")
    page.get_by_label("Code").fill(code)
    press(page, "Sign in")
    heading(page, "Your account")
    expect(page.locator("main ol")).to_contain_text("Second factor added")
    page.get_by_role("link", name="Devices").click()
    expect(page.locator(".account-list li")).to_have_count(1)
    page.get_by_role("link", name="E-mail address").click()
    page.get_by_label("New address").fill("alice.new@example.com")
    press(page, "Change it")
    if page.locator("h1").inner_text() == "Is it you?":
        prove(page)
    heading(page, "Confirm your address")
    page.get_by_label("Code").fill(mailed_code())
    press(page, "Confirm")
    page.goto("/account/")
    expect(page.locator("main dl")).to_contain_text("alice.new@example.com")
    with page.expect_download() as download:
        press(page, "Download your data")
    assert download.value.suggested_filename.endswith(".json")
    press(page, "Delete the account")
    if page.locator("h1").inner_text() == "Is it you?":
        prove(page)
    press(page, "Go on to delete")
    press(page, "Delete it now")
    heading(page, "The account is deleted")
    assert not User.objects.exists()


def test_a_passkey_is_made_used_as_second_factor_and_alone(page: Page, shop: Sandbox) -> None:
    alice = buyer()
    own_authenticator(page)
    sign_in(page)
    page.goto("/account/2fa/webauthn/add/")
    prove(page)
    page.get_by_label("Name").fill("My phone")
    press(page, "Add it")
    expect(page.locator("main")).to_contain_text("The passkey is added.")
    assert alice.has_second_factor
    page.locator(".account-nav").get_by_role("button", name="Sign out").click()
    sign_in(page)
    heading(page, "Second factor")
    press(page, "Use a passkey")
    heading(page, "Your account")
    page.locator(".account-nav").get_by_role("button", name="Sign out").click()
    page.goto("/account/login/?next=/beats/")
    press(page, "Sign in with a passkey")
    expect(page).to_have_url(re.compile(r"//[^/]+/beats/$"))
    page.goto("/account/2fa/webauthn/")
    expect(page.locator(".account-list")).to_contain_text("My phone")


def test_a_refused_passkey_is_said_on_the_page(page: Page, shop: Sandbox) -> None:
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
    page.goto("/account/login/")
    press(page, "Sign in with a passkey")
    expect(page.get_by_role("alert").filter(has_text="The passkey was not used")).to_be_visible()


def test_nothing_private_is_left_after_signing_out(page: Page, shop: Sandbox) -> None:
    buyer()
    sign_in(page)
    heading(page, "Your account")
    page.goto("/account/sessions/")
    page.locator(".account-nav").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.go_back()
    heading(page, "Sign in")
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert ALICE not in kept
    assert "Devices" not in kept
    assert page.evaluate("document.cookie") == ""


def test_a_private_page_is_no_swap_and_leaves_no_copy(page: Page, shop: Sandbox) -> None:
    buyer()
    sign_in(page)
    heading(page, "Your account")
    page.get_by_label("Main").get_by_role("link", name="Beats").click()
    expect(page).to_have_url(re.compile(r"//[^/]+/beats/$"))
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    assert ALICE not in page.evaluate("JSON.stringify({...sessionStorage})")
    page.go_back()
    page.go_back()
    heading(page, "Your account")


def test_only_who_is_signed_in_costs_one_more_request(page: Page, shop: Sandbox) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/account/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.goto("/beats/")
    corner = page.locator("#corner")
    expect(corner).to_have_text("Sign in")
    page.wait_for_load_state("networkidle")
    assert asked == []
    buyer()
    sign_in(page)
    heading(page, "Your account")
    asked.clear()
    page.goto("/beats/")
    expect(corner).to_have_text("Account")
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    # One fragment, for all that is the visitor's own on the page.
    assert [urlsplit(address).path for address in asked] == ["/account/corner/"]


def test_signing_in_leads_back_to_the_page_one_was_on(page: Page, shop: Sandbox) -> None:
    buyer()
    page.goto("/")
    with swapped(page, "main"):
        page.get_by_label("Main").get_by_role("link", name="Genres").click()
    page.locator("#corner").click()
    page.get_by_label("E-mail address").fill(ALICE)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page).to_have_url(re.compile(r"//[^/]+/genres/$"))


@pytest.fixture
def inside(page: Page, shop: Sandbox) -> Page:
    """Alice's browser, just after she proved that it is she."""
    alice = buyer()
    sign_in(page)
    page.goto("/account/2fa/webauthn/add/")
    prove(page)
    heading(page, "Add a passkey")
    RecoveryCodes.activate(alice)
    return page


def test_nothing_is_found_at_the_entrance(page: Page, shop: Sandbox, complaints: Complaints) -> None:
    complaints.expect(*STATUSES)
    for name, address in ENTRANCE_PAGES.items():
        page.goto(address)
        assert findings(page) == [], name
    page.goto("/account/signup/")
    page.get_by_label("E-mail address").fill(ALICE)
    page.get_by_label("Password").fill("beatconnect 2026")
    press(page, "Make an account")
    expect(page.locator("[aria-invalid=true]")).to_have_accessible_description(re.compile("easy to guess"))
    assert findings(page) == [], "a password that is refused"


def test_nothing_is_found_inside(inside: Page) -> None:
    for name, address in ACCOUNT_PAGES.items():
        inside.goto(address)
        assert findings(inside) == [], name


def test_every_page_fits_its_window_and_the_finger(inside: Page) -> None:
    for name, address in ACCOUNT_PAGES.items():
        inside.goto(address)
        assert_fits(inside, 320, 768, 1280, 360)
        inside.set_viewport_size(PHONE)
        assert inside.evaluate(TOO_SMALL, TOUCH) == [], name
