"""A key that takes another one's place, or goes: whose orders stay, and what leaves with it."""

from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.records import BeatConnectKey, Order, OrderBook
from catalog.models.ledger import ApiCall
from tests.accounts.buyers import KEY_PAGE, ORDERS, calls_of, connected, order_ids, paste, tell
from tests.accounts.people import prove, sign_in
from tests.pages import read
from tests.sandbox import ALICE, BOB, Sandbox


def test_a_key_is_replaced_and_the_orders_of_another_account_go_with_the_old_one(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    of_alice = order_ids(read(client.get(ORDERS)))
    assert len(of_alice) == 24
    assert "3 orders" in read(paste(client, BOB)).text
    of_bob = order_ids(read(client.get(ORDERS)))
    assert len(of_bob) == 3
    assert not set(of_alice) & set(of_bob)
    assert client.get(f"/orders/{of_alice[0]}/").status_code == 404
    assert BeatConnectKey.objects.get().last4 == "_bob"


def test_a_new_key_of_the_same_account_keeps_what_was_seen(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    client.get(ORDERS)
    paste(client, ALICE)
    assert Order.objects.filter(user=alice).count() == 40


def test_the_same_key_pasted_again_keeps_what_was_seen_however_much_was_bought_since(api: Sandbox, alice: User) -> None:
    # No order says whose it is, and the newest one was never seen here.
    tell(api, [{"id": "ord_1", "created_at": "2026-01-02T03:04:05Z"}])
    client = connected(alice, ALICE)
    client.get(ORDERS)
    tell(api, [{"id": "ord_2", "created_at": "2026-01-03T03:04:05Z"}])
    assert "The key works" in read(paste(client, ALICE)).text
    assert Order.objects.get(user=alice).order_id == "ord_1"
    assert order_ids(read(client.get(ORDERS))) == ["ord_2", "ord_1"]


def test_a_wrong_key_leaves_the_working_one_alone(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    before = BeatConnectKey.objects.values().get()
    assert "does not know this key" in read(paste(client, "bca_test_nobody")).text
    assert BeatConnectKey.objects.values().get() == before


def test_removing_takes_the_key_and_what_it_brought_and_asks_nobody(api: Sandbox, alice: User, bob: User) -> None:
    connected(bob, BOB).get(ORDERS)
    client = connected(alice, ALICE)
    client.get(ORDERS)
    asked = api.asked
    response = client.post(KEY_PAGE, {"do": "remove"}, follow=True)
    assert "The key is removed" in read(response).text
    for model in (BeatConnectKey, OrderBook, Order):
        assert set(model.objects.values_list("user", flat=True)) == {bob.pk}
    assert "Connect your BeatConnect key" in read(client.get(ORDERS)).text
    assert api.asked == asked


def test_an_account_that_is_deleted_while_its_key_is_tried_stays_deleted(api: Sandbox, alice: User) -> None:
    alice.confirm_address()
    client, leaving = Client(), Client()
    for browser in (client, leaving):
        sign_in(browser)
    prove(leaving)
    leaving.post("/account/delete/")

    def leave_once(execute: Any, sql: str, *more: Any) -> Any:
        if ApiCall._meta.db_table in sql and User.objects.exists():
            assert leaving.post("/account/delete/now/")["Location"] == "/account/deleted/"
        return execute(sql, *more)

    with connection.execute_wrapper(leave_once):
        response = client.post(KEY_PAGE, {"key": ALICE})
    assert response["Location"] == KEY_PAGE
    assert calls_of(api, ALICE) == 1
    for model in (User, BeatConnectKey, OrderBook, AuditEntry):
        assert not model.objects.exists()
    assert client.get(KEY_PAGE)["Location"].startswith("/account/login/")
