"""What a first visit takes on a phone far away, and how long a click takes to show: in a real Chromium.

`python -m tests.bench.first_load [--rounds 5] [--lan]` starts a shop of its own. The network and the processor are
slowed down as for a cheap phone on 3G (150 ms there and back, 1.6 Mbit/s, a quarter of the speed; `--lan`: not at
all). Medians of fresh browsers; `blocking` are the requests that the first paint waited for.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.pages import machine
from tests.chromium import CHROMIUM
from tests.clean_process import ROOT
from tests.sandbox import Sandbox
from tests.storefront.real_server import Shop, real_server

PAGES = ("/", "/beats/", "/genres/", "/producers/")
PHONE = {"width": 360, "height": 740}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4  # times, the processor
# Chromium's own account of a page; the largest paint is told to observers only.
LOADED = """() => new Promise((tell) => {
  const [navigation] = performance.getEntriesByType("navigation");
  const fetched = [navigation, ...performance.getEntriesByType("resource")];
  new PerformanceObserver((list) => tell({
    "first paint": performance.getEntriesByName("first-contentful-paint")[0].startTime,
    "largest paint": list.getEntries().at(-1).startTime,
    "usable": navigation.domContentLoadedEventEnd,
    "html": navigation.responseEnd,
    "requests": fetched.length,
    "blocking": fetched.filter((one) => one.renderBlockingStatus === "blocking").length,
    "kB": fetched.reduce((sum, one) => sum + one.transferSize, 0) / 1000,
  })).observe({type: "largest-contentful-paint", buffered: true});
})"""
# From the click to the frame after the swap.
CLICKED = """(selector) => new Promise((tell) => {
  const link = document.querySelector(selector);
  let begun;
  document.addEventListener("htmx:afterSwap", () =>
    requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now() - begun))), {once: true});
  begun = performance.now();
  link.click();
})"""
CLICKS = {
    "boosted link (Genres)": ".site-nav a[href='/genres/']",
    "next page of the list": "a[rel='next']",
    "a tempo range": "a.range-link",
}


@contextmanager
def phone(browser: Browser, shop: Shop, *, slow: bool) -> Iterator[Page]:
    """Yield a page of a browser that has nothing kept."""
    context = browser.new_context(base_url=shop.origin, viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
    try:
        page = context.new_page()
        if slow:
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", SLOW)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        yield page
    finally:
        context.close()


def first_visit(browser: Browser, shop: Shop, path: str, *, slow: bool) -> dict[str, float]:
    with phone(browser, shop, slow=slow) as page:
        page.goto(path, wait_until="load")
        loaded: dict[str, float] = page.evaluate(LOADED)
        return loaded


def click(browser: Browser, shop: Shop, selector: str, *, slow: bool) -> float:
    with phone(browser, shop, slow=slow) as page:
        page.goto("/beats/", wait_until="networkidle")
        took: float = page.evaluate(CLICKED, selector)
        return took


def middle(figures: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in figures) for name in figures[0]}


def measure(shop: Shop, rounds: int, *, slow: bool) -> dict[str, Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        visits = {path: middle([first_visit(browser, shop, path, slow=slow) for _ in range(rounds)]) for path in PAGES}
        clicks = {
            name: statistics.median(click(browser, shop, selector, slow=slow) for _ in range(rounds))
            for name, selector in CLICKS.items()
        }
        browser.close()
    return {"first visits": visits, "clicks, ms": clicks}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lan", action="store_true", help="at full speed")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox() as sandbox,
        real_server(sandbox, Path(folder), 2, PAGE_STORE_MB="64") as shop,
    ):
        shop.run("sync_catalog", "--once")
        found = measure(shop, given.rounds, slow=not given.lan)
    print(machine())
    heads = list(found["first visits"]["/"])
    print(f"{'':24}" + " ".join(f"{head:>13}" for head in heads))
    for path, figures in found["first visits"].items():
        print(f"{path:24}" + " ".join(f"{figures[head]:13,.0f}" for head in heads))
    print("\nfrom a click to the next picture, ms")
    for name, took in found["clicks, ms"].items():
        print(f"{name:24}{took:13,.0f}")
    file = ROOT / "var" / "bench" / "first_load.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"machine": machine(), **found}, indent=1))


if __name__ == "__main__":
    main()
