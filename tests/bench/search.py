"""Search and suggestions over a large catalogue: milliseconds of server time, by the test client.

`DATABASE_URL=… python -m tests.bench.search [--beats 50000]`, with the URL of an empty PostgreSQL database or of a
SQLite file that need not exist. Half of the words are those of the sandbox's catalogue, half invented, so that the
vocabulary grows with the catalogue. A second run finds the beats of the first there. Of five rounds the fastest is what
a text costs; the middle one also says how busy the machine was.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.bench.catalogue import learn_sizes

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TYPED = ["lagos", "amapiano", "thabiso", "golden hour", "ife", "c minor", "no wahala", "kuduro", "moyo", "afro house"]
SEARCHED = [
    *TYPED,
    *("piano", "afrobeat", "amapinao", "harmatan", "nowahala", "ሰላም", "night bus in lagos", "dj", "qqqzzz", "ma"),
]
BATCH = 1_000


def fill(count: int) -> None:
    """Put so many invented beats into the mirror, with the words that search looks in."""
    from catalog.beatconnect.sandbox import genres, names  # noqa: PLC0415
    from catalog.models import mirror, sync  # noqa: PLC0415
    from catalog.search import entries  # noqa: PLC0415

    rng = Random(7)
    told = NOW - timedelta(days=1)
    mirror.Genre.objects.bulk_create(mirror.Genre(id=g.id, name=g.name, fetched_at=told) for g in genres.GENRES)
    people = names.producer_names(rng, 1_200)
    producers = [mirror.Producer(id=5_000 + n, name=name, fetched_at=told) for n, name in enumerate(people)]
    mirror.Producer.objects.bulk_create(producers)
    invented = [_word(rng) for _ in range(max(1_000, count // 2))]
    for start in range(0, count, BATCH):
        beats = []
        for pk in range(start + 1, min(start + BATCH, count) + 1):
            genre, person = rng.choice(genres.GENRES), rng.randrange(len(people))
            title = names.title(rng, genre.tongues)
            if rng.random() < 0.5:
                title = f"{rng.choice(invented).title()} {rng.choice([*invented[:200], title])}"
            plays = int(40 * count / rng.randint(1, count) ** 0.85)
            own = {"title": title[:300], "genre_id": genre.id, "producer_id": 5_000 + person, "play_count": plays}
            more = {"producer_name": people[person], "tone": rng.randrange(24), "bpm": 112, "created_at": told}
            beats.append(mirror.Beat(id=pk, fetched_at=told, key="C minor", **own, **more))
        mirror.Beat.objects.bulk_create(beats)
        entries.keep_beats([beat.pk for beat in beats])
    for genre in genres.GENRES:
        mirror.Genre.objects.filter(pk=genre.id).update(beat_count=mirror.Beat.objects.filter(genre=genre.id).count())
    mirror.Producer.objects.update(beat_count=count // len(people), play_count=count)
    entries.keep_producers([producer.pk for producer in producers])
    sync.SyncState.objects.update_or_create(pk=1, defaults={"as_of": NOW, "complete": True})
    learn_sizes()


def _word(rng: Random) -> str:
    return "".join(rng.choice("bdfgkmnprstwyz") + rng.choice("aeiou") for _ in range(rng.randint(2, 5)))


def typed(text: str) -> Iterator[str]:
    """Yield what stands in the field while somebody types, from the second letter on."""
    return (text[:end] for end in range(2, len(text) + 1))


def timings(ask: Callable[[str], object], texts: Iterable[str], rounds: int = 5) -> dict[str, list[float]]:
    """Return the milliseconds that each text cost in some rounds."""
    found: dict[str, list[float]] = {}
    for text in texts:
        tries = []
        for _ in range(rounds):
            begun = time.perf_counter()
            ask(text)
            tries.append((time.perf_counter() - begun) * 1000)
        found[text] = tries
    return found


def report(name: str, tried: dict[str, list[float]]) -> None:
    for which, of in (("fastest", min), ("middle", statistics.median)):
        found = {text: of(tries) for text, tries in tried.items()}
        times = sorted(found.values())
        slowest = sorted(found, key=lambda text: -found[text])[:4]
        print(
            f"{name:12} {which:8} median {statistics.median(times):6.1f} ms   "
            f"p95 {times[int(len(times) * 0.95)]:6.1f} ms"
            f"   worst {', '.join(f'{text!r} {found[text]:.1f}' for text in slowest)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beats", type=int, default=50_000)
    count = parser.parse_args().beats
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.test import Client  # noqa: PLC0415 - the settings come first

    from catalog.models.mirror import Beat  # noqa: PLC0415
    from catalog.models.search import SearchEntry, SearchWord  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    if not Beat.objects.exists():
        begun = time.perf_counter()
        fill(count)
        print(f"filled in {time.perf_counter() - begun:.0f} s")
    held = f"{Beat.objects.count()} beats, {SearchEntry.objects.count()} entries, {SearchWord.objects.count()} words"
    print(f"{connection.vendor}: {held}")
    client = Client()

    def ask(path: str) -> Callable[[str], object]:
        return lambda text: client.get(path, {"q": text}).status_code == 200 or _fail(path, text)

    ask("/search/")("warm")
    report(
        "suggestions", timings(ask("/search/suggest/"), dict.fromkeys(part for text in TYPED for part in typed(text)))
    )
    report("misspelt", timings(ask("/search/suggest/"), ["amapinao", "harmatan", "thabisso", "goldn huor", "kadura"]))
    report("results", timings(ask("/search/"), SEARCHED))


def _fail(path: str, text: str) -> None:
    raise RuntimeError(f"{path}?q={text} failed")


if __name__ == "__main__":
    main()
