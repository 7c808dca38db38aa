"""The list of a buyer's orders: theirs, newest first, a hundred for one call, and readable whatever the API does."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.records import OrderBook
from catalog.models.mirror import Beat
from tests.accounts.buyers import ORDERS, calls_of, connected, order_ids, orders_on, signed_in, tell
from tests.conftest import sweep_later
from tests.pages import assert_whole, links, read
from tests.sandbox import ALICE, BOB, CAROL, SHOP, Sandbox

AN_ORDER = {
    "id": "ord_1",
    "user_id": 9001,
    "amount": 30,
    "currency": "ZAR",
    "license_type": "Premium",
    "status": "completed",
    "created_at": "2026-01-02T03:04:05Z",
    "beat": {"id": 1, "title": "Bought"},
}


def truth(api: Sandbox, key: str) -> list[dict[str, Any]]:
    """Return all orders as the API tells them."""
    found: list[dict[str, Any]] = api.get("/v1/orders", key, limit=100).json()["data"]["orders"]
    return found


def items_of(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what an order is of, each with beat_id, title and license_type."""
    alone = order.get("beat", {})
    only = {"beat_id": alone.get("id"), "title": alone.get("title"), "license_type": order["license_type"]}
    return order.get("items") or [only]


def test_alice_sees_her_forty_orders_newest_first_for_one_call(shop: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    asked = calls_of(shop, ALICE)
    first, second = (assert_whole(client.get(f"{ORDERS}?page={number}")) for number in (1, 2))
    assert calls_of(shop, ALICE) == asked + 1
    assert order_ids(first) + order_ids(second) == [order["id"] for order in truth(shop, ALICE)]
    assert len(orders_on(first)) == 24
    assert client.get(f"{ORDERS}?page=3").status_code == 404


def test_each_order_tells_its_beats_licence_amount_date_and_status(shop: Sandbox, alice: User) -> None:
    page = read(connected(alice, ALICE).get(ORDERS))
    for shown, told in zip(orders_on(page), truth(shop, ALICE), strict=False):
        assert shown.the("span", class_=f"status-{told['status']}").text == str(told["status"]).capitalize()
        assert f"${told['amount']:,.2f}" in shown.text
        assert str(told["created_at"])[:10] == shown.the("time")["datetime"][:10]
        items = items_of(told)
        lines = shown.all("div", class_="order-line")
        assert [line["data-beat"] for line in lines] == [str(item["beat_id"]) for item in items]
        for line, item in zip(lines, items, strict=True):
            beat = Beat.objects.get(pk=item["beat_id"])
            assert item["title"] in line.text
            assert f"{item['license_type']} licence" in line.text
            assert line.the("button", data_play=True)["data-src"] == beat.audio_url
            assert beat.url in links(line)


@pytest.mark.parametrize("shape", ["reference", "explorer", "bare"])
def test_the_list_is_the_same_in_every_shape(api: Sandbox, alice: User, shape: str) -> None:
    expected = [order["id"] for order in truth(api, BOB)]
    api.shape(shape)
    client = connected_in(shape, alice)
    page = read(client.get(ORDERS))
    assert order_ids(page) == expected
    client.get(ORDERS)
    assert OrderBook.objects.get().swept_at


def connected_in(shape: str, user: User) -> Client:
    client = signed_in(user)
    told = read(client.post("/account/beatconnect/", {"do": "connect", "key": BOB}, follow=True)).text
    assert ("Your orders are connected." if shape == "bare" else "3 orders of yours") in told
    return client


def test_tabs_count_what_is_in_them_and_show_it(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    told = truth(api, ALICE)
    page = read(client.get(ORDERS))
    numbers = {kind: sum(order["status"] == kind for order in told) for kind in ("completed", "pending", "failed")}
    tabs = [tab.text for tab in page.the("nav", class_="order-tabs").all("a")]
    assert tabs == ["All 40", *(f"{kind.capitalize()} {number}" for kind, number in numbers.items())]
    for kind, number in numbers.items():
        page = read(client.get(f"{ORDERS}?status={kind}"))
        assert order_ids(page) == [order["id"] for order in told if order["status"] == kind][:24]
        assert (
            page.the("nav", class_="order-tabs").the("a", aria_current="page").text == f"{kind.capitalize()} {number}"
        )


@pytest.mark.parametrize(
    "query",
    ["?status=", "?status=COMPLETED", "?status=%00", "?status=x&status=y", "?page=0", "?page=-1", "?page=", "?page=٣"],
)
def test_what_can_not_be_understood_shows_the_first_page_of_all(api: Sandbox, alice: User, query: str) -> None:
    client = connected(alice, ALICE)
    assert order_ids(read(client.get(ORDERS + query))) == order_ids(read(client.get(ORDERS)))


@pytest.mark.parametrize("page", ["99", "9" * 19, "9" * 30, "9" * 5000])
def test_a_page_beyond_the_end_is_a_404_that_shows_the_way_back(api: Sandbox, alice: User, page: str) -> None:
    response = connected(alice, ALICE).get(f"{ORDERS}?page={page}")
    assert response.status_code == 404
    assert ORDERS in links(read(response))


def test_whoever_has_no_orders_or_no_key_is_shown_the_way_on(api: Sandbox, alice: User, bob: User) -> None:
    page = read(connected(alice, CAROL).get(ORDERS))
    assert "No orders yet" in page.text
    assert "/beats/" in links(page)
    page = read(signed_in(bob).get(ORDERS))
    assert "/account/beatconnect/" in links(page)


def test_an_amount_is_shown_in_its_own_currency_whatever_that_is(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    amounts = {
        "ZAR": "ZAR30.50",
        "NGN": "NGN30.50",
        "EUR": "€30.50",
        "XYZ": "XYZ30.50",
        "<B>": "<B>30.50",
        None: "30.50",
    }
    tell(api, [{**AN_ORDER, "id": f"o{n}", "amount": 30.5, "currency": code} for n, code in enumerate(amounts)])
    shown = [
        order.the("p", class_="order-total").text.replace("\xa0", "") for order in orders_on(read(client.get(ORDERS)))
    ]
    assert shown == list(amounts.values())


def test_a_beat_that_the_mirror_has_not_is_readable_and_one_no_longer_sold_too(shop: Sandbox, alice: User) -> None:
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")
    client = connected(alice, ALICE)
    items = [
        {"beat_id": 99999, "title": "Elsewhere"},
        {"beat_id": 7, "title": "Gone"},
        {"beat_id": 1},
        {"title": "No id"},
    ]
    tell(shop, [{**AN_ORDER, "items": [*items, {"beat_id": 88888}]}])
    lines = read(client.get(ORDERS)).all("div", class_="order-line")
    assert [bool(line.all("button")) for line in lines] == [False, False, True, False, False]
    assert "not in this shop" in lines[0].text
    assert "no longer sold" in lines[1].text
    assert Beat.objects.get(pk=1).title in lines[2].text
    assert "Beat #88888" in lines[4].text
    assert not lines[1].all("a")


ODD: list[dict[str, object]] = [
    {},
    {"amount": None, "currency": None, "status": None, "created_at": None, "license_type": None, "beat": None},
    {"amount": "a lot", "currency": 5, "status": {"x": 1}, "created_at": "0000-00-00", "license_type": [], "beat": "x"},
    {"amount": -1, "created_at": 1e300, "items": "none", "status": "on its way"},
    {"amount": 1e12, "items": [None, 5, {}, {"beat_id": -1, "price": "NaN"}], "surprise": {"deep": [1]}},
    {"title": "<script>alert(1)</script>", "status": "<b>", "currency": "<i>", "license_type": "<img src=x>"},
    {"title": "\u202eback", "status": "x" * 5000, "license_type": "y" * 5000},
    {"items": [{"beat_id": n, "title": "z" * 400} for n in range(1, 300)]},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_unknown_missing_and_wild_fields_never_break_a_page(api: Sandbox, alice: User, odd: dict[str, object]) -> None:
    client = connected(alice, ALICE)
    tell(api, [{"id": "odd"} | odd, AN_ORDER])
    page = assert_whole(client.get(ORDERS))
    assert {"odd", "ord_1"} == set(order_ids(page))
    assert not page.all("img", src="x")
    assert "alert(1)" not in [script.text for script in page.all("script")]
    assert_whole(client.get("/orders/odd/"))
    assert client.get("/orders/export.csv", follow=True).status_code == 200


@pytest.mark.parametrize("bad", ["", "a b", "../x", "x" * 65, None, {}, "ord.1", 1.5])
def test_an_order_without_a_usable_id_is_counted_and_hides_no_other(api: Sandbox, alice: User, bad: object) -> None:
    client = connected(alice, ALICE)
    tell(api, [{**AN_ORDER, "id": bad}, AN_ORDER])
    page = read(client.get(ORDERS))
    assert order_ids(page) == ["ord_1"]
    assert "1 order came in a form that this shop can't read." in page.text


def test_queries_do_not_grow_with_the_list(shop: Sandbox, alice: User, bob: User) -> None:
    numbers = []
    for user, key in ((bob, BOB), (alice, ALICE)):
        client = connected(user, key)
        client.get(ORDERS)
        with CaptureQueriesContext(connection) as queries:
            client.get(ORDERS)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_the_sweep_never_spends_a_buyers_call(shop: Sandbox, alice: User) -> None:
    connected(alice, ALICE).get(ORDERS)
    asked = calls_of(shop, ALICE)
    sweep_later(shop)
    assert calls_of(shop, ALICE) == asked
    assert set(shop.stats()["by_key"]) == {ALICE, SHOP}
