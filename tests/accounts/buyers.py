"""Alice and Bob: who they are here, their keys at BeatConnect, and how time passes for what is kept of them."""

import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.records import OrderBook
from catalog.models.ledger import ApiCall
from tests.pages import Node, read
from tests.sandbox import Sandbox

KEY_PAGE = "/account/beatconnect/"
ORDERS = "/orders/"


def signed_in(user: User) -> Client:
    """Return a browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def paste(client: Client, key: str) -> HttpResponse:
    """Paste a key and press Connect."""
    response: HttpResponse = client.post(KEY_PAGE, {"do": "connect", "key": key}, follow=True)
    return response


def connected(user: User, key: str) -> Client:
    """Return a browser of somebody whose key works."""
    client = signed_in(user)
    assert "The key works" in read(paste(client, key)).text
    return client


def calls_of(api: Sandbox, key: str) -> int:
    """Return how often BeatConnect was asked with this key."""
    counts: dict[str, dict[str, int]] = api.stats()["by_key"]
    return counts.get(key, {}).get("asked", 0)


def pass_time(user: User, **time: float) -> None:
    """Let everything that is kept of a buyer's orders be older, and their calls long ago."""
    book = OrderBook.objects.get(user=user)
    for name in ("fetched_at", "swept_at", "tried_at", "retry_at"):
        if moment := getattr(book, name):
            setattr(book, name, moment - timedelta(**time))
    book.save()
    ApiCall.objects.all().delete()


def tell(api: Sandbox, orders: list[Any], times: int | None = None, **pagination: int) -> None:
    """Let the API answer with these orders."""
    data: dict[str, Any] = {"orders": orders}
    if pagination:
        data["pagination"] = pagination
    api.clear_faults()
    more = {} if times is None else {"times": times}
    api.fault("raw", path="/v1/orders", body=json.dumps({"status": "success", "data": data}), **more)


def orders_on(page: Node) -> list[Node]:
    """Return the orders that a list shows."""
    return page.all("li", class_="order")


def order_ids(page: Node) -> list[str]:
    """Return the ids of the orders that a list shows."""
    return [link["href"].rstrip("/").rpartition("/")[2] for link in page.all("a", class_="order-receipt")]
