"""A buyer's rows are locked in one order: orders that come and what the buyer does wait for each other, no more."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from accounts.records import Order, OrderBook
from tests.accounts.buyers import KEY_PAGE, ORDERS, connected
from tests.accounts.people import buyer, prove
from tests.sandbox import ALICE, Sandbox

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock, which nobody waits for twice"),
]
ACTS = {
    "remove the key": (KEY_PAGE, {"do": "remove"}),
    "replace the key": (KEY_PAGE, {"do": "connect", "key": ALICE}),
    "delete the account": ("/account/delete/now/", {}),
}


def until(came: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not came():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def waiting() -> int:
    """Return how many connections to this database wait for a lock."""
    with connection.cursor() as cursor:
        # Else a transaction sees what it saw when it looked first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("act", ACTS)
def test_what_a_buyer_does_while_orders_come_is_done(shop: Sandbox, act: str) -> None:
    alice = buyer()
    client = connected(alice, ALICE)
    prove(client)
    client.post("/account/delete/")
    shop.fault("latency", path="/v1/orders", seconds=1, times=1)
    address, form = ACTS[act]

    def at_once(send: Callable[[], int]) -> int:
        try:
            return send()
        finally:
            connection.close()

    def browser() -> Client:
        other = Client()
        other.cookies = client.cookies
        return other

    with ThreadPoolExecutor(2) as tabs:
        looks = tabs.submit(at_once, lambda: browser().get(ORDERS).status_code)
        until(OrderBook.objects.exclude(claimed_until=None).exists)
        with transaction.atomic():
            # The answer comes, and can't be kept yet; meanwhile the buyer acts.
            OrderBook.objects.select_for_update().get()
            until(lambda: waiting() == 1)
            acts = tabs.submit(at_once, lambda: browser().post(address, form).status_code)
            until(lambda: waiting() == 2)
        assert (looks.result(), acts.result()) == (200, 302)
    assert User.objects.exists() == (act != "delete the account")
    assert Order.objects.exists() == (act == "replace the key")
