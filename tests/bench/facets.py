"""Lists and their filters over a large catalogue: milliseconds of server time, by the test client.

`DATABASE_URL=… python -m tests.bench.facets [--beats 50000]`, with the URL of an empty PostgreSQL database or of a
SQLite file that need not exist; a second run finds the beats of the first there. Nothing is cached between requests
but the snapshot that counts are taken from. Of five rounds the fastest is what a page costs; the middle one also says
how busy the machine was.
"""

import argparse
import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from random import Random

import django
from django.core.management import call_command

from tests.bench.catalogue import learn_sizes
from tests.own_database import environment_with

NOW = datetime(2026, 11, 1, tzinfo=UTC)
GENRES, BATCH = 30, 5_000
ADDRESSES = [
    "/beats/",
    "/beats/?sort=popular",
    "/beats/?sort=bpm_asc",
    "/beats/?genre=3&sort=popular",
    "/beats/?genre=3&genre=5&bpm_min=100&bpm_max=120",
    "/beats/?bpm_min=90&bpm_max=120&sort=popular",
    "/beats/?bpm_min=70&bpm_max=75&times=any&key=8A&key=9A",
    "/beats/?key=8A&key=8B&key=7A&key=9A&bpm_min=100&bpm_max=110&sort=popular",
    "/beats/?price_min=20&price_max=30&genre=2",
    "/beats/?mixes_with=77&sort=popular",
    "/beats/?producer=40&bpm_min=100",
    "/beats/?genre=1&page=40",
    "/genres/2/",
    "/producers/41/",
]


def fill(count: int) -> None:
    """Put so many invented beats into the mirror."""
    from catalog.models.mirror import Beat, Genre, Producer  # noqa: PLC0415
    from catalog.models.sync import SyncState  # noqa: PLC0415

    rng, told = Random(7), NOW - timedelta(days=1)
    people = max(50, count // 40)
    Genre.objects.bulk_create(Genre(id=pk, name=f"Genre {pk}", fetched_at=told) for pk in range(1, GENRES + 1))
    Producer.objects.bulk_create(
        (Producer(id=pk, name=f"Producer {pk}", fetched_at=told) for pk in range(1, people + 1)), batch_size=BATCH
    )
    for start in range(0, count, BATCH):
        Beat.objects.bulk_create(
            Beat(
                id=pk,
                title=f"Beat {pk}",
                genre_id=min(int(rng.expovariate(0.15)), GENRES - 1) + 1,
                producer_id=int(people ** rng.random()),
                bpm=rng.choice([None, *range(70, 160)]),
                tone=rng.choice([None, *range(24)]),
                price=rng.choice([None, 0, *(n - 0.01 for n in range(10, 120, 5))]),
                play_count=int(count / rng.randint(1, count) ** 0.85),
                created_at=NOW - timedelta(minutes=count - pk),
                fetched_at=told,
            )
            for pk in range(start + 1, min(start + BATCH, count) + 1)
        )
    Genre.objects.update(beat_count=1)
    Producer.objects.update(beat_count=1)
    SyncState.objects.update_or_create(pk=1, defaults={"as_of": NOW, "complete": True, "version": 1})
    learn_sizes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beats", type=int, default=50_000)
    asked = parser.parse_args()
    os.environ.update(environment_with(os.environ["DATABASE_URL"]), BACKGROUND_SYNC="off")
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from catalog.facets.index import index  # noqa: PLC0415
    from catalog.models.mirror import Beat  # noqa: PLC0415
    from catalog.state import read_state  # noqa: PLC0415

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    if not Beat.objects.exists():
        fill(asked.beats)
    begun = time.perf_counter()
    index.current(read_state().version)
    print(f"{Beat.objects.count()} beats; snapshot made in {time.perf_counter() - begun:.2f} s")
    client, middles, fastest = Client(), [], []
    for address in ADDRESSES:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            response = client.get(address, follow=True)
            times.append((time.perf_counter() - begun) * 1000)
            assert response.status_code == 200, address
        middles.append(statistics.median(times))
        fastest.append(min(times))
        print(f"{fastest[-1]:8.1f} ms  {middles[-1]:8.1f} ms  {address}")
    print(f"{statistics.median(fastest):8.1f} ms  {statistics.median(middles):8.1f} ms  median of the pages")
    print(f"{max(fastest):8.1f} ms  {max(middles):8.1f} ms  slowest page")


if __name__ == "__main__":
    main()
