"""All orders as a table: everything, safe in a spreadsheet, and honest about what is still to come."""

import csv
import io
import json
from typing import Any

import pytest
from django.http import HttpResponse

from accounts.models import User
from accounts.records import Order, OrderBook, OrderLine
from catalog.models.ledger import ApiCall
from tests.accounts.buyers import ORDERS, calls_of, connected, pass_time, signed_in, tell
from tests.accounts.test_orders_page import AN_ORDER, items_of, truth
from tests.pages import assert_whole, links, read
from tests.sandbox import ALICE, BOB, CAROL, STANDARD_LIMITS, Sandbox

EXPORT, PROGRESS = "/orders/export.csv", "/orders/export.csv/progress/"


def rows_of(response: HttpResponse) -> list[dict[str, str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="orders-')
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_table_holds_every_beat_of_every_order(api: Sandbox, alice: User) -> None:
    rows = rows_of(connected(alice, ALICE).get(EXPORT))
    told = truth(api, ALICE)
    assert [(row["order"], row["beat_id"], row["beat"], row["license"]) for row in rows] == [
        (order["id"], str(item["beat_id"]), item["title"], item["license_type"])
        for order in told
        for item in items_of(order)
    ]
    totals = [row["order_total"] for row in rows if row["order_total"]]
    assert totals == [f"{order['amount']:.2f}" for order in told]
    assert sum(float(row["price"]) for row in rows) == pytest.approx(sum(order["amount"] for order in told))
    assert {row["currency"] for row in rows} == {"USD"}
    assert all(row["page"] == f"http://127.0.0.1:8000/orders/{row['order']}/" for row in rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝", "\r="])
def test_nothing_in_it_is_run_by_a_spreadsheet(api: Sandbox, alice: User, start: str) -> None:
    client = connected(alice, ALICE)
    evil = f'{start}HYPERLINK("https://evil.example")'
    wild = {"id": "-1", "currency": evil, "license_type": evil, "status": evil}
    tell(api, [{**AN_ORDER, **wild, "items": [{"beat_id": 1, "title": evil, "license_type": evil}]}])
    for row in rows_of(client.get(EXPORT)):
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")), cell


def test_whoever_has_nothing_gets_an_empty_table_or_the_way_to_connect(api: Sandbox, alice: User, bob: User) -> None:
    assert rows_of(connected(alice, CAROL).get(EXPORT)) == []
    assert signed_in(bob).get(EXPORT)["Location"] == ORDERS


class LongHistory:
    """An API with so many orders, told a hundred a page: more than a key may ask for in a minute."""

    def __init__(self, api: Sandbox, number: int) -> None:
        self.api, self.number, self.pages = api, number, -(-number // 100)

    def page(self, number: int) -> list[dict[str, Any]]:
        wanted = range((number - 1) * 100, min(number * 100, self.number))
        return [{**AN_ORDER, "id": f"o{n}", "created_at": f"2026-01-01T{n // 3600:02}:00:00Z"} for n in wanted]

    def serve(self, first: int, last: int) -> None:
        """Answer the next calls with these pages, in this order."""
        self.api.clear_faults()
        for number in range(first, last + 1):
            place = {"total": self.number, "per_page": 100, "current_page": number, "last_page": self.pages}
            self.tell_once(self.page(number), place)

    def tell_once(self, orders: list[dict[str, Any]], place: dict[str, int]) -> None:
        body = json.dumps({"status": "success", "data": {"orders": orders, "pagination": place}})
        self.api.fault("raw", path="/v1/orders", body=body, times=1)


def test_a_long_history_is_fetched_within_the_quota_and_says_how_far_it_is(api: Sandbox, alice: User) -> None:
    history = LongHistory(api, 1_250)
    client = connected(alice, ALICE)
    history.serve(1, 8)
    asked = calls_of(api, ALICE)
    response = client.get(EXPORT)
    assert (response.status_code, response["Location"]) == (302, PROGRESS)
    # Nine calls a minute, of which the check was one: the tenth stays unused.
    assert calls_of(api, ALICE) == asked + 8
    page = assert_whole(client.get(PROGRESS))
    assert calls_of(api, ALICE) == asked + 8
    assert "800 of 1,250 orders are here." in page.text
    assert "BeatConnect allows so many calls a minute; the next at" in page.text
    assert page.the("progress")["value"] == "800"
    assert page.the("p", data_retry_after=True)
    assert f"{EXPORT}?partial=1" in links(page)
    # What is there can be had at once, under a name that says so.
    partial = client.get(f"{EXPORT}?partial=1")
    assert len(rows_of(partial)) == 800
    assert "-800-of-1250.csv" in partial["Content-Disposition"]
    assert "800 of 1,250 orders are here." in read(client.get(ORDERS)).text
    # A minute later it goes on by itself.
    api.limits(STANDARD_LIMITS)
    ApiCall.objects.all().delete()
    OrderBook.objects.update(retry_at=None, trouble="")
    history.serve(9, 13)
    assert "1250 orders are here: those are all." in read(client.get(PROGRESS)).text.replace(",", "")
    assert len(rows_of(client.get(EXPORT))) == 1_250
    assert Order.objects.count() == 1_250


def test_a_history_that_is_whole_costs_one_call_a_look_and_is_gone_through_again_once_a_day(
    api: Sandbox, alice: User
) -> None:
    history = LongHistory(api, 250)
    client = connected(alice, ALICE)
    history.serve(1, 3)
    client.get(EXPORT)
    assert OrderBook.objects.get().swept_at
    pass_time(alice, minutes=5)
    asked = calls_of(api, ALICE)
    history.serve(1, 1)
    client.get(EXPORT)
    client.get(ORDERS)
    assert calls_of(api, ALICE) == asked + 1
    pass_time(alice, days=2)
    history.serve(1, 3)
    client.get(EXPORT)
    assert calls_of(api, ALICE) == asked + 4


def test_orders_that_fill_more_than_a_page_since_the_last_look_leave_no_gap(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    old, new = LongHistory(api, 100), LongHistory(api, 350)
    place = {"total": 100, "per_page": 100, "current_page": 1, "last_page": 1}
    old.tell_once([{**order, "id": f"old{n}"} for n, order in enumerate(old.page(1))], place)
    client.get(ORDERS)
    assert OrderBook.objects.get().swept_at
    pass_time(alice, minutes=5)
    new.serve(1, 4)
    client.get(EXPORT)
    assert Order.objects.count() == 450
    assert OrderBook.objects.get().swept_at


def test_an_api_that_gives_the_same_page_for_ever_is_not_asked_for_ever(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    tell(api, LongHistory(api, 100).page(1))
    asked = calls_of(api, ALICE)
    assert len(rows_of(client.get(EXPORT))) == 100
    assert calls_of(api, ALICE) == asked + 2


def test_a_dead_api_leaves_what_is_there_to_be_exported(api: Sandbox, alice: User) -> None:
    told = truth(api, BOB)
    client = connected(alice, BOB)
    client.get(ORDERS)
    pass_time(alice, hours=5)
    api.fault("reset", path="/v1/orders")
    assert {row["order"] for row in rows_of(client.get(EXPORT))} == {order["id"] for order in told}


def test_all_that_is_kept_holds_each_line_of_each_order(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    client.get(ORDERS)
    told = client.post("/account/export.json").json()
    assert told["beatconnect"]["buyer_id"] == OrderBook.objects.get().buyer_id is not None
    lines = [(order["order"], *beat.values()) for order in told["orders"] for beat in order["beats"]]
    kept = OrderLine.objects.order_by("order", "number")
    columns = kept.values_list("order__order_id", "beat_id", "title", "licence", "price")
    assert lines == [(*facts, price and str(price)) for *facts, price in columns]
    assert any(price for *_, price in lines)
