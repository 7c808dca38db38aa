"""From a change at BeatConnect to the page that shows it, by webhook: seconds, over the real server and its scheduler.

`python -m tests.bench.webhook_to_page [--changes 20]`
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import requests

from tests.sandbox import Sandbox
from tests.storefront.real_server import Shop, real_server
from tests.webhooks import ADDRESS, NEW

PATIENCE = 30  # seconds


def delays(changes: int, folder: Path) -> list[float]:
    """Change the price of so many beats, one after the other; return how long each took to show on its page."""
    with Sandbox(limits="1000/minute,10000/hour,100000/day") as sandbox:
        settings = {
            "BACKGROUND_SYNC": "on",
            "BEATCONNECT_WEBHOOK_SECRETS": NEW,
            "BEATCONNECT_LIMITS": "1000/minute,10000/hour,100000/day",
        }
        with real_server(sandbox, folder, **settings) as shop:
            shop.run("sync_catalog", "--once")
            sandbox.webhook(shop.origin + ADDRESS, NEW)
            return [_delay(sandbox, shop, pk) for pk in range(1, changes + 1)]


def _delay(sandbox: Sandbox, shop: Shop, pk: int) -> float:
    price = f"{1000 + pk}.75"
    begun = time.monotonic()
    sandbox.change_beat(pk, price=float(price))
    shown = f"{1000 + pk:,}.75"
    while time.monotonic() - begun < PATIENCE:
        if shown in requests.get(f"{shop.origin}/beats/{pk}/", timeout=10).text:
            return time.monotonic() - begun
        time.sleep(0.05)
    raise RuntimeError(f"the price of beat {pk} did not change within {PATIENCE} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20)
    with tempfile.TemporaryDirectory() as folder:
        seconds = sorted(delays(parser.parse_args().changes, Path(folder)))
    print(
        f"{len(seconds)} changes: p50 {statistics.median(seconds):.2f} s, p95 {seconds[int(len(seconds) * 0.95)]:.2f} s"
    )


if __name__ == "__main__":
    main()
