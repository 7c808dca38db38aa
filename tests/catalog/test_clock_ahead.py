"""A clock that was days ahead for a moment, as one that starts wrong and is then set: nothing waits for those days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import dirty
from catalog.beatconnect.errors import Unavailable
from catalog.models.events import Dirty
from catalog.models.mirror import Beat, Genre, Producer
from catalog.quota.ledger import Ledger, OverBudget
from catalog.quota.limits import parse_limits
from catalog.quota.purposes import SWEEP
from catalog.sync import pacing
from tests.catalog.ledgers import ANY, OK, Time, spend
from tests.catalog.turns import live
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

AHEAD = timedelta(days=3)


def test_what_was_fetched_then_is_replaced_and_removed_by_the_next_sweep(api: Sandbox) -> None:
    live(0.05, start=timezone.now() + AHEAD)
    assert Beat.objects.filter(gone_at=None).count() == 253
    api.change_beat(12, price="77.00")
    api.remove_beat(13)
    api.limits("off")
    live(0.7)
    assert str(Beat.objects.get(pk=12).price) == "77.00"
    assert Beat.objects.get(pk=13).gone_at
    for model in (Beat, Genre, Producer):
        assert not model._default_manager.filter(fetched_at__gt=timezone.now() + timedelta(hours=1)).exists()


def test_a_key_that_never_got_through_then_is_asked_with_soon() -> None:
    time = Time()
    ledger = Ledger("key", parse_limits("10/minute,100/hour,1000/day"), clock=time)
    time.pass_(days=3)
    for _ in range(3):
        spend(ledger, answer=Unavailable("connect", "", sent=False))
    time.pass_(days=-3)
    with pytest.raises(OverBudget) as denied:
        ledger.acquire(ANY, "/beats")
    assert denied.value.retry_after <= 60
    time.pass_(seconds=60)
    assert ledger.acquire(ANY, "/beats")


def test_a_paced_call_of_then_holds_up_none() -> None:
    time = Time()
    ledger = Ledger("key", parse_limits("10/minute,100/hour,1000/day"), clock=time)
    time.pass_(days=3)
    spend(ledger, SWEEP)
    time.pass_(days=-3)
    assert pacing.next_due(ledger, time()) <= time()
    spend(ledger, SWEEP, OK)
    pace = pacing.pace(ledger, time())
    time.pass_(seconds=pace.total_seconds() + 1)
    assert pacing.next_due(ledger, time()) <= time(), "it comes nearer as time goes by"


def test_a_mark_of_then_is_due_with_the_next_event() -> None:
    now = timezone.now()
    dirty.mark(Dirty.Kind.NEWEST, 0, now + AHEAD)
    dirty.mark(Dirty.Kind.NEWEST, 0, now)
    assert dirty.next_due(now + dirty.COALESCED, Dirty.Kind.NEWEST)
