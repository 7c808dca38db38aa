"""The seeded catalogue: the same seed, size and day always give the same beats and producers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from . import names
from .genres import GENRES, Genre

MOST_PRODUCERS = 400
FIRST_USER_ID = 5001
_SPAN = timedelta(days=3 * 365)
_PRICES = (14.99, 19.99, 24.99, 29.99, 34.99, 39.99, 49.99, 59.99, 79.99, 99.99, 149.99, 249.99)
_PRICE_WEIGHTS = (4, 9, 10, 16, 8, 9, 12, 6, 5, 4, 2, 1)


class OwnPath(str):
    """A path on this server, which becomes absolute under the origin of the request that asks for it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat as the reference shape writes it; `dropped` names fields left out of every answer."""

    id: int
    fields: dict[str, Any]
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Producer:
    """A user's profile without the figures that are counted from the beats."""

    id: int
    fields: dict[str, Any]
    genres: tuple[Genre, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Beats and producers in order of their ids."""

    beats: list[Beat]
    producers: list[Producer]


def stamp(moment: datetime) -> str:
    """Write a UTC moment as the API does."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def build(*, seed: int, beats: int, now: datetime) -> Catalogue:
    """Invent a catalogue whose newest beat is a little older than `now` (UTC)."""
    rng = Random(f"{seed}:catalogue")
    producers = _producers(rng, min(MOST_PRODUCERS, -(-beats // 8)), now)
    moments = _moments(rng, beats, now)
    plays = _plays(rng, beats)
    reach = list(accumulate(_long_tail(len(producers))))
    made = []
    for index in range(beats):
        producer = rng.choices(producers, cum_weights=reach)[0]
        genre = rng.choices(producer.genres, weights=(6, 3, 1)[: len(producer.genres)])[0]
        made.append(_beat(rng, index + 1, producer, genre, moments[index], plays[index]))
    return Catalogue(made, producers)


def _long_tail(count: int) -> list[float]:
    return [1 / (rank + 4) ** 0.7 for rank in range(count)]


def _moments(rng: Random, count: int, now: datetime) -> list[str]:
    offsets = sorted(int(_SPAN.total_seconds() * (1 - rng.random() ** 1.5)) for _ in range(count))
    for index in range(1, count):
        if rng.random() < 0.04:  # uploads of one album share their second
            offsets[index] = offsets[index - 1]
    start = now - _SPAN
    return [stamp(start + timedelta(seconds=offset)) for offset in offsets]


def _plays(rng: Random, count: int) -> list[int]:
    peak = 40_000 + 40 * count
    plays = [round(peak / (rank + 1) ** 0.85 * rng.uniform(0.8, 1.2)) for rank in range(count)]
    rng.shuffle(plays)
    return plays


def _producers(rng: Random, count: int, now: datetime) -> list[Producer]:
    # Every genre is somebody's first, in turn, so that even a small catalogue shows most of them.
    # The first producers make most of the beats, so the best-known genres come first, more or less.
    homes = sorted(GENRES, key=lambda genre: genre.id + rng.uniform(0, 7))
    return [
        _producer(rng, FIRST_USER_ID + index, name, homes[index % len(homes)], now)
        for index, name in enumerate(names.producer_names(rng, count))
    ]


def _producer(rng: Random, number: int, name: str, home: Genre, now: datetime) -> Producer:
    city, country = rng.choice(names.PLACES)
    handle = "".join(letter for letter in name.casefold() if letter.isascii() and letter.isalnum())
    others = rng.sample([genre for genre in GENRES if genre is not home], rng.choice((0, 1, 1, 2)))
    fields: dict[str, Any] = {
        "id": number,
        "name": name,
        "bio": rng.choice(names.BIOS).format(city=city) if rng.random() < 0.9 else None,
        "location": city,
        "country": country,
        "avatar": OwnPath(f"/images/users/{number}.jpg") if rng.random() < 0.93 else None,
        "website": f"https://{handle}.example" if rng.random() < 0.6 else None,
        "social": {
            network: f"https://{network}.example/{handle}"
            for network in ("instagram", "youtube", "soundcloud")
            if rng.random() < 0.55
        },
        "created_at": stamp(now - _SPAN - timedelta(seconds=rng.randrange(3600, 200 * 86_400))),
    }
    return Producer(number, fields, (home, *others))


def _beat(rng: Random, number: int, producer: Producer, genre: Genre, moment: str, plays: int) -> Beat:
    known = rng.random
    price = 0.0 if known() < 0.01 else rng.choices(_PRICES, weights=_PRICE_WEIGHTS)[0]
    mode = 0 if known() < 0.68 else 12  # most beats are in minor
    fields: dict[str, Any] = {
        "id": number,
        "title": names.title(rng, genre.tongues),
        "user_id": producer.id,
        "producer_name": producer.fields["name"],
        "genre": {"id": genre.id, "name": genre.name},
        "price": price if known() > 0.02 else None,
        "duration": rng.randint(118, 262),
        "bpm": rng.randint(*genre.tempo) if known() > 0.04 else None,
        "key": names.KEYS[mode + rng.randrange(12)] if known() > 0.05 else None,
        "audio_url": OwnPath(f"/audio/{number}.mp3"),
        "cover_image": OwnPath(f"/images/{number}.jpg") if known() > 0.04 else None,
        "created_at": moment,
        "play_count": plays if known() > 0.01 else None,
        "download_count": round(plays * rng.uniform(0.01, 0.06)),
    }
    return Beat(number, fields)
