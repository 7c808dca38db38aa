"""What people and machines do to forms and addresses of buyers: nothing is lost, leaked, or done twice."""

import pytest
from django.test import Client
from pytest_django import fixtures

from accounts.models import User
from accounts.orders import fetching
from accounts.records import BeatConnectKey, Order, OrderBook
from tests.accounts.buyers import KEY_PAGE, ORDERS, connected, paste, signed_in
from tests.pages import assert_refused, read
from tests.sandbox import ALICE, BOB, Sandbox


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"HX-Request": "true", "HX-Target": "main"},
        {"Referer": "https://evil.example/"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_or_of_yesterday_says_what_to_do(
    api: Sandbox, alice: User, headers: dict[str, str]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get(KEY_PAGE)
    response = client.post(KEY_PAGE, {"do": "connect", "key": ALICE, "csrfmiddlewaretoken": "x" * 64}, headers=headers)
    assert response.status_code == 403
    assert "Load it again" in read(response).text
    assert ALICE.encode() not in response.content
    assert api.asked == 0


def test_pressing_twice_does_it_once(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    paste(client, ALICE)
    assert BeatConnectKey.objects.count() == OrderBook.objects.count() == 1
    for _ in range(2):
        assert client.post(KEY_PAGE, {"do": "remove"}, follow=True).status_code == 200
    assert not BeatConnectKey.objects.exists()


def test_walking_through_ids_is_stopped(api: Sandbox, alice: User, bob: User) -> None:
    client = connected(alice, BOB)
    client.get(ORDERS)
    mine = Order.objects.all()[0].order_id
    answers = [client.get(f"/orders/ord_{number}/") for number in range(52)]
    assert [answer.status_code for answer in answers] == [404] * 50 + [429] * 2
    assert_refused(answers[-1], 429)
    assert 0 < int(answers[-1]["Retry-After"]) <= 301
    # Her own orders stay open to her, and everybody else knows nothing of it.
    assert client.get(f"/orders/{mine}/").status_code == 200
    assert signed_in(bob).get("/orders/ord_1/").status_code == 404


def test_fields_that_no_form_has_are_ignored(api: Sandbox, alice: User, bob: User) -> None:
    client = signed_in(alice)
    more = {"user": bob.pk, "user_id": bob.pk, "owner": bob.pk, "is_staff": 1, "last4": "0000"}
    client.post(KEY_PAGE, {"do": "connect", "key": ALICE, **more})
    key = BeatConnectKey.objects.get()
    assert (key.user, key.last4) == (alice, "lice")
    alice.refresh_from_db()
    assert not alice.is_staff


@pytest.mark.parametrize("pasted", [f"Bearer {ALICE}", f"bearer  {ALICE}\n", f"Authorization: Bearer {ALICE}"])
def test_a_key_that_was_copied_with_its_header_works(api: Sandbox, alice: User, pasted: str) -> None:
    connected(alice, pasted)


@pytest.mark.parametrize("size", [10_000, 300_000])
def test_an_enormous_key_is_refused_without_a_call(api: Sandbox, alice: User, size: int) -> None:
    response = signed_in(alice).post(KEY_PAGE, {"do": "connect", "key": "k" * size}, follow=True)
    assert response.status_code in {200, 400}
    assert b"k" * 100 not in response.content
    assert api.asked == 0


@pytest.mark.parametrize("damage", ["cut", "another encryption key", "nonsense"])
def test_a_key_that_can_not_be_opened_is_said_once_in_the_log_and_asked_for_again(
    api: Sandbox, alice: User, settings: fixtures.Settings, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    client = connected(alice, ALICE)
    stored = BeatConnectKey.objects.get()
    if damage == "another encryption key":
        settings.KEY_ENCRYPTION_KEYS = ["YW5vdGhlci1hbm90aGVyLWFub3RoZXItYW5vdGhlci0="]
    else:
        token = stored.encrypted[:-20] if damage == "cut" else "é"
        BeatConnectKey.objects.update(encrypted=token)
    asked = api.asked
    for _ in range(2):
        assert "Reconnect" in read(client.get(ORDERS)).text
    assert api.asked == asked
    assert [record.getMessage() for record in caplog.records if "undecryptable" in record.getMessage()] == [
        f"event='key_undecryptable' user={alice.pk}"
    ]
    assert "Please paste it once again." in read(client.post(KEY_PAGE, {"do": "check"}, follow=True)).text


def test_an_account_that_is_deleted_during_a_call_does_not_come_back(
    api: Sandbox, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connected(alice, ALICE)
    real = fetching.ask

    def meanwhile(*args: object, **kwargs: object) -> object:
        fetched = real(*args, **kwargs)  # type: ignore[arg-type]
        User.objects.filter(pk=alice.pk).delete()
        return fetched

    monkeypatch.setattr(fetching, "ask", meanwhile)
    assert client.get(ORDERS).status_code == 200
    assert not Order.objects.exists()
    assert not OrderBook.objects.exists()
    assert client.get(ORDERS).status_code == 302


def test_a_process_that_died_while_asking_holds_nobody_up_for_long(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    OrderBook.objects.update(claimed_until="2999-01-01T00:00Z")
    assert "on their way" in read(client.get(ORDERS)).text
    OrderBook.objects.update(claimed_until="2026-01-01T00:00Z")
    assert len(read(client.get(ORDERS)).all("li", class_="order")) == 24


def test_a_buyer_never_spends_another_buyers_calls(api: Sandbox, alice: User, bob: User) -> None:
    of_alice, of_bob = connected(alice, ALICE), connected(bob, BOB)
    api.fault("status", path="/v1/orders", status=429, retry_after=900, times=1)
    of_alice.get(ORDERS)
    # Alice has to wait, Bob hasn't, and the catalogue neither.
    page = read(of_bob.get(ORDERS))
    assert len(page.all("li", class_="order")) == 3
    assert "used up its calls" not in page.text
    assert "used up its calls" in read(of_alice.get(ORDERS)).text
