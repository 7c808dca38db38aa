"""Which beats a buyer owns: asked for by a script, told to that buyer alone, and free of calls."""

import pytest

from accounts.models import User
from accounts.records import Order, OrderLine
from tests.accounts.buyers import ORDERS, calls_of, connected, tell
from tests.accounts.test_orders_page import AN_ORDER
from tests.pages import Node, read
from tests.sandbox import ALICE, BOB, Sandbox

ADDRESS = "/account/corner/"


def marks(page: Node) -> dict[int, str]:
    """Return the beats that are marked, each with where its mark leads."""
    return {int(mark["data-owned"]): mark.the("a")["href"] for mark in page.all("li", data_owned=True)}


def test_completed_orders_own_their_beats_and_others_do_not(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    client.get(ORDERS)
    completed = set(OrderLine.objects.filter(order__kind="completed").values_list("beat_id", flat=True))
    other = set(OrderLine.objects.exclude(order__kind="completed").values_list("beat_id", flat=True)) - completed
    assert completed
    assert other
    asked = calls_of(api, ALICE)
    wanted = ",".join(str(number) for number in [*completed, *other, 99999])
    found = marks(read(client.get(f"{ADDRESS}?b={wanted}")))
    assert set(found) == completed
    assert all(client.get(href).status_code == 200 for href in found.values())
    assert calls_of(api, ALICE) == asked


def test_the_mark_leads_to_the_newest_order(api: Sandbox, alice: User) -> None:
    client = connected(alice, ALICE)
    dates = {"old": "2026-01-01", "new": "2026-03-01", "undated": None, "middle": "2026-02-01"}
    tell(api, [{**AN_ORDER, "id": name, "created_at": date} for name, date in dates.items()])
    client.get(ORDERS)
    assert marks(read(client.get(f"{ADDRESS}?b=1"))) == {1: "/orders/new/"}


def test_nobody_is_told_what_another_owns(api: Sandbox, alice: User, bob: User) -> None:
    connected(alice, ALICE).get(ORDERS)
    of_alice = set(OrderLine.objects.filter(order__user=alice).values_list("beat_id", flat=True))
    client = connected(bob, BOB)
    client.get(ORDERS)
    mine = OrderLine.objects.filter(order__user=bob, order__kind=Order.Kind.COMPLETED)
    expected = of_alice & set(mine.values_list("beat_id", flat=True))
    assert set(marks(read(client.get(f"{ADDRESS}?b={','.join(map(str, of_alice))}")))) == expected


@pytest.mark.parametrize(
    "query",
    ["", "?b=", "?b=x,-1,٣,1e9," + "9" * 5000, "?b=%00", "?b=" + "1," * 9999, "?b=" + "9" * 19, "?b[]=1", "?c=1"],
)
def test_strange_questions_are_answered_with_nothing(api: Sandbox, alice: User, query: str) -> None:
    response = connected(alice, ALICE).get(ADDRESS + query)
    assert response.status_code == 200
    assert marks(read(response)) == {}
