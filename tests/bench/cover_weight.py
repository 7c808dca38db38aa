"""What the covers of a page weigh, before and after: the originals against what a browser picks of ours.

`python -m tests.bench.cover_weight` starts a shop on the sandbox's catalogue, looks at its pages in Chromium as a phone
and as a desk, and adds up the bytes of all covers that the browser asked for while it scrolled to the end.
"""

import tempfile
import time
from pathlib import Path

import requests
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import CHROMIUM
from tests.sandbox import Sandbox
from tests.storefront.real_server import Shop, real_server

PAGES = ("/", "/beats/", "/beats/1/")
SCREENS = {"phone (360 px, three pixels to one)": (360, 740, 3), "desk (1280 px)": (1280, 800, 1)}
PATIENCE = 60  # seconds


def weigh(browser: Browser, shop: Shop, page: str, screen: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return how many covers a page shows, and their bytes as the browser got them and as the originals."""
    width, height, density = screen
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=density)
    tab = context.new_page()
    sizes: dict[str, int] = {}
    originals: dict[str, int] = {}
    tab.on(
        "response", lambda answer: note(answer.url, answer.status, len(answer.body()) if answer.status == 200 else 0)
    )

    def note(url: str, status: int, size: int) -> None:
        if "/covers/" in url and status == 200:
            sizes[url] = size
            number = url.partition("/covers/")[2].partition("/")[0]
            originals[number] = len(requests.get(f"{media}/images/{number}.jpg", timeout=20).content)

    media = shop.environment["BEATCONNECT_MEDIA_HOSTS"]
    tab.goto(shop.origin + page)
    for _ in range(20):
        tab.mouse.wheel(0, 600)
        tab.wait_for_timeout(60)
    for reel in tab.locator("[data-reel]").all():
        reel.evaluate("reel => reel.scrollTo(reel.scrollWidth, 0)")
        tab.wait_for_timeout(200)
    tab.wait_for_load_state("networkidle")
    context.close()
    return len(sizes), sum(sizes.values()), sum(originals.values())


def is_waited_for(shop: Shop, pk: int) -> bool:
    """Tell whether a cover is still to be made; a beat without one answers 404."""
    answer = requests.get(f"{shop.origin}/covers/{pk}/320.webp", timeout=20, allow_redirects=False)
    return answer.status_code == 302


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Sandbox(beats=60) as sandbox:
        media_root = str(Path(folder) / "media")
        with real_server(sandbox, Path(folder), MEDIA_ROOT=media_root) as shop, sync_playwright() as playwright:
            shop.run("sync_catalog", "--once")
            started, waiting = time.monotonic(), list(range(1, 61))
            while waiting and time.monotonic() - started < PATIENCE:
                waiting = [pk for pk in waiting if is_waited_for(shop, pk)]
            print(f"60 covers in two widths after {time.monotonic() - started:.1f} s")
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for name, screen in SCREENS.items():
                for page in PAGES:
                    number, ours, theirs = weigh(chromium, shop, page, screen)
                    print(f"{name}, {page}: {number} covers, {theirs / 1000:.0f} kB -> {ours / 1000:.0f} kB")
            card = [requests.get(f"{shop.origin}/cards/{pk}.png", timeout=20) for pk in range(1, 21)]
            print(
                f"share pictures: {max(len(c.content) for c in card) / 1000:.0f} kB at the most, first drawing ", end=""
            )
            print(f"{sorted(c.elapsed.total_seconds() for c in card)[10] * 1000:.0f} ms in the median")


if __name__ == "__main__":
    main()
