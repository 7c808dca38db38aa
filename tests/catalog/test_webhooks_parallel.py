"""Eight senders deliver the same events to the real server at once, and each event has exactly one effect."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storefront.real_server import Shop
from tests.storefront.webhook_senders import deliver_from_processes
from tests.storefront.webhook_server import webhook_of, webhook_server
from tests.webhooks import body_of, signed

EVENTS, SENDERS, WORKERS = 30, 8, 4


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    # On SQLite, or on PostgreSQL where DATABASE_URL names one: CI runs both.
    with webhook_server(tmp_path, WORKERS) as running:
        yield running


def test_thirty_events_from_eight_processes_have_thirty_effects(shop: Shop) -> None:
    # By turns with an id and known by its body; all about one beat, whose mark counts the effects.
    bodies = [
        body_of("beat.updated", {"id": 7, "n": n}, id=f"evt_{n}", shape="explorer" if n % 2 else "reference")
        for n in range(EVENTS)
    ]
    statuses = deliver_from_processes(webhook_of(shop), [(body, signed(body)) for body in bodies], SENDERS)
    assert statuses == {200: EVENTS * SENDERS}
    assert shop.rows("Dirty", "kind", "ref", "version") == [["beat", 7, EVENTS]]
    assert shop.rows("WebhookEvent", "state") == [["done"]] * EVENTS


def test_a_purchase_told_by_everybody_in_three_ways_counts_once(shop: Shop) -> None:
    ways = [("beat.purchased", (7, 8, 9)), ("purchase.completed", (9, 8, 7)), ("beat.purchased", (8, 9, 7))]
    bodies = [
        body_of(kind, {"items": [{"beat_id": beat} for beat in beats], "user_id": 9}, id=f"evt_{n}")
        for n, (kind, beats) in enumerate(ways)
    ]
    statuses = deliver_from_processes(webhook_of(shop), [(body, signed(body)) for body in bodies], SENDERS)
    assert statuses == {200: len(bodies) * SENDERS}
    assert shop.rows("WebhookEvent", "state") == [["done"]] * len(bodies)
    assert sorted(beat for (beat,) in shop.rows("Purchase", "beat_id")) == [7, 8, 9]
