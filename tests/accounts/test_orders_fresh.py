"""How fresh a buyer's orders are, and what they see when BeatConnect can't or won't answer."""

import pytest
from django.test import Client
from pytest_django import fixtures

from accounts.models import User
from accounts.orders import fetching
from accounts.records import BeatConnectKey, Order
from tests.accounts.buyers import ORDERS, calls_of, connected, order_ids, orders_on, pass_time, tell
from tests.pages import assert_whole, links, read
from tests.sandbox import ALICE, BOB, Sandbox
from tests.webhooks import tell as tell_event

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


def test_orders_are_asked_for_again_after_a_minute_and_not_before(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    client.get(ORDERS)
    asked = calls_of(api, ALICE)
    pass_time(alice, seconds=55)
    for address in (ORDERS, f"{ORDERS}?status=failed", f"{ORDERS}?again=1"):
        client.get(address)
    assert calls_of(api, ALICE) == asked
    pass_time(alice, seconds=10)
    client.get(ORDERS)
    client.get(ORDERS)
    assert calls_of(api, ALICE) == asked + 1


@pytest.mark.parametrize(("kind", "buyer"), [("beat.purchased", "purchaser_id"), ("purchase.completed", "user_id")])
def test_an_event_that_names_a_buyer_has_their_orders_looked_at_anew(
    api: Sandbox, alice: User, bob: User, kind: str, buyer: str
) -> None:
    of_alice, of_bob = connected(alice, ALICE), connected(bob, BOB)
    of_alice.get(ORDERS)
    of_bob.get(ORDERS)
    asked = calls_of(api, ALICE), calls_of(api, BOB)
    tell_event(Client(), kind, {"beat_id": 7, "items": [{"beat_id": 7}], buyer: 9001})
    # The event itself calls nobody: the buyer's next look does, once.
    assert (calls_of(api, ALICE), calls_of(api, BOB)) == asked
    for _ in range(3):
        of_alice.get(ORDERS)
        of_bob.get(ORDERS)
    assert (calls_of(api, ALICE), calls_of(api, BOB)) == (asked[0] + 1, asked[1])


def test_an_event_that_came_during_a_failed_look_is_not_forgotten(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    client.get(ORDERS)
    tell_event(Client(), "beat.purchased", {"beat_id": 7, "purchaser_id": 9001})
    api.fault("status", path="/v1/orders", status=503, times=1)
    client.get(ORDERS)
    asked = calls_of(api, ALICE)
    client.get(f"{ORDERS}?again=1")
    client.get(ORDERS)
    assert calls_of(api, ALICE) == asked + 1


def test_a_changed_order_is_shown_as_it_is_now_and_an_absent_field_wipes_nothing(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    tell(api, [{**AN_ORDER, "status": "pending"}], total=1, per_page=100, current_page=1, last_page=1)
    assert "Pending" in orders_on(read(client.get(ORDERS)))[0].text
    pass_time(alice, minutes=2)
    tell(api, [{"order_id": "ord_1", "status": "completed"}], total=1, per_page=100, current_page=1, last_page=1)
    (order,) = orders_on(read(client.get(ORDERS)))
    for part in ("Completed", "ZAR30.00", "2 Jan 2026", "Bought", "Premium licence"):
        assert part in order.text.replace("\xa0", ""), part


@pytest.mark.parametrize("fault", ["reset", "malformed", "truncated", "oversized", "status", "redirect"])
def test_what_was_seen_stays_with_its_age_when_the_api_can_not_answer(api: Sandbox, alice: User, fault: str) -> None:
    client = connected(alice, BOB)
    seen = order_ids(read(client.get(ORDERS)))
    pass_time(alice, hours=3)
    options = {"status": {"status": 503}, "redirect": {"location": "https://evil.example/"}}.get(fault, {})
    api.fault(fault, path="/v1/orders", **options)
    response = client.get(ORDERS)
    page = assert_whole(response)
    assert response.status_code == 200
    assert order_ids(page) == seen
    assert "BeatConnect can't be reached just now. You see what it told before." in page.text
    assert "As BeatConnect told it 3 hours ago" in page.text
    assert f"{ORDERS}?again=1" in links(page)
    # Turning pages doesn't mean asking again each time; pressing the button does.
    asked = calls_of(api, BOB)
    client.get(f"{ORDERS}?status=failed")
    assert calls_of(api, BOB) == asked
    api.clear_faults()
    assert "can't be reached" not in read(client.get(f"{ORDERS}?again=1")).text
    assert calls_of(api, BOB) == asked + 1


def test_a_first_look_at_an_api_that_is_down_is_a_page_with_a_way_to_try_again(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    api.fault("reset", path="/v1/orders")
    page = assert_whole(client.get(ORDERS))
    assert "BeatConnect can't be reached just now." in page.text
    assert f"{ORDERS}?again=1" in links(page)


def test_a_busy_key_shows_what_is_there_and_when_there_will_be_more(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    client.get(ORDERS)
    pass_time(alice, minutes=5)
    api.fault("status", path="/v1/orders", status=429, retry_after=600)
    page = read(client.get(ORDERS))
    assert "Your key has used up its calls for now. You see what it told before. Again at" in page.text
    assert len(orders_on(page)) == 24
    asked = calls_of(api, ALICE)
    client.get(f"{ORDERS}?again=1")
    assert calls_of(api, ALICE) == asked


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_stops_working_leads_to_reconnect_and_hides_nothing(api: Sandbox, alice: User, status: int) -> None:
    client = connected(alice, BOB)
    seen = order_ids(read(client.get(ORDERS)))
    pass_time(alice, minutes=5)
    api.fault("status", path="/v1/orders", status=status)
    page = read(client.get(ORDERS))
    assert "Your key stopped working on" in page.text
    assert "/account/beatconnect/" in links(page)
    assert "Reconnect" in page.text
    assert order_ids(page) == seen
    # A stopped key is never tried again by itself.
    asked = calls_of(api, BOB)
    pass_time(alice, days=2)
    for address in (ORDERS, f"{ORDERS}?again=1", f"/orders/{seen[0]}/", "/orders/export.csv"):
        assert client.get(address).status_code == 200
    assert calls_of(api, BOB) == asked
    assert BeatConnectKey.objects.get().stopped_at


def test_a_key_that_can_no_longer_be_opened_is_asked_for_again(
    api: Sandbox, alice: User, settings: fixtures.Settings
) -> None:
    client = connected(alice, BOB)
    client.get(ORDERS)
    pass_time(alice, minutes=5)
    settings.KEY_ENCRYPTION_KEYS = ["YW5vdGhlci1hbm90aGVyLWFub3RoZXItYW5vdGhlci0="]
    page = read(client.get(ORDERS))
    assert "Reconnect" in page.text
    assert len(orders_on(page)) == 3
    assert "Please paste it once again." in read(client.get("/account/beatconnect/")).text


def test_a_second_tab_makes_no_second_call(api: Sandbox, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = connected(alice, ALICE)
    real, second = fetching.ask, []

    def meanwhile(*args: object, **kwargs: object) -> object:
        # The other tab looks while this one's call is under way.
        second.append(client.get(ORDERS))
        return real(*args, **kwargs)

    monkeypatch.setattr(fetching, "ask", meanwhile)
    asked = calls_of(api, ALICE)
    first = client.get(ORDERS)
    assert calls_of(api, ALICE) == asked + 1
    assert len(second) == 1
    waiting = read(second[0])
    assert "on their way from BeatConnect" in waiting.text
    assert waiting.the("p", data_retry_after=True)
    assert len(orders_on(read(first))) == 24


def test_an_answer_that_comes_after_the_key_was_removed_is_not_kept(
    api: Sandbox, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connected(alice, ALICE)
    real = fetching.ask

    def meanwhile(*args: object, **kwargs: object) -> object:
        fetched = real(*args, **kwargs)
        client.post("/account/beatconnect/", {"do": "remove"})
        return fetched

    monkeypatch.setattr(fetching, "ask", meanwhile)
    assert "Connect your BeatConnect key" in read(client.get(ORDERS)).text
    assert not Order.objects.exists()
