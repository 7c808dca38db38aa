"""One order: a receipt that holds what BeatConnect told, with its links, for its buyer alone."""

import pytest

from accounts.models import User
from accounts.records import Order
from tests.accounts.buyers import ORDERS, calls_of, connected, order_ids, pass_time, signed_in, tell
from tests.accounts.test_orders_page import AN_ORDER, items_of, truth
from tests.pages import assert_refused, assert_whole, read
from tests.sandbox import ALICE, BOB, Sandbox

LINKS = {"download_url": "Download", "license_url": "Licence", "receipt_url": "BeatConnect's receipt"}


def test_every_order_of_alice_has_its_receipt(shop: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    for told in truth(shop, ALICE)[:8]:
        page = assert_whole(client.get(f"/orders/{told['id']}/"))
        receipt = page.the("article", class_="receipt")
        assert told["id"] in page.the("h1").text
        assert f"${told['amount']:,.2f} USD" in receipt.text
        assert "alice@example.com" in receipt.text
        lines = [line.text for line in receipt.all("div", class_="order-line")]
        assert len(lines) == len(items_of(told))
        assert all(item["title"] in line for item, line in zip(items_of(told), lines, strict=True))
        shown = {link.text.partition(" (opens")[0]: link["href"] for link in receipt.all("a", target="_blank")}
        assert shown == {label: told[field] for field, label in LINKS.items() if told[field]}


def test_looking_at_receipts_costs_no_call_of_its_own(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    names = order_ids(read(client.get(ORDERS)))
    asked = calls_of(api, ALICE)
    for name in names:
        assert client.get(f"/orders/{name}/").status_code == 200
    assert calls_of(api, ALICE) == asked


@pytest.mark.parametrize("name", ["7", "ord-1_A", "x" * 64, "-", "owned", "export", "__", "0"])
def test_an_order_id_is_any_text_of_its_kind(api: Sandbox, alice: User, name: str) -> None:
    client = connected(alice, ALICE)
    tell(api, [{**AN_ORDER, "id": name}])
    assert order_ids(read(client.get(ORDERS))) == [name]
    assert name in read(client.get(f"/orders/{name}/")).the("h1").text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://files.example/a?x=1&y=2", True),
        ("http://files.example/a", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//files.example/a", False),
        ("https://u:p@files.example/a", False),
        ("https://10.0.0.1/a", False),
        ("https://files.example/a\nb", False),
        ("https://files.example/" + "a" * 3000, False),
        ("https:\\\\files.example", False),
        ("", False),
        (5, False),
        (None, False),
    ],
)
def test_only_links_that_are_safe_to_follow_are_shown(api: Sandbox, alice: User, url: object, shown: bool) -> None:
    client = connected(alice, ALICE)
    tell(api, [{**AN_ORDER, "download_url": url}])
    found = read(client.get("/orders/ord_1/")).the("article", class_="receipt").all("a", target="_blank")
    assert [link["href"] for link in found] == ([url] if shown else [])
    assert all(link["rel"] == "noopener noreferrer" for link in found)


def test_links_are_not_readable_in_the_database(api: Sandbox, alice: User, bob: User) -> None:
    connected(alice, ALICE).get(ORDERS)
    linked = Order.objects.exclude(links="")
    assert linked.exists()
    assert not any("http" in order.links or "audio" in order.links for order in linked)
    # Copied onto somebody else's order they open nothing.
    client = connected(bob, BOB)
    client.get(ORDERS)
    stolen = Order.objects.filter(user=alice).exclude(links="")[0].links
    mine = Order.objects.filter(user=bob).first()
    assert mine is not None
    Order.objects.filter(pk=mine.pk).update(links=stolen)
    assert not read(client.get(f"/orders/{mine.order_id}/")).the("article", class_="receipt").all("a", target="_blank")


def test_what_is_not_hers_and_what_nobody_has_look_the_same(api: Sandbox, alice: User, bob: User) -> None:
    connected(bob, BOB).get(ORDERS)
    of_bob = Order.objects.filter(user=bob)[0].order_id
    client = connected(alice, ALICE)
    client.get(ORDERS)
    nobodys = "ord_" + "x" * (len(of_bob) - 4)
    bodies = []
    for name in (of_bob, nobodys):
        response = client.get(f"/orders/{name}/")
        assert_refused(response, 404)
        bodies.append(response.content.replace(name.encode(), b"ID"))
    assert bodies[0] == bodies[1]


def test_two_buyers_may_have_orders_of_the_same_id(api: Sandbox, alice: User, bob: User) -> None:
    first, second = connected(alice, ALICE), connected(bob, BOB)
    whole = {"total": 1, "per_page": 100, "current_page": 1, "last_page": 1}
    tell(api, [{**AN_ORDER, "amount": 11}], **whole)
    first.get(ORDERS)
    tell(api, [{**AN_ORDER, "amount": 22, "user_id": 9002}], **whole)
    second.get(ORDERS)
    assert "11.00" in read(first.get("/orders/ord_1/")).text
    assert "22.00" in read(second.get("/orders/ord_1/")).text


@pytest.mark.parametrize("path", ["a.b", "a%00b", "a%20b", "x" * 65, "%D9%A3", "a/b", "..", "a.css"])
def test_what_can_be_no_order_id_is_a_404(api: Sandbox, alice: User, path: str) -> None:
    assert signed_in(alice).get(f"/orders/{path}/").status_code == 404
    assert api.asked == 0


def test_a_receipt_is_there_when_the_api_is_not_and_says_from_when_it_is(api: Sandbox, alice: User) -> None:
    client = connected(alice, BOB)
    name = order_ids(read(client.get(ORDERS)))[0]
    pass_time(alice, hours=1)
    api.fault("reset", path="/v1/orders")
    page = assert_whole(client.get(f"/orders/{name}/"))
    assert "BeatConnect can't be reached just now." in page.text
    assert "As BeatConnect told it on" in page.text
