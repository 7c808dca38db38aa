"""What the real server does when it is told to stop, and when one of its workers dies."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.sandbox import Sandbox
from tests.storefront.real_server import PATIENCE, real_server


def workers_of(pid: int) -> set[int]:
    """Return the processes that a server started to answer, as Linux tells of them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in children if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()}


def wait_until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_request_in_flight_is_answered_before_the_server_stops(sandbox: Sandbox, tmp_path: Path) -> None:
    with real_server(sandbox, tmp_path, 1) as shop, ThreadPoolExecutor(1) as visitor:
        # The first visitor of an empty shop waits for a call, and this one takes its time.
        sandbox.fault("latency", seconds=2, times=1)
        page = visitor.submit(requests.get, f"{shop.origin}/beats/", timeout=PATIENCE)
        wait_until(lambda: sandbox.asked == 1)
        assert not page.done()
        os.kill(shop.pid, signal.SIGTERM)
        answer = page.result()
        assert answer.status_code == 200
        assert answer.text.endswith("</html>\n")
        wait_until(lambda: _refuses(shop.origin))


def _refuses(origin: str) -> bool:
    try:
        requests.get(f"{origin}/livez", timeout=5)
    except requests.ConnectionError:
        return True
    return False


def test_a_worker_that_dies_is_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    with real_server(sandbox, tmp_path, 1) as shop:
        before = workers_of(shop.pid)
        assert len(before) == 1
        os.kill(before.pop(), signal.SIGKILL)
        wait_until(lambda: not _refuses(shop.origin))
        assert requests.get(f"{shop.origin}/livez", timeout=PATIENCE).status_code == 200
