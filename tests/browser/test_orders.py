"""A buyer's way: connect a key, see the orders, read and print a receipt, take all along, sign out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from accounts.records import BeatConnectKey, Order, OrderBook, OrderLine
from tests.browser.buyers import KEY_PAGE, ORDERS, connect, sign_in, sign_out
from tests.browser.complaints import Complaints
from tests.browser.test_accessibility import findings
from tests.sandbox import ALICE, BOB, CAROL, Sandbox

TOUCH = 44  # px
TARGETS = ".button, .order-tabs a, .order-receipt, [data-play], .orders-foot a, .takeaway a, input:not([type=hidden])"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_whole_way(
    open_context: Callable[..., BrowserContext], shop: Sandbox, alice: User, base_url: str, script: bool, tmp_path: Path
) -> None:
    context = open_context(java_script_enabled=script, accept_downloads=True)
    sign_in(context, base_url, alice)
    page = context.new_page()
    page.goto(ORDERS)
    page.get_by_role("link", name="Connect", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your BeatConnect key")
    page.get_by_label("API key").fill("bca_test_nobody")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("BeatConnect does not know this key")
    expect(page.get_by_label("API key")).to_have_value("")
    page.get_by_label("API key").fill(f" {ALICE} ")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.locator(".message")).to_have_text("The key works. BeatConnect knows of 40 orders of yours.")
    page.locator("main").get_by_role("link", name="Your orders").click()
    expect(page.locator(".order")).to_have_count(24)
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".order")).to_have_count(16)
    page.get_by_role("link", name="Pending").click()
    expect(page.locator(".order .status-word").first).to_have_text("Pending")
    expect(page.locator(".order .status-completed")).to_have_count(0)
    page.get_by_role("link", name="Completed").click()
    expect(page.locator(".order .status-pending")).to_have_count(0)
    page.locator(".order-receipt").first.click()
    order = Order.objects.filter(user=alice, kind="completed").order_by("-placed_at")[0]
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {order.order_id}")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible(visible=script)
    page.locator(".kicker").get_by_role("link", name="Your orders").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as a table").click()
    table = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(table) == 1 + OrderLine.objects.filter(order__user=alice).count()
    sign_out(page)
    # The account, the list and the receipt: none from a cache, the browser asks again and is led to sign in.
    for _ in range(3):
        page.go_back()
        expect(page.locator("h1")).to_have_text("Sign in")
        shown = page.locator("body").inner_text()
        assert "alice@example.com" not in shown
        assert order.order_id not in shown


def test_a_printed_receipt_is_the_receipt_alone(signed_in: Page, shop: Sandbox, alice: User) -> None:
    page = signed_in
    connect(page, ALICE)
    page.goto(ORDERS)
    page.goto(f"/orders/{Order.objects.filter(kind='completed')[0].order_id}/")
    page.emulate_media(media="print")
    for shown in ("h1", ".receipt-total", ".order-line .cover", ".receipt-note"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (
        ".site-nav",
        ".receipt-actions",
        ".private .kicker",
        ".play",
        ".languages",
        "#player",
        ".search-link",
    ):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(0, 0, 0)"
    assert page.locator(".receipt").evaluate("box => getComputedStyle(box).borderTopWidth") == "0px"


def test_the_print_button_prints(signed_in: Page, shop: Sandbox) -> None:
    page = signed_in
    page.add_init_script("window.printed = 0; window.print = () => (window.printed += 1)")
    connect(page, BOB)
    page.goto(ORDERS)
    page.locator(".order-receipt").first.click()
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("printed") == 1


def test_beats_that_are_owned_say_so_and_the_browser_keeps_nothing_of_it(
    signed_in: Page, shop: Sandbox, alice: User
) -> None:
    page = signed_in
    connect(page, ALICE)
    page.goto(ORDERS)
    owned = OrderLine.objects.filter(order__kind="completed").values_list("beat_id", flat=True)[0]
    page.goto(f"/beats/{owned}/")
    mark = page.locator(".beat .owned")
    expect(mark).to_have_text("You own this")
    page.locator(".site-nav").get_by_role("link", name="Beats").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beats")
    kept = page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")
    assert "own this" not in kept
    assert "alice@example.com" not in kept
    page.go_back()
    expect(mark).to_have_text("You own this")
    mark.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order")
    page.locator(".site-nav").get_by_role("link", name="Beats").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beats")
    assert "alice@example.com" not in page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")
    # It comes when the list stands already, and moves none of it.
    card = page.locator("main .card[data-beat]").first
    OrderLine.objects.filter(beat_id=owned).update(beat_id=card.get_attribute("data-beat"))
    page.reload()
    expect(card.locator(".owned")).to_have_text("You own this")
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        without = "card => { const mark = card.querySelector('.owned'); mark.style.display = 'none';"
        without += " const high = card.offsetHeight; mark.style.display = ''; return high; }"
        assert card.evaluate(without) == card.evaluate("card => card.offsetHeight"), width


def test_what_the_browser_itself_kept_is_looked_at_anew(signed_in: Page, shop: Sandbox) -> None:
    public = signed_in
    connect(public, ALICE)
    public.goto(ORDERS)
    owned = OrderLine.objects.filter(order__kind="completed").values_list("beat_id", flat=True)[0]
    public.goto(f"/beats/{owned}/")
    expect(public.locator(".beat .owned")).to_be_visible()
    private = public.context.new_page()
    private.goto(ORDERS)
    expect(private.locator(".order")).not_to_have_count(0)
    sign_out(public.context.new_page())
    # Only a browser that is watched less keeps pages whole: the event is what it would send.
    for tab in (public, private):
        tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(public.locator(".owned")).to_have_count(0)
    expect(private.locator("h1")).to_have_text("Sign in")


def test_who_has_not_signed_in_asks_for_nothing_private(page: Page, shop: Sandbox) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/beats/")
    expect(page.locator("main .card")).not_to_have_count(0)
    page.wait_for_timeout(200)
    assert not [url for url in asked if "owned" in url or "/orders/" in url]


def test_an_ended_session_costs_one_quiet_request(page: Page, shop: Sandbox, base_url: str) -> None:
    page.context.add_cookies([{"name": "signed_in", "value": "1", "url": base_url}])
    with page.expect_response("**/account/corner/*"):
        page.goto("/beats/")
    expect(page.locator(".owned")).to_have_count(0)


def test_orders_on_their_way_in_another_tab_come_by_themselves(signed_in: Page, shop: Sandbox, alice: User) -> None:
    page = signed_in
    connect(page, BOB)
    OrderBook.objects.update(claimed_until="2999-01-01T00:00Z")
    page.goto(ORDERS)
    expect(page.get_by_text("on their way from BeatConnect")).to_be_visible()
    OrderBook.objects.update(claimed_until=None)
    expect(page.locator(".order")).to_have_count(3, timeout=15_000)


def test_nothing_is_found_on_any_of_the_pages(signed_in: Page, shop: Sandbox, complaints: Complaints) -> None:
    page = signed_in
    found = []

    def look(address: str) -> None:
        page.emulate_media(color_scheme="dark")
        page.goto(address)
        found.extend(f"{address}: {finding}" for finding in findings(page))

    for address in (KEY_PAGE, ORDERS):
        look(address)
    connect(page, ALICE)
    page.goto(ORDERS)
    receipt = f"/orders/{Order.objects.filter(kind='completed')[0].order_id}/"
    for address in (KEY_PAGE, ORDERS, f"{ORDERS}?status=failed", receipt, "/orders/export.csv/progress/"):
        look(address)
    # A gap in the history, and BeatConnect out of reach.
    OrderBook.objects.update(swept_at=None, total=900, trouble="unreachable", tried_at="2999-01-01T00:00Z")
    OrderBook.objects.update(retry_at="2999-01-01T00:00Z", unreadable=2)
    for address in (ORDERS, "/orders/export.csv/progress/"):
        look(address)
    BeatConnectKey.objects.update(stopped_at="2026-01-01T00:00Z", stopped_why="unauthorized")
    for address in (ORDERS, KEY_PAGE):
        look(address)
    connect(page, CAROL)
    look(ORDERS)
    assert found == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_cut_off_and_all_can_be_touched(signed_in: Page, shop: Sandbox, width: int) -> None:
    page = signed_in
    connect(page, ALICE)
    page.goto(ORDERS)
    Order.objects.update(currency="LONGCODE", amount="99999999.99", status="w" * 40, kind="other", licence="L" * 100)
    OrderLine.objects.update(title="W" * 300, licence="M" * 100, price="99999999.99")
    OrderBook.objects.update(swept_at="2998-01-01T00:00Z", fetched_at="2998-01-01T00:00Z")
    receipt = f"/orders/{Order.objects.all()[0].order_id}/"
    page.set_viewport_size({"width": width, "height": 800})
    for address in (KEY_PAGE, ORDERS, receipt, "/orders/export.csv/progress/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        targets = page.locator("main").locator(TARGETS)
        small = targets.evaluate_all(
            f"""all => all.filter(e => e.offsetParent && (e.offsetHeight < {TOUCH} || e.offsetWidth < {TOUCH}))
                .map(e => e.outerHTML)"""
        )
        assert small == [], address
