"""What a catalogue that grows costs: server time of each kind of page, by the test client.

`make bench-growth`, or `DATABASE_URL=… python -m tests.bench.growth --beats 100000` with the URL of an empty PostgreSQL
database or of a SQLite file that need not exist; a second run finds the beats of the first there. Each address is asked
for once, so that nothing but what a process keeps of the catalogue itself makes it faster.
"""

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import django

from tests.own_database import environment_with

DEEP = 400


def addresses(count: int) -> dict[str, Iterator[str]]:
    """Return for each kind of page as many different addresses as are asked for."""
    sorts = ("newest", "popular", "price_asc", "price_desc", "bpm_asc")
    words = ("la", "ama", "night", "dj", "gold", "piano", "sun", "str", "ef", "kud", "no wah", "lago", "afr", "tem")
    pages = max(1, min(DEEP, count // 24))
    n = range(10**6)
    return {
        "list": (f"/beats/?sort={sorts[i % 5]}&page={1 + i // 5}" for i in n),
        "filtered list": (
            f"/beats/?genre={1 + i % 9}&bpm_min={70 + i}&bpm_max={100 + i}&sort={sorts[i % 5]}" for i in n
        ),
        "narrow filter": (f"/beats/?bpm_min={72 + i}&bpm_max={73 + i}&key=8A&key=9A&sort={sorts[i % 5]}" for i in n),
        f"page {pages}": (f"/beats/?sort={sorts[i % 5]}&page={max(1, pages - i // 5)}" for i in n),
        f"genre, page {pages // 10 + 1}": (
            f"/beats/?genre={1 + i % 5}&page={max(1, pages // 10 + 1 - i // 5)}" for i in n
        ),
        "search": (f"/search/?q={words[i % len(words)]}+{'abcdefghijklmnop'[i // len(words)]}" for i in n),
        "suggestion": (f"/search/suggest/?q={words[i % len(words)]}{'aeiou'[i // len(words)]}" for i in n),
        "beat page": (f"/beats/{1 + (i * 7919) % count}/" for i in n),
        "producer page": (f"/producers/{5000 + (i * 31) % max(40, count // 40)}/" for i in n),
        "home": (f"/?{i}" for i in n),
    }


def timed(ask: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """Return milliseconds: the median, the 95th percentile, and the median of this process's own work.

    The last says what a request costs on a machine that does other things, too; a database server's work isn't in it.
    """
    times, work = [], []
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        ask()
        times.append((time.perf_counter() - begun) * 1000)
        work.append((time.process_time() - worked) * 1000)
    return statistics.median(times), sorted(times)[int(rounds * 0.95)], statistics.median(work)


def measure(count: int, rounds: int, *, afresh: bool) -> None:
    from django.db import connection  # noqa: PLC0415 - the settings come first
    from django.test import Client  # noqa: PLC0415

    from catalog.facets.index import index  # noqa: PLC0415
    from catalog.models.mirror import Beat  # noqa: PLC0415
    from catalog.state import read_state  # noqa: PLC0415
    from tests.bench.catalogue import filled  # noqa: PLC0415

    seconds = filled(count, afresh=afresh)
    count = Beat.objects.count()
    begun, before = time.perf_counter(), _memory()
    index.current(read_state().version)
    print(
        f"{connection.vendor}, {count:,} beats, filled in {seconds:.0f} s; "
        f"snapshot {time.perf_counter() - begun:.2f} s, {_memory() - before:.0f} MB"
    )
    client = Client()
    for path in ("/beats/", "/beats/1/", "/producers/5001/", "/search/?q=lagos", "/"):
        client.get(path, follow=True)
    for kind, wanted in addresses(count).items():
        asked = [_canonical(client, next(wanted)) for _ in range(rounds)]
        left = iter(asked)
        _tell(kind, timed(lambda left=left: client.get(next(left)), rounds))
    _tell("apply 100 beats", timed(_apply(), 10))
    print(f"memory {_memory():.0f} MB")


def _tell(kind: str, figures: tuple[float, float, float]) -> None:
    print(f"{kind:16} median {figures[0]:8.1f}  95 % {figures[1]:8.1f}  own work {figures[2]:8.1f} ms", flush=True)


def _canonical(client: object, address: str) -> str:
    """Return where a page without its words in the address leads, without asking for the page itself."""
    from catalog.models.mirror import Beat, Producer  # noqa: PLC0415

    room, pk = address.strip("/").split("/")[:2] if address.count("/") == 3 else ("", "")
    model = {"beats": Beat, "producers": Producer}.get(room) if pk.isdigit() else None
    return model.objects.get(pk=pk).url if model else address


def _apply() -> Callable[[], None]:
    """Return what keeps an answer with 100 beats that were played since the one before, as most answers tell."""
    from django.utils import timezone  # noqa: PLC0415

    from catalog.beatconnect.models import BeatPage  # noqa: PLC0415
    from catalog.mirror.beats import apply_beats  # noqa: PLC0415
    from tests.bench.answers import page_of  # noqa: PLC0415

    asked = iter(range(10**6))

    def apply() -> None:
        number = next(asked)
        answer: BeatPage = page_of(range(1, 101), plays=number)
        apply_beats(answer, timezone.now() + timedelta(seconds=number))

    apply()  # the first one tells more: its beats are others than those that the bench invented
    return apply


def _memory() -> float:
    """Return this process's memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beats", type=int, default=10_000)
    parser.add_argument("--afresh", action="store_true", help="empty a database that holds another number of beats")
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    os.environ.update(environment_with(os.environ["DATABASE_URL"]), BACKGROUND_SYNC="off")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    measure(asked.beats, asked.rounds, afresh=asked.afresh)


if __name__ == "__main__":
    main()
