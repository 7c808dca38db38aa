"""The keys the sandbox knows, and what their owners have bought."""

import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from .catalogue import Beat, OwnPath, stamp

SHOP, ALICE, BOB, CAROL = "bca_test_shop", "bca_test_alice", "bca_test_bob", "bca_test_carol"
FORBIDDEN = "bca_test_forbidden"
VALID = frozenset({SHOP, ALICE, BOB, CAROL, FORBIDDEN})
REVOKED = "bca_test_revoked"  # known by name for the counters only: it opens nothing

_LICENCES = {"Basic": 1.0, "Premium": 2.0, "Unlimited": 4.0, "Exclusive": 12.0}
_STATUSES = ("completed", "completed", "completed", "pending", "failed")


@dataclass(frozen=True, slots=True)
class _Buyer:
    user_id: int
    orders: int


_BUYERS = {ALICE: _Buyer(9001, 40), BOB: _Buyer(9002, 3), CAROL: _Buyer(9003, 0)}


def orders(seed: int, beats: list[Beat], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Invent every buyer's orders, newest first, by key; `now` in UTC."""
    books: dict[str, list[dict[str, Any]]] = {SHOP: [], FORBIDDEN: []}
    for key, buyer in _BUYERS.items():
        rng = Random(f"{seed}:orders:{buyer.user_id}")
        ages = sorted(rng.randrange(3600, 400 * 86_400) for _ in range(buyer.orders if beats else 0))
        books[key] = [_order(rng, index, buyer, beats, now - timedelta(seconds=age)) for index, age in enumerate(ages)]
    return books


def _order(rng: Random, index: int, buyer: _Buyer, beats: list[Beat], when: datetime) -> dict[str, Any]:
    name = "ord_" + "".join(rng.choices(string.ascii_letters + string.digits, k=14))
    # Every status is there for everybody who has three orders.
    status = ("completed", "pending", "failed")[index] if index < 3 else rng.choice(_STATUSES)
    several = index % 4 == 1
    lines = [_line(rng, beat) for beat in rng.sample(beats, min(len(beats), rng.randint(2, 4) if several else 1))]
    paid = status == "completed"
    order: dict[str, Any] = {
        "id": name,
        "user_id": buyer.user_id,
        "amount": round(sum(line["amount"] for line in lines), 2),
        "currency": "USD",
        "license_type": lines[0]["license_type"],
        "status": status,
        "created_at": stamp(when),
        "download_url": OwnPath(f"/audio/{lines[0]['beat']['id']}.mp3") if paid else None,
        "license_url": OwnPath(f"/papers/{name}/license") if paid else None,
        "receipt_url": None if status == "failed" else OwnPath(f"/papers/{name}/receipt"),
    }
    if several:
        order["items"] = [
            {
                "beat_id": line["beat"]["id"],
                "title": line["beat"]["title"],
                "license_type": line["license_type"],
                "amount": line["amount"],
            }
            for line in lines
        ]
    else:
        order["beat"] = lines[0]["beat"]
    return order


def _line(rng: Random, beat: Beat) -> dict[str, Any]:
    licence = rng.choice(tuple(_LICENCES))
    price = beat.fields["price"] or 29.99
    return {
        "beat": {"id": beat.id, "title": beat.fields["title"]},
        "license_type": licence,
        "amount": round(price * _LICENCES[licence], 2),
    }
