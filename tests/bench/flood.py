"""Robots flood the tail while people read and the mirror changes: who still gets finished pages, and how old they are.

`python -m tests.bench.flood [--seconds 60] [--bots 0.3] [--every 10] [--workers 2]` starts a shop of its own. People
ask for real pages, few of them often (Zipf); robots for addresses that nobody asked for before. Every so many seconds
the prices change, all in one transaction, as a sweep changes them. A hit is what `X-Cache` calls hit or stale.
"""

import argparse
import json
import random
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.bench.pages import machine
from tests.clean_process import ROOT
from tests.sandbox import Sandbox
from tests.storefront.real_server import Shop, real_server

# Every price becomes the number of the change, so that a page tells how old it is; no price range ends at such a one.
CHANGE = """
from django.db import transaction
from catalog import state
from catalog.models.mirror import Beat
with transaction.atomic():
    state.lock_state()
    Beat.objects.update(price="{price}.37")
    state.visibly_changed()
"""
SEEN = re.compile(r"\b(7\d\d)\.37\b")
READERS, FIRST = 6, 700


@dataclass
class Found:
    people: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    prices: int = 0
    worst: tuple[float, str, str] = (0.0, "", "")  # seconds, where, and what X-Cache said
    largest: int = 0
    changed: dict[int, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def pages(shop: Shop) -> list[str]:
    """Return real addresses, the best known first."""
    listed = re.findall(
        r'href="(/(?:beats|genres|producers)/[^"?#]*)"', requests.get(f"{shop.origin}/", timeout=30).text
    )
    lists = ["/beats/", "/", *(f"/beats/?sort={sort}" for sort in ("popular", "price_asc", "price_desc"))]
    return list(dict.fromkeys([*lists, *listed, *(f"/beats/?page={number}" for number in range(2, 11))]))


def tail(rng: random.Random) -> str:
    low = rng.randint(60, 180)
    return rng.choice(
        [
            f"/beats/?bpm_min={low}&bpm_max={low + rng.randint(0, 60)}&price_min={rng.randint(1, 90)}",
            f"/beats/?utm_source={rng.getrandbits(40)}&page={rng.randint(1, 10)}",
            f"/search/?q={rng.getrandbits(30):x}",
            f"/beats/{rng.randint(1, 10**9)}/",
        ]
    )


def read(shop: Shop, known: list[str], bots: float, stop: float, seed: int, found: Found) -> None:
    rng = random.Random(seed)
    weights = [1 / (place + 1) for place in range(len(known))]
    session = requests.Session()
    session.trust_env = False
    while time.monotonic() < stop:
        robot = rng.random() < bots
        path = tail(rng) if robot else rng.choices(known, weights)[0]
        asked = time.monotonic()
        agent = {"User-Agent": "Robot/1.0 (bot)" if robot else "Mozilla/5.0"}
        answer = session.get(shop.origin + path, headers=agent, timeout=30, allow_redirects=False)
        with found.lock:
            found.statuses[answer.status_code] += 1
            if robot:
                continue
            found.people[answer.headers.get("X-Cache", "none")] += 1
            for shown in {int(price) for price in SEEN.findall(answer.text)}:
                found.prices += 1
                # It was true until the next change was committed.
                if (over := found.changed.get(shown + 1)) is not None:
                    found.worst = max(found.worst, (asked - over, path, answer.headers.get("X-Cache", "none")))


def watch(shop: Shop, every: float, stop: float, found: Found) -> None:
    """Change all prices again and again; between, look at how large the workers are."""
    price, due = FIRST, time.monotonic()
    while time.monotonic() < stop:
        if time.monotonic() >= due:
            shop.run("shell", "--no-imports", "-c", CHANGE.format(price=price))
            found.changed[price] = time.monotonic()
            price, due = price + 1, due + every
        found.largest = max([found.largest, *map(resident, workers(shop.pid))])
        time.sleep(0.5)


def workers(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident(pid: int) -> int:
    """Return the kilobytes of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def flood(seconds: float, bots: float, every: float, count: int) -> Found:
    found = Found()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox() as sandbox,
        real_server(sandbox, Path(folder), count) as shop,
    ):
        shop.run("sync_catalog", "--once")
        known, stop = pages(shop), time.monotonic() + seconds
        threads = [
            threading.Thread(target=read, args=(shop, known, bots, stop, seed, found)) for seed in range(READERS)
        ]
        threads.append(threading.Thread(target=watch, args=(shop, every, stop, found)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--bots", type=float, default=0.3)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    found = flood(given.seconds, given.bots, given.every, given.workers)
    assert found.prices, "no page showed a price that was set here, so nothing is known of their age"
    people = found.people.total()
    hits = found.people["hit"] + found.people["stale"]
    facts = {
        "machine": machine(),
        "people": dict(found.people),
        "hit rate": round(hits / max(people, 1), 4),
        "worst age of a price, s": round(found.worst[0], 1),
        "where": " ".join(found.worst[1:]),
        "largest worker, MB": round(found.largest / 1024),
        "statuses": {str(status): count for status, count in sorted(found.statuses.items())},
        "errors": sum(count for status, count in found.statuses.items() if status >= 500),
    }
    for name, value in facts.items():
        print(f"{name:26}{value}")
    print("wanted: hit rate ≥ 0.95, errors 0, no price older than a page's promise (about 5 s and a request)")
    file = ROOT / "var" / "bench" / "flood.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
