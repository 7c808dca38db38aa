"""Connecting a key: one call decides, a sentence says what came of it, and nothing is kept unless it works."""

import pytest
from django.test import Client
from pytest_django import fixtures

from accounts import connecting
from accounts.models import User
from accounts.records import BeatConnectKey, OrderBook
from catalog.models.ledger import ApiCall, Budget
from catalog.quota.ledger import fingerprint
from tests.accounts.buyers import KEY_PAGE, ORDERS, calls_of, connected, order_ids, paste, signed_in
from tests.pages import assert_whole, read
from tests.sandbox import ALICE, BOB, CAROL, SHOP, Sandbox

REVOKED, FORBIDDEN = "bca_test_revoked", "bca_test_forbidden"


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (ALICE, "The key works. BeatConnect knows of 40 orders of yours."),
        (CAROL, "The key works. BeatConnect knows of no order of yours yet."),
        ("bca_test_nobody", "BeatConnect does not know this key."),
        (REVOKED, "BeatConnect does not know this key. Perhaps a part of it is missing, or it was revoked."),
        (FORBIDDEN, "The key is right, but it may not read orders."),
        ("", "This can't be a key"),
        ("bca test alice", "This can't be a key"),
        ("bca_test_älice", "This can't be a key"),
        ("x" * 601, "This can't be a key"),
        ("bca_test_alice\r\nX-Other: 1", "This can't be a key"),
        ("bca_test_\0alice", "This can't be a key"),
    ],
)
def test_each_outcome_has_its_sentence_and_only_a_working_key_is_kept(
    api: Sandbox, alice: User, key: str, sentence: str
) -> None:
    response = paste(signed_in(alice), key)
    page = assert_whole(response)
    assert sentence in page.text
    works = "works" in sentence
    assert BeatConnectKey.objects.filter(user=alice).exists() == works
    assert OrderBook.objects.filter(user=alice).exists() == works
    assert api.asked == (0 if "can't be" in sentence else 1)
    # However it went, what was pasted stands nowhere on the page.
    assert not key or len(key) < 8 or key not in response.content.decode()


@pytest.mark.parametrize("around", [" {} ", "\t{}\n", "\u200b{}\ufeff", '"{}"', "{};"])
def test_what_came_along_when_a_key_was_copied_is_taken_off(api: Sandbox, alice: User, around: str) -> None:
    connected(alice, around.format(ALICE))
    assert BeatConnectKey.objects.get().last4 == "lice"


def test_the_check_is_one_call_for_one_order_under_the_buyers_own_ledger(api: Sandbox, alice: User) -> None:
    connected(alice, ALICE)
    assert [entry["query"] for entry in api.stats()["log"]] == ["page=1&limit=1"]
    (call,) = ApiCall.objects.filter(path="/orders")
    assert (call.budget_id, call.purpose, call.outcome) == (fingerprint(ALICE), "buyer", "ok")
    assert not ApiCall.objects.filter(budget_id=fingerprint(SHOP)).exists()


def test_a_test_key_is_refused_on_a_live_shop_without_a_call(
    api: Sandbox, alice: User, settings: fixtures.Settings
) -> None:
    settings.BEATCONNECT_API_KEY = "bca_live_shop"
    assert "This is a test key, and this shop is the real one." in read(paste(signed_in(alice), ALICE)).text
    assert api.asked == 0


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 500, "html": True}, {"status": 404}, {"status": 400}])
def test_a_beatconnect_in_trouble_is_told_as_that(api: Sandbox, alice: User, fault: dict[str, object]) -> None:
    api.fault("status", path="/v1/orders", **fault)
    client = signed_in(alice)
    assert "BeatConnect can't be reached just now" in read(paste(client, ALICE)).text
    assert not BeatConnectKey.objects.exists()
    # Once it is well again the same key works: nothing of the trouble sticks to it.
    api.clear_faults()
    assert "The key works" in read(paste(client, ALICE)).text


@pytest.mark.parametrize("fault", ["reset", "malformed", "truncated", "empty", "oversized"])
def test_a_broken_answer_stores_nothing(api: Sandbox, alice: User, fault: str) -> None:
    api.fault(fault, path="/v1/orders")
    assert "BeatConnect can't be reached just now" in read(paste(signed_in(alice), ALICE)).text
    assert not BeatConnectKey.objects.exists()


def test_a_slow_beatconnect_is_given_up(api: Sandbox, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connecting.BUYER_DEADLINE == 5
    monkeypatch.setattr(connecting, "BUYER_DEADLINE", 0.3)
    api.fault("drip_body", path="/v1/orders", seconds=0.2)
    assert "BeatConnect can't be reached just now" in read(paste(signed_in(alice), ALICE)).text
    assert not BeatConnectKey.objects.exists()


def test_a_busy_key_says_when_it_can_be_tried_again(api: Sandbox, alice: User) -> None:
    api.fault("status", path="/v1/orders", status=429, retry_after=1800)
    client = signed_in(alice)
    told = read(paste(client, ALICE)).text
    assert "This key has used up its calls to BeatConnect for now." in told
    until = Budget.objects.get(pk=fingerprint(ALICE)).blocked_until
    assert until is not None
    # To the full minute, and never too early.
    assert any(f"Try again at {until:%H}:{minute:02} UTC." in told for minute in (until.minute, until.minute + 1)) or (
        until.minute == 59 and ":00 UTC." in told
    )
    # Until then nobody asks again, however often the button is pressed.
    api.clear_faults()
    assert "Try again at" in read(paste(client, ALICE)).text
    assert calls_of(api, ALICE) == 1


def test_a_refused_key_is_not_asked_about_again_at_once_and_another_one_is(api: Sandbox, alice: User) -> None:
    client = signed_in(alice)
    paste(client, REVOKED)
    told = read(paste(client, REVOKED)).text
    assert "BeatConnect does not know this key." in told
    assert "Try again at" in told
    assert calls_of(api, REVOKED) == 1
    assert "The key works" in read(paste(client, ALICE)).text


def test_nobody_can_try_keys_by_the_hundred(api: Sandbox, alice: User, bob: User) -> None:
    client = signed_in(alice)
    for number in range(8):
        told = read(paste(client, f"bca_test_guess{number}")).text
    assert "You have tried many times within a short while. Try again at" in told
    assert api.asked == 5
    assert "The key works" in read(paste(signed_in(bob), BOB)).text


def test_a_key_that_stopped_can_be_checked_again_once_it_is_well(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    api.fault("status", path="/v1/orders", status=403)
    client.get(ORDERS)
    told = read(client.get(KEY_PAGE)).text
    assert "Your key no longer works" in told
    assert "it may not read orders" in told
    api.clear_faults()
    Budget.objects.update(paused={}, blocked_until=None)
    assert "The key works" in read(client.post(KEY_PAGE, {"do": "check"}, follow=True)).text
    assert "Your key works" in read(client.get(KEY_PAGE)).text
    page = read(client.get(ORDERS))
    assert not page.all("div", class_="banner")
    assert len(order_ids(page)) == 24


def test_a_key_that_worked_and_is_refused_is_called_revoked(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    api.fault("status", path="/v1/orders", status=401)
    assert "BeatConnect no longer accepts this key" in read(client.post(KEY_PAGE, {"do": "check"}, follow=True)).text
    assert BeatConnectKey.objects.get().stopped_at is not None


def test_checking_without_a_key_only_shows_the_page(api: Sandbox, alice: User) -> None:
    assert "API key" in read(signed_in(alice).post(KEY_PAGE, {"do": "check"}, follow=True)).text
    assert api.asked == 0


def test_the_form_can_not_be_posted_from_elsewhere_and_by_no_other_method(api: Sandbox, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(KEY_PAGE, {"do": "connect", "key": ALICE}).status_code == 403
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "FOO"):
        response = client.generic(method, KEY_PAGE)
        assert response.status_code in {403, 405}, method
    token = read(client.get(KEY_PAGE)).all("input", name="csrfmiddlewaretoken")[0]["value"]
    headers = {"Origin": "https://evil.example"}
    form = {"do": "connect", "key": ALICE, "csrfmiddlewaretoken": token}
    assert client.post(KEY_PAGE, form, headers=headers).status_code == 403
    assert api.asked == 0


def test_reading_the_page_changes_nothing_whatever_its_query_says(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    client.get(f"{KEY_PAGE}?do=remove&key=x")
    client.head(f"{KEY_PAGE}?do=remove")
    assert BeatConnectKey.objects.exists()
