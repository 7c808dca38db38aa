"""What people do in a browser to get into their account."""

from playwright.sync_api import Page, expect

from tests.accounts.people import ALICE, PASSWORD

# A phone or computer that makes passkeys, and whose owner always puts the finger on it.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def press(page: Page, name: str) -> None:
    """Press a button or follow a link of the page itself."""
    page.locator("main").get_by_role("button", name=name, exact=True).or_(
        page.locator("main").get_by_role("link", name=name, exact=True)
    ).first.click()


def heading(page: Page, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)


def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Sign in as Alice, as far as the password takes her."""
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(ALICE)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def prove(page: Page) -> None:
    """Answer "Is it you?"."""
    heading(page, "Is it you?")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")


def own_authenticator(page: Page) -> None:
    """Give the tab's device the means to keep passkeys."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
