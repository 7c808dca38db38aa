"""BeatConnect on a fake clock: a catalogue that lives, and the three limits to the call."""

import random
from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from catalog.beatconnect import models as wire
from catalog.beatconnect.errors import NotFound, QuotaUsedUp
from catalog.beatconnect.ratelimit import RateLimit

LIMITS = ((60, 10), (3_600, 100), (86_400, 1_000))
GENRES = [wire.Genre(id=number, name=f"Genre {number}") for number in range(1, 19)]


@dataclass
class SimulatedApi:
    """Answers like the client, without a network; counts every attempt and refuses like the real limits."""

    size: int
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    attempts: int = 0
    refused: int = 0
    sent: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        born = timezone.now() - timedelta(days=900)
        step = timedelta(days=900) / (self.size + 1)
        self.beats = {pk: self._beat(pk, born + pk * step) for pk in range(1, self.size + 1)}
        self.changed_at: dict[int, datetime] = {}
        self._sort()

    def _beat(self, pk: int, created_at: datetime, price: str = "29.99") -> wire.Beat:
        return wire.Beat.model_validate(
            {
                "id": pk,
                "title": f"Beat {pk}",
                "user_id": pk % max(1, self.size // 8) + 1,
                "producer_name": f"Producer {pk % max(1, self.size // 8) + 1}",
                "genre": {"id": pk % 18 + 1, "name": f"Genre {pk % 18 + 1}"},
                "price": price,
                "duration": 180,
                "bpm": 80 + pk % 80,
                "key": "C minor",
                "created_at": created_at.isoformat(),
                "play_count": int(1_000_000 / pk),
            }
        )

    def _sort(self) -> None:
        self.newest = sorted(self.beats.values(), key=lambda beat: (beat.created_at, beat.id), reverse=True)
        self.popular = sorted(self.beats.values(), key=lambda beat: (beat.play_count or 0, beat.id), reverse=True)

    def change(self, now: datetime) -> int:
        """Give a random beat another price; return its id."""
        pk = self.rng.choice(list(self.beats))
        old = self.beats[pk]
        assert old.created_at
        self.beats[pk] = self._beat(pk, old.created_at, price=f"{self.rng.randint(10, 99)}.{self.rng.randint(10, 99)}")
        self.changed_at[pk] = now
        self._sort()
        return pk

    def add(self, now: datetime) -> int:
        """Add a beat, the newest; return its id."""
        pk = max(self.beats) + 1
        self.beats[pk] = self._beat(pk, now)
        self._sort()
        return pk

    def remove(self) -> int:
        """Take a random beat out; return its id."""
        pk = self.rng.choice(list(self.beats))
        del self.beats[pk]
        self._sort()
        return pk

    def _count(self) -> RateLimit:
        now = timezone.now()
        self.attempts += 1
        for seconds, most in LIMITS:
            inside = sum(1 for moment in reversed(self.sent[-most:]) if moment > now - timedelta(seconds=seconds))
            if inside >= most:
                self.refused += 1
                raise QuotaUsedUp("quota", "too many", status=429, retry_after=float(seconds))
        insort(self.sent, now)
        left = 10 - sum(1 for moment in self.sent[-10:] if moment > now - timedelta(seconds=60))
        return RateLimit(10, left, None, 60.0)

    def list_beats(self, *, page: int = 1, limit: int = 20, sort: str = "newest", **rest: Any) -> Any:
        rate = self._count()
        order = self.popular if sort == "popular" else self.newest
        shown = tuple(order[(page - 1) * limit : page * limit])
        last = max(1, -(-len(order) // limit))
        answer = wire.BeatPage(beats=shown, page=page, per_page=limit, total=len(order), last_page=last)
        return wire.Reply(answer, 200, rate, timezone.now())

    def list_genres(self, **rest: Any) -> Any:
        return wire.Reply(wire.GenreList(tuple(GENRES)), 200, self._count(), None)

    def get_beat(self, pk: int, **rest: Any) -> Any:
        rate = self._count()
        if pk not in self.beats:
            raise NotFound("not_found", "no such beat", status=404, code="not_found", rate=rate)
        return wire.Reply(self.beats[pk], 200, rate, None)

    def similar_beats(self, pk: int, **rest: Any) -> Any:
        return wire.Reply(wire.BeatPage(beats=tuple(self.popular[:20])), 200, self._count(), None)

    def get_user(self, pk: int, **rest: Any) -> Any:
        return wire.Reply(wire.User(id=pk, name=f"Producer {pk}"), 200, self._count(), None)
