"""What a phone keeps for when there is no connection: the shop's clothes and one page, and never a page of the shop."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import fixtures

from tests.browser.complaints import Complaints
from tests.sandbox import Sandbox
from tests.storefront.real_server import real_server

pytestmark = [pytest.mark.browser, pytest.mark.browser_context_args(service_workers="allow")]

KEPT = """async () => {
  const files = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) files.push(new URL(url).pathname);
  return files;
}"""
GONE = """async () => {
  while (await navigator.serviceWorker.getRegistration()) await new Promise((done) => setTimeout(done, 50));
}"""


@pytest.fixture(autouse=True)
def with_a_worker(api: Sandbox, settings: fixtures.Settings) -> None:
    settings.SERVICE_WORKER = True


def settle(page: Page) -> None:
    """Wait until the worker is at work."""
    page.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.state)")


def test_without_a_connection_there_is_a_page_that_says_so(
    page: Page, sandbox: Sandbox, tmp_path: Path, complaints: Complaints
) -> None:
    complaints.expect("ERR_CONNECTION_REFUSED")
    with real_server(sandbox, tmp_path, workers=1) as shop:
        page.goto(f"{shop.origin}/fr/beats/")
        settle(page)
        page.reload()
        assert [path for path in page.evaluate(KEPT) if "/js/site." in path], "what the page loaded is kept"
    page.goto(f"{shop.origin}/beats/1/")
    expect(page.get_by_role("heading", name="No connection", level=1)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(22, 18, 15)"
    expect(page.get_by_role("link", name="Try again").first).to_be_visible()


def test_no_page_of_the_shop_is_kept(page: Page, shop: Sandbox) -> None:
    for path in ("/beats/", "/", "/beats/253/"):
        page.goto(path)
        settle(page)
    kept = page.evaluate(KEPT)
    assert "/static/css/site.css" in kept
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline/"]


def test_switched_off_the_worker_leaves(page: Page, shop: Sandbox, settings: fixtures.Settings) -> None:
    page.goto("/beats/")
    settle(page)
    settings.SERVICE_WORKER = False
    page.goto("/beats/")
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found?.update())")
    page.evaluate(GONE)
    assert page.evaluate(KEPT) == []


def test_who_saves_data_keeps_nothing(open_context: Callable[..., BrowserContext], shop: Sandbox) -> None:
    context = open_context(service_workers="allow")
    context.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page = context.new_page()
    page.goto("/beats/", wait_until="load")
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.getRegistration().then((found) => !found)")
