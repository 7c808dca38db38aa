"""Events in whatever order: the newest word counts, and never over what was fetched or removed since."""

import itertools
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from catalog.beatconnect import models as wire
from catalog.mirror.beats import apply_beats
from catalog.mirror.removal import mark_gone
from catalog.models.events import Dirty
from catalog.models.mirror import Beat
from tests.webhooks import a_beat, tell

pytestmark = pytest.mark.django_db


def marks() -> set[tuple[str, int]]:
    return set(Dirty.objects.values_list("kind", "ref"))


def ago(seconds: float) -> int:
    return int(time.time() - seconds)


LIFE = (
    ("beat.created", a_beat(price=10, title="First"), 90),
    ("beat.updated", a_beat(price=20, title="Second"), 60),
    ("beat.updated", a_beat(price=30, title="Third"), 30),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("shape", ["reference", "explorer"])
def test_the_order_of_events_does_not_matter(client: Client, order: tuple[int, ...], shape: Any) -> None:
    now = time.time()
    for number in order:
        kind, data, age = LIFE[number]
        tell(client, kind, data, id=f"evt_{number}", created=int(now - age), shape=shape)
    beat = Beat.objects.get()
    assert (beat.title, beat.price) == ("Third", Decimal(30))
    assert beat.fetched_at == datetime.fromtimestamp(int(now - 30), UTC)
    assert marks() == {("newest", 0), ("beat", 9001)}
    assert Dirty.objects.get(kind=Dirty.Kind.BEAT).version == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_a_beat_taken_off_sale_among_its_events_stays_so_or_is_asked_for(
    client: Client, order: tuple[int, ...]
) -> None:
    now = time.time()
    for number in order:
        if number == len(LIFE):
            mark_gone(9001, datetime.fromtimestamp(now, UTC))
            continue
        kind, data, age = LIFE[number]
        tell(client, kind, data, id=f"evt_{number}", created=int(now - age))
    known_when_removed = order[0] != len(LIFE)
    assert (Beat.objects.get().gone_at is not None) == known_when_removed
    # Told of only after its removal it is shown until BeatConnect is asked, which it is.
    assert marks() == {("newest", 0), ("beat", 9001)}


def test_a_beat_seen_after_it_was_not_found_stays_on_sale() -> None:
    seen = wire.Beat.model_validate(a_beat())
    apply_beats(wire.BeatPage(beats=(seen,)), datetime.fromtimestamp(ago(10), UTC))
    mark_gone(9001, datetime.fromtimestamp(ago(20), UTC))
    assert Beat.objects.get().gone_at is None


def test_an_event_never_undoes_what_was_fetched_after_it(client: Client) -> None:
    fetched = wire.Beat.model_validate(a_beat(price=99))
    apply_beats(wire.BeatPage(beats=(fetched,)), datetime.fromtimestamp(ago(10), UTC))
    tell(client, "beat.updated", a_beat(price=1), created=ago(20))
    assert Beat.objects.get().price == 99
    tell(client, "beat.updated", a_beat(price=2), created=ago(5), id="evt_2")
    assert Beat.objects.get().price == 2
