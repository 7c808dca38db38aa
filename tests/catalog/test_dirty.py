"""The dirty queue: marks are one row a thing, due soon, and none is lost to a fetch that is under way."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from catalog import dirty
from catalog.models.events import Dirty, WebhookEvent
from catalog.models.mirror import Beat
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
State = WebhookEvent.State
BEAT, NEWEST = Dirty.Kind.BEAT, Dirty.Kind.NEWEST


def after(**amount: float) -> datetime:
    return NOW + timedelta(**amount)


def arrive(at: datetime, number: int = 0) -> None:
    """Note that an event was received, as the webhook does before its effects."""
    WebhookEvent.objects.create(key=f"evt:{at}{number}", digest="", type="beat.updated", received=at, state=State.DONE)


def test_a_suspicion_is_no_news_of_what_is_marked_already() -> None:
    dirty.suspect([7, 8], NOW, most=2)
    Dirty.objects.filter(ref=7).update(attempts=3, due_at=after(seconds=480))
    dirty.suspect([7, 8, 9, 10], after(seconds=300), most=1)
    assert list(Dirty.objects.order_by("ref").values_list("ref", "attempts", "due_at")) == [
        (7, 3, after(seconds=480)),
        (8, 0, after(seconds=5)),
        (9, 0, after(seconds=305)),
    ]


def test_a_suspicion_that_nothing_settles_costs_a_call_a_day_at_last() -> None:
    dirty.suspect([7], NOW, most=1)
    moments, now = [], NOW
    while now < after(days=10):
        row = dirty.first(Dirty.Kind.SUSPECT)
        assert row, "it is not left, or the next sweep would have it anew"
        now = max(now, row.due_at)
        moments.append(now)
        dirty.failed(row, counts=True, now=now)
    pauses = [later - sooner for sooner, later in itertools.pairwise(moments)]
    planned = [*(timedelta(minutes=minutes) for minutes in (1, 8, 64, 512)), *[timedelta(days=1)] * (len(pauses) - 4)]
    # Each with its jitter of a fifth.
    assert all(0.8 * plan <= pause <= 1.2 * plan for plan, pause in zip(planned, pauses, strict=True))
    assert len(moments) <= 5 + 13


def test_a_beat_that_a_list_shows_is_suspected_no_longer() -> None:
    dirty.suspect([7, 8], NOW, most=2)
    dirty.mark(BEAT, 7, NOW)
    dirty.clear([7])
    assert set(Dirty.objects.values_list("kind", "ref")) == {("beat", 7), ("suspect", 8)}


def test_the_first_mark_after_a_quiet_minute_is_due_at_once_and_others_soon() -> None:
    arrive(NOW)
    dirty.mark(BEAT, 7, NOW)
    arrive(after(seconds=2))
    dirty.mark(BEAT, 8, after(seconds=2))
    arrive(after(seconds=63))
    dirty.mark(BEAT, 9, after(seconds=63))
    due = dict(Dirty.objects.values_list("ref", "due_at"))
    assert due == {7: after(seconds=1), 8: after(seconds=7), 9: after(seconds=64)}


def test_marks_of_one_thing_are_one_row_that_keeps_its_time() -> None:
    for seconds in range(100):
        dirty.mark(NEWEST, 0, after(milliseconds=seconds))
    row = Dirty.objects.get()
    assert (row.version, row.due_at) == (100, after(seconds=1))


def test_the_queue_tells_what_is_due_and_when() -> None:
    assert dirty.first(BEAT) is dirty.next_due(NOW, BEAT) is dirty.next_due_at(BEAT) is None
    dirty.mark(BEAT, 8, NOW)
    dirty.mark(BEAT, 7, after(seconds=1))
    assert dirty.next_due_at(BEAT) == after(seconds=1)
    assert dirty.next_due(NOW, BEAT) is None
    row = dirty.next_due(after(seconds=5), BEAT)
    assert row == dirty.first(BEAT)
    assert row
    assert row.ref == 8


def test_what_was_served_goes() -> None:
    dirty.mark(BEAT, 7, NOW)
    row = dirty.first(BEAT)
    assert row
    dirty.served(row, changed=True, now=NOW)
    assert dirty.first(BEAT) is None


def test_what_had_not_changed_is_looked_at_once_more() -> None:
    dirty.mark(BEAT, 7, NOW)
    row = dirty.first(BEAT)
    assert row
    dirty.served(row, changed=False, now=NOW)
    row = dirty.first(BEAT)
    assert row
    assert (row.looks, row.due_at) == (1, after(seconds=60))
    dirty.served(row, changed=False, now=after(seconds=60))
    assert dirty.first(BEAT) is None


@pytest.mark.parametrize("changed", [True, False])
def test_a_mark_during_the_fetch_is_not_lost(changed: bool) -> None:
    dirty.mark(BEAT, 7, NOW)
    row = dirty.first(BEAT)
    assert row
    dirty.mark(BEAT, 7, after(seconds=2))
    dirty.served(row, changed=changed, now=after(seconds=3))
    row = dirty.first(BEAT)
    assert row
    assert (row.looks, row.due_at) == (0, after(seconds=8))


@pytest.mark.parametrize("looks", [0, 1])
def test_a_mark_renewed_after_an_answer_was_asked_for_outlives_it(shop: Sandbox, looks: int) -> None:
    dirty.mark(BEAT, 7, NOW)
    Dirty.objects.update(looks=looks)
    # A page asked for while the mark waits, an event, and then the page is kept.
    Beat.objects.filter(pk=7).update(fetched_at=after(minutes=10))
    dirty.mark(BEAT, 7, after(minutes=10, seconds=1))
    dirty.drop_fetched(after(minutes=10, seconds=2))
    assert dirty.next_due(after(minutes=10, seconds=2), BEAT)


def test_what_is_marked_again_and_again_keeps_its_place() -> None:
    dirty.mark(BEAT, 7, NOW)
    dirty.mark(BEAT, 8, NOW)
    dirty.mark(BEAT, 7, after(minutes=1))
    row = dirty.next_due(after(minutes=1), BEAT)
    assert row
    assert row.ref == 7


def test_a_mark_does_not_wait_for_a_second_look() -> None:
    dirty.mark(BEAT, 7, NOW)
    row = dirty.first(BEAT)
    assert row
    dirty.served(row, changed=False, now=NOW)
    dirty.mark(BEAT, 7, after(seconds=2))
    row = dirty.first(BEAT)
    assert row
    assert (row.looks, row.due_at) == (0, after(seconds=7))
