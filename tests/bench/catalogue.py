"""A large invented catalogue, written straight into the mirror with all that search looks in: what benches run on."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BATCH = 20_000
# An empty table by which a database is known to be a bench's own: nobody else's beats and accounts are touched.
MARK = "invented_catalogue"
_BEAT = [
    *(
        "id",
        "fetched_at",
        "title",
        "producer_id",
        "producer_name",
        "genre_id",
        "price",
        "duration",
        "bpm",
        "key",
        "tone",
    ),
    *("audio_url", "cover_url", "created_at", "play_count", "download_count", "provisional"),
]
_ENTRY, _WORD = ["kind", "item", "word", "plays"], ["word", "backwards", "skeleton"]


def filled(count: int, *, afresh: bool = False) -> float:
    """Migrate the database, fill it unless it holds beats already, and return the seconds that took.

    It must be empty, or filled by this before. `afresh`: beats that are not so many go first.
    """
    from catalog.models.mirror import Beat  # noqa: PLC0415 - the settings come first

    _claim()
    call_command("migrate", verbosity=0)
    if afresh and Beat.objects.count() != count:
        call_command("flush", interactive=False, verbosity=0)
    if Beat.objects.exists():
        return 0.0
    begun = time.perf_counter()
    fill(count)
    return time.perf_counter() - begun


def learn_sizes() -> None:
    """Let the database know how large its tables are, as it does in a shop: at the end of a sweep, or by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _claim() -> None:
    tables = connection.introspection.table_names()
    if MARK in tables:
        return
    if tables:
        raise SystemExit("This database holds what no bench has put there. Name an empty one, or delete the file.")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARK} (id integer)")


def fill(count: int) -> None:
    """Put so many beats into an empty mirror, half of their words invented, so that the vocabulary grows with it."""
    from catalog.beatconnect.sandbox import genres, names  # noqa: PLC0415
    from catalog.models.mirror import Genre  # noqa: PLC0415
    from catalog.models.sync import SyncState  # noqa: PLC0415
    from catalog.search.folding import fold_name  # noqa: PLC0415

    rng, told = Random(7), NOW - timedelta(days=1)
    people = names.producer_names(rng, 1_200)
    producers = max(40, count // 40)
    labels = [people[n % len(people)] + (f" {n}" if n >= len(people) else "") for n in range(producers)]
    Genre.objects.bulk_create(Genre(id=g.id, name=g.name, fetched_at=told) for g in genres.GENRES)
    held = [[0, 0] for _ in labels]
    invented = [_word(rng) for _ in range(max(1_000, count // 4))]
    with _indexes_later():
        _write(
            "producer",
            ["id", "fetched_at", "name", "bio", "location", "avatar_url", "website", "social", "folded", "beat_count",
             "play_count"],
            [(5_000 + n, told, name, "", "", "", "", "{}", fold_name(name), 0, 0) for n, name in enumerate(labels)],
        )  # fmt: skip
        spelled: set[str] = set()
        for start in range(1, count + 1, BATCH):
            beats = [_beat(pk, count, rng, genres.GENRES, names, labels, invented, told)
                     for pk in range(start, min(start + BATCH, count + 1))]  # fmt: skip
            for row in beats:
                held[row[3] - 5_000][0] += 1
                held[row[3] - 5_000][1] += row[14]
            _write("beat", _BEAT, beats)
            _write("searchentry", _ENTRY, _entries(beats, spelled))
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE catalog_producer SET beat_count = %s, play_count = %s WHERE id = %s",
                [(number, plays, 5_000 + n) for n, (number, plays) in enumerate(held)],
            )
        _write("searchentry", _ENTRY, _people(labels, held, spelled))
        _write("searchword", _WORD, _words(spelled))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_genre SET beat_count ="
            " (SELECT count(*) FROM catalog_beat WHERE genre_id = catalog_genre.id)"
        )
    learn_sizes()
    SyncState.objects.update_or_create(pk=1, defaults={"as_of": NOW, "complete": True, "version": 1})


def _beat(
    pk: int,
    count: int,
    rng: Random,
    genres: Sequence[Any],
    names: Any,
    labels: list[str],
    invented: list[str],
    told: Any,
) -> tuple[Any, ...]:
    genre = genres[min(int(rng.expovariate(0.15)), len(genres) - 1)]
    person = int(len(labels) * rng.random() ** 2)
    title = names.title(rng, genre.tongues)
    if rng.random() < 0.5:
        title = f"{rng.choice(invented).title()} {title.split()[0]}"
    tone, bpm = rng.choice([None, *range(24)]), rng.choice([None, *range(70, 160)])
    key = _key_name(tone)
    price = rng.choice([None, 0, *(n - 0.01 for n in range(10, 120, 5))])
    made = NOW - timedelta(minutes=count - pk)
    media = f"https://media.example/{pk}"
    plays = int(40 * count / rng.randint(1, count) ** 0.85)
    facts = (genre.id, price, rng.randint(90, 240), bpm, key, tone, f"{media}.mp3", f"{media}.jpg", made, plays, 0)
    return (pk, told, title[:300], 5_000 + person, labels[person], *facts, False)


def _key_name(tone: int | None) -> str:
    from catalog.harmony import KEYS  # noqa: PLC0415

    return "" if tone is None else KEYS[tone].name


def _entries(beats: list[tuple[Any, ...]], spelled: set[str]) -> Iterator[tuple[Any, ...]]:
    from catalog.search.folding import fold, words  # noqa: PLC0415

    for pk, _, title, _, person, genre, _, _, _, _, tone, *_, plays, _, _ in beats:
        plain = {*words(title), *words(person)}
        spelled |= plain
        marks = {f"={fold(title)[:100]}", f"#g{genre}", *([f"#k{tone}"] if tone is not None else [])}
        yield from ((1, pk, word, plays) for word in plain | marks)


def _people(labels: list[str], held: list[list[int]], spelled: set[str]) -> Iterator[tuple[Any, ...]]:
    from catalog.search.folding import fold, words  # noqa: PLC0415

    for n, name in enumerate(labels):
        plain = set(words(name))
        spelled |= plain
        if held[n][0]:
            yield from ((2, 5_000 + n, word, held[n][1]) for word in plain | {f"={fold(name)[:100]}"})


def _words(spelled: Iterable[str]) -> list[tuple[str, str, str]]:
    from catalog.search.folding import skeleton  # noqa: PLC0415

    return [(word, word[::-1], skeleton(word)) for word in sorted(spelled)]


def _word(rng: Random) -> str:
    return "".join(rng.choice("bdfgkmnprstwyz") + rng.choice("aeiou") for _ in range(rng.randint(2, 5)))


def _write(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows as fast as the database takes them."""
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY catalog_{table} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            plain = ([str(value) if isinstance(value, datetime) else value for value in row] for row in rows)
            marks = ", ".join("?" * len(columns))
            connection.connection.executemany(f"INSERT INTO catalog_{table} ({named}) VALUES ({marks})", plain)


class _indexes_later:  # noqa: N801 - reads as what it does
    """Take the indexes away while rows come in by the million, and make them again: four times as fast."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT indexname, indexdef FROM pg_indexes"
                    " WHERE tablename IN ('catalog_beat', 'catalog_searchentry')"
                    " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
                )
            else:
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
                    " AND tbl_name IN ('catalog_beat', 'catalog_searchentry')"
                )
            self._made = cursor.fetchall()
            for name, _ in self._made:
                cursor.execute(f'DROP INDEX "{name}"')
            cursor.execute("BEGIN" if connection.vendor == "sqlite" else "SELECT 1")

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("COMMIT")
            for _, definition in self._made:
                cursor.execute(definition)
