"""What a frozen Redis, and a flood of forged webhooks, cost those who look at pages meanwhile.

`python -m tests.bench.frozen_redis [--views 200]` starts a shop of its own and prints the time of pages as they are,
with a Redis that takes connections and answers nothing, and with 100 forged webhooks a second from one address.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import requests

from tests.sandbox import Sandbox
from tests.storefront.own_redis import own_redis
from tests.storefront.real_server import real_server
from tests.webhooks import ADDRESS, HEADERS, NEW, a_beat, body_of, signed

PAGES = ("/", "/beats/", "/beats/?sort=popular&genre=2", "/beats/1/", "/producers/")
FORGED_A_SECOND, SENDERS = 100, 8


def times(origin: str, views: int) -> tuple[float, float]:
    """Look at so many pages, one after the other; return the median and the 95 % of their times, in milliseconds."""
    taken = []
    with requests.Session() as session:
        session.trust_env = False
        for number in range(views):
            begun = time.perf_counter()
            assert session.get(origin + PAGES[number % len(PAGES)], timeout=30).status_code == 200
            taken.append((time.perf_counter() - begun) * 1000)
    cuts = quantiles(taken, n=20)
    return cuts[9], cuts[18]


@contextmanager
def flood(origin: str) -> Iterator[tuple[list[int], list[int]]]:
    """Send forged webhooks, and a valid one now and then; yields the statuses of both."""
    over = threading.Event()
    refused: list[int] = []
    valid: list[int] = []
    begun = time.perf_counter()

    def send(sender: int) -> None:
        forged = body_of("beat.updated", a_beat(1))
        with requests.Session() as session:
            session.trust_env = False
            number = 0
            while not over.is_set():
                number += 1
                time.sleep(max(0.0, begun + number * SENDERS / FORGED_A_SECOND - time.perf_counter()))
                headers = {HEADERS[0]: "0" * 64}
                refused.append(session.post(origin + ADDRESS, data=forged, headers=headers, timeout=30).status_code)
                if number % 10 == 0:
                    true = body_of("beat.updated", {"id": 1}, id=f"evt_{sender}_{number}")
                    valid.append(
                        session.post(origin + ADDRESS, data=true, headers=signed(true), timeout=30).status_code
                    )

    senders = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        yield refused, valid
    finally:
        over.set()
        for sender in senders:
            sender.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=200)
    views = parser.parse_args().views
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox() as sandbox,
        own_redis(Path(folder)) as cache,
        real_server(sandbox, Path(folder), CACHE_URL=cache.url, BEATCONNECT_WEBHOOK_SECRETS=NEW) as shop,
    ):
        shop.run("sync_catalog", "--once")
        times(shop.origin, 40)
        print("{:28} p50 {:7.1f} ms, p95 {:7.1f} ms".format("as it is", *times(shop.origin, views)), flush=True)
        with cache.frozen():
            print("{:28} p50 {:7.1f} ms, p95 {:7.1f} ms".format("Redis frozen", *times(shop.origin, views)), flush=True)
        print("{:28} p50 {:7.1f} ms, p95 {:7.1f} ms".format("as it is again", *times(shop.origin, views)), flush=True)
        begun = time.perf_counter()
        with flood(shop.origin) as (refused, valid):
            print("{:28} p50 {:7.1f} ms, p95 {:7.1f} ms".format("forged webhooks", *times(shop.origin, views)))
        rate = len(refused) / (time.perf_counter() - begun)
    print(f"{rate:.0f} forged a second, refused: {set(refused)}; {len(valid)} valid in between: {set(valid)}")


if __name__ == "__main__":
    main()
