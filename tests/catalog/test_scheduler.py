"""The scheduler: the agenda decides, the ledger allows, the lease guards, and nothing in memory matters."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from catalog.gateway import site_gateway
from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall, Budget
from catalog.models.mirror import Beat, Producer, Similar
from catalog.models.sync import Lease, SyncState
from catalog.quota.purposes import NEWEST, SWEEP
from catalog.state import WrongSource, read_state
from catalog.sync import hot, leases, newest, pacing, plan, runner
from catalog.sync.turn import Turn
from tests.bench import random_changes
from tests.catalog.turns import paths, turn
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_an_empty_shop_is_filled_at_once(api: Sandbox) -> None:
    mine = turn()
    for _ in range(4):
        assert runner.once(mine) == 0
    assert read_state().complete
    assert Beat.objects.count() == 253


def test_a_full_shop_is_swept_at_an_even_pace(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    shop.limits("off")
    mine = turn()
    assert runner.once(mine) == 0  # a page
    assert runner.once(mine) == 0  # what nobody needs any longer, without a call
    assert runner.once(mine) > 0
    assert pacing.next_due(mine.gateway.ledger, timezone.now()) - timezone.now() == pytest.approx(
        timedelta(seconds=99), abs=timedelta(seconds=2)
    )
    assert len(paths()) == 1


def test_a_replaced_holder_writes_nothing(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    shop.change_beat(12, title="Written by the fenced")
    with time_machine.travel(timezone.now() - timedelta(minutes=2), tick=True):
        stalled = turn()
    thief = leases.take(leases.SYNC)
    assert thief
    for _ in range(3):
        runner.once(stalled)
    assert not paths(), "it doesn't even ask"
    # Nor does it write what it had asked for before.
    with pytest.raises(leases.Fenced), stalled.writing():
        Beat.objects.filter(pk=12).update(title="Written by the fenced")
    assert Beat.objects.get(pk=12).title != "Written by the fenced"
    assert thief.renew()


def test_each_call_of_a_turn_has_the_whole_lease_before_it(shop: Sandbox) -> None:
    with time_machine.travel(timezone.now() - timedelta(seconds=40), tick=True):
        mine = turn()
    plan.fetch_genres(mine, SWEEP)
    assert leases.take(leases.SYNC, lambda: timezone.now() + timedelta(seconds=30)) is None


@pytest.mark.django_db(transaction=True)
def test_who_stood_by_while_the_mirror_was_begun_anew_from_another_api_asks_nothing(shop: Sandbox) -> None:
    holder = leases.take(leases.SYNC)
    assert holder
    asked = shop.asked

    def wait(seconds: float) -> bool:
        SyncState.objects.update(api_url="https://api.another.example/v1")
        holder.release()
        return False

    with pytest.raises(WrongSource):
        runner.run(site_gateway(), wait=wait)
    assert shop.asked == asked


def test_what_was_asked_for_before_the_mirror_was_begun_anew_is_not_kept(shop: Sandbox) -> None:
    mine = turn()
    SyncState.objects.update(api_url="https://api.another.example/v1")
    with pytest.raises(WrongSource), mine.writing():
        Beat.objects.all().delete()
    assert Beat.objects.count() == 253


def test_a_lease_taken_by_a_clock_that_was_days_ahead_is_over() -> None:
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert leases.take(leases.SYNC, timezone.now)
    assert leases.take(leases.SYNC, timezone.now)
    assert leases.take(leases.SYNC, timezone.now) is None


def test_of_two_who_try_at_once_the_one_that_looked_at_the_clock_first_may_come_second() -> None:
    now = timezone.now()
    assert leases.take(leases.SYNC, lambda: now)
    for sooner in (timedelta(microseconds=1), timedelta(milliseconds=10), timedelta(seconds=20)):
        assert leases.take(leases.SYNC, lambda late=now - sooner: late) is None


def test_a_lease_is_renewed_only_by_who_holds_it() -> None:
    first = leases.take(leases.SYNC)
    assert first
    assert leases.take(leases.SYNC) is None
    assert first.renew()
    first.release()
    second = leases.take(leases.SYNC)
    assert second
    assert not first.renew()
    first.release()
    assert Lease.objects.get(pk=leases.SYNC).holder == second.holder


def test_the_newest_walk_goes_on_to_the_watermark_and_not_to_a_known_beat(shop: Sandbox) -> None:
    shop.limits("off")
    mine = turn()
    newest.walk(mine, NEWEST)
    for number in range(150):
        shop.add_beat(title=f"Arrival {number}")
    # One of them is known already, as if a visitor had asked for it.
    known = shop.beats()[0]["id"]
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=known, due_at=timezone.now())
    ApiCall.objects.all().delete()
    runner.once(mine)
    ApiCall.objects.all().delete()
    newest.walk(mine, NEWEST)
    assert read_state().walk_page == 1
    newest.walk(mine, NEWEST)
    assert read_state().walk_page == 0
    assert Beat.objects.count() == 253 + 150


@pytest.mark.parametrize(("beats", "hot_share", "warm_share"), [(253, 0, 0), (10_000, 0.25, 0), (50_000, 0.15, 0.15)])
def test_popular_pages_get_their_share_of_the_paced_calls(beats: int, hot_share: float, warm_share: float) -> None:
    tiers = [hot.tier(slot, beats) for slot in range(2_000)]
    assert tiers.count("hot") / 2_000 == pytest.approx(hot_share)
    assert tiers.count("warm") / 2_000 == pytest.approx(warm_share)


def test_a_turn_that_the_quota_refused_is_not_over(shop: Sandbox) -> None:
    shop.limits("off")
    SyncState.objects.update(upstream_total=1_000, walked_at=timezone.now())
    mine = turn()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(40):
            clock.shift(101)
            # Refused once before each call: a slot that were used up by that would be every other one.
            with _spent(mine):
                runner.once(mine)
            runner.once(mine)
            mine.lease.renew(mine.clock)
            SyncState.objects.update(upstream_total=1_000, walked_at=timezone.now(), genres_fetched_at=timezone.now())
    popular = [path for path in paths() if "sort=popular" in path]
    assert popular == [f"/beats?sort=popular&page={page}" for page in range(1, len(popular) + 1)]
    assert len(popular) >= 5
    assert any("/users/" in path or path.endswith("/similar") for path in paths())


@contextmanager
def _spent(mine: Turn) -> Iterator[None]:
    """Have the key paused within this, as by a 429."""
    Budget.objects.filter(pk=mine.gateway.ledger.key).update(blocked_until=timezone.now() + timedelta(seconds=1))
    yield
    Budget.objects.update(blocked_until=None)


def test_extras_bring_profiles_and_similar_beats_at_a_tenth_of_the_pace(shop: Sandbox) -> None:
    shop.limits("off")
    mine = turn()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(40):
            clock.shift(101)
            runner.once(mine)
            mine.lease.renew(mine.clock)
    extras = [path for path in paths() if "/users/" in path or path.endswith("/similar")]
    assert 3 <= len(extras) <= 4
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        Producer.objects.update(profile_fetched_at=timezone.now())
        wanted = plan.extras.wanted(timezone.now())
        assert wanted
        kind, pk = wanted
        assert kind == "beat"
        plan.extras.fetch(mine, kind, pk)
        assert Similar.objects.filter(beat=pk).count() == 20
        assert plan.extras.wanted(timezone.now()) != wanted


def test_a_shop_on_a_dead_api_keeps_its_pages_and_recovers(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    mine = turn()
    shop.limits("off")
    shop.fault("status", status=500)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        _live(mine, clock, start + timedelta(minutes=30))
        assert len(paths()) <= 12
        assert Beat.objects.filter(gone_at=None).count() == 253
        shop.clear_faults()
        _live(mine, clock, start + timedelta(minutes=45))
    assert ApiCall.objects.filter(outcome="ok").exists()


def _live(mine: Turn, clock: time_machine.Traveller, end: datetime) -> None:
    while timezone.now() < end:
        clock.shift(max(runner.once(mine), 5))
        mine.lease.renew(mine.clock)


def test_random_arrivals_and_removals_never_remove_a_live_beat(shop: Sandbox) -> None:
    shop.limits("off")
    lived = random_changes.live(shop, 40)
    assert (lived.changes, lived.false_removals, lived.still_different) == (40, 0, 0)
