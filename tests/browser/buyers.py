"""Signing somebody in and out, in a real browser."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User

KEY_PAGE, ORDERS = "/account/beatconnect/", "/orders/"


def sign_in(context: BrowserContext, base_url: str, user: User) -> None:
    """Give a browser the cookies of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    # The second is readable, and tells scripts only that asking is worth it.
    for name, value in ((settings.SESSION_COOKIE_NAME, session), ("signed_in", "1")):
        context.add_cookies([{"name": name, "value": value, "url": base_url}])


def connect(page: Page, key: str) -> None:
    """Paste a key, and wait until it is connected."""
    page.goto(KEY_PAGE)
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("status").first).to_contain_text("The key works")


def sign_out(page: Page) -> None:
    """Sign out by the button on the account's own page."""
    page.goto("/account/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.locator("#corner")).to_have_text("Sign in")
