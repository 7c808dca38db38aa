"""What visitors notice while two buyers' key checks hang: the p99 of a public page, before and meanwhile.

`python -m tests.bench.hung_checks [--seconds 6] [--workers N]` starts a shop with as many workers as `make run` gives
it and a sandbox whose /orders answers nobody; each check holds a worker until its deadline of five seconds.
"""

import argparse
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalog.management.commands.demo import SPARE_WORKERS
from tests.bench.load import Figures, wrk
from tests.bench.pages import keep, machine
from tests.sandbox import Sandbox
from tests.storefront.real_server import real_server
from tests.storefront.visitors import Browser, make_buyer

BUYERS = ("alice@example.com", "bob@example.com")


def measure(seconds: float, workers: int) -> dict[str, Figures]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox() as sandbox,
        real_server(sandbox, Path(folder), workers) as shop,
        ThreadPoolExecutor(len(BUYERS)) as pool,
    ):
        shop.run("sync_catalog", "--once")
        browsers = []
        for email in BUYERS:
            make_buyer(shop, email)
            browsers.append(Browser())
            browsers[-1].sign_in(shop, email)
        url, headers = f"{shop.origin}/beats/", {"Accept-Encoding": "br"}
        wrk(url, headers, 1, 4)
        table = {"nobody waits": wrk(url, headers, seconds, 4)}
        sandbox.fault("latency", path="/v1/orders", seconds=60)
        page = f"{shop.origin}/account/beatconnect/"
        checks = [
            pool.submit(browser.fill_in, page, 60, do="connect", key=f"bca_test_{name}")
            for browser, name in zip(browsers, ("alice", "bob"), strict=True)
        ]
        time.sleep(1)
        # Fewer seconds than a check waits: both hang all the while.
        table["two key checks hang"] = wrk(url, headers, min(seconds, 3), 4)
        assert not any(check.done() for check in checks), "a check ended before the measuring did"
        sandbox.clear_faults()
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--workers", type=int, default=(os.cpu_count() or 1) + SPARE_WORKERS)
    given = parser.parse_args()
    table = measure(given.seconds, given.workers)
    print(f"{machine()}; {given.workers} workers, wrk -t1 -c4")
    for name, found in table.items():
        times = f"p50 {found.p50:6.2f}   p99 {found.p99:7.2f} ms"
        print(f"{name:22}{found.rate:9,.0f} req/s   {times}   {found.errors} errors")
    print(keep("hung_checks", table, machine()))


if __name__ == "__main__":
    main()
