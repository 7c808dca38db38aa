"""How fast webhooks are acknowledged at a steady rate while BeatConnect's API is a black hole.

`python -m tests.bench.webhook_ack [--rate 50] [--seconds 20] [--workers 4]` starts a shop of its own (on SQLite, or
on the PostgreSQL that DATABASE_URL names) with its scheduler running into the black hole. Each time is counted from the
moment the delivery was due, so that a stall shows in all that waited for it.
"""

import argparse
import os
import random
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import requests

from tests.storefront.webhook_server import webhook_of, webhook_server
from tests.webhooks import a_beat, body_of, signed

BEATS = 2_000
WARM_UP = 100
SENDERS = 32
KINDS = ("beat.created", "beat.updated", "beat.updated", "beat.updated", "beat.purchased", "user.updated", "beat.sung")


@dataclass(frozen=True)
class Ack:
    kind: str
    status: int
    ms: float


def deliveries(count: int, start: int) -> list[tuple[str, bytes]]:
    """Return events of all kinds about a catalogue of BEATS, whole beats where beats are told of; one in ten twice."""
    rng = random.Random(start)  # the same events in each run
    found: list[tuple[str, bytes]] = []
    for number in range(start, start + count):
        if found and rng.random() < 0.1:
            found.append(("again", found[rng.randrange(len(found))][1]))
            continue
        kind, pk = rng.choice(KINDS), rng.randint(1, BEATS)
        data = a_beat(
            pk, user_id=pk % 200 + 1, genre={"id": pk % 12 + 1, "name": f"Genre {pk % 12}"}, price=pk % 90 + 9
        )
        found.append((kind, body_of(kind, {**data, "beat_id": pk, "purchaser_id": number}, id=f"evt_{number}")))
    return found


def run(url: str, events: Sequence[tuple[str, bytes]], rate: float) -> list[Ack]:
    """Deliver the events at a rate, come what may, and return how each went."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=SENDERS))
    begun = time.perf_counter() + 0.1

    def deliver(place: int) -> Ack:
        kind, body = events[place]
        due = begun + place / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        status = session.post(url, data=body, headers=signed(body), timeout=30).status_code
        return Ack(kind, status, (time.perf_counter() - due) * 1000)

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(deliver, range(len(events))))


def table(acks: Sequence[Ack]) -> list[str]:
    lines = [f"{'':16}{'count':>7}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}  statuses"]
    kinds = sorted({ack.kind for ack in acks})
    for name, chosen in [*((kind, [ack for ack in acks if ack.kind == kind]) for kind in kinds), ("all", list(acks))]:
        times = sorted(ack.ms for ack in chosen)
        cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
        statuses = ", ".join(f"{status} × {n}" for status, n in sorted(Counter(ack.status for ack in chosen).items()))
        lines.append(f"{name:16}{len(times):7}{cuts[49]:9.1f}{cuts[98]:9.1f}{times[-1]:9.1f}  {statuses}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0), backlog=64) as black_hole:
        # It takes connections and never says a word.
        api = f"http://127.0.0.1:{black_hole.getsockname()[1]}/v1"
        with webhook_server(Path(folder), given.workers, BEATCONNECT_API_URL=api, BACKGROUND_SYNC="on") as shop:
            database = shop.environment["DATABASE_URL"].partition(":")[0]
            run(webhook_of(shop), deliveries(WARM_UP, 1_000_000), given.rate)
            acks = run(webhook_of(shop), deliveries(int(given.rate * given.seconds), 0), given.rate)
    # Beside the figures, since others' work on this machine shows in the last two columns.
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{given.rate:.0f} deliveries a second, {given.workers} workers, {database}, API black-holed, {load}")
    print("\n".join(table(acks)))


if __name__ == "__main__":
    main()
