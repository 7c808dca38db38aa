"""The short form of tests/bench/webhook_ack.py: whatever BeatConnect's API does, each event is acknowledged."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.webhook_ack import deliveries, run
from tests.storefront.webhook_server import webhook_of, webhook_server

EVENTS, RATE = 60, 30


@pytest.fixture
def black_hole() -> Iterator[socket.socket]:
    """An API that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        listening.setblocking(False)
        yield listening


def was_called(listening: socket.socket) -> bool:
    try:
        listening.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("scheduler", ["off", "on"])
def test_all_are_acknowledged_and_none_waits_for_a_call(
    tmp_path: Path, black_hole: socket.socket, scheduler: str
) -> None:
    api = f"http://127.0.0.1:{black_hole.getsockname()[1]}/v1"
    with webhook_server(tmp_path, 1, BEATCONNECT_API_URL=api, BACKGROUND_SYNC=scheduler) as shop:
        acks = run(webhook_of(shop), deliveries(EVENTS, 0), RATE)
        keys = {key for (key,) in shop.rows("WebhookEvent", "key")}
    assert [ack.status for ack in acks] == [200] * EVENTS
    assert len(keys) == len({ack for ack in deliveries(EVENTS, 0) if ack[0] != "again"})
    # With a scheduler in the same process somebody calls, and hangs; the requests themselves never do.
    assert was_called(black_hole) == (scheduler == "on")
