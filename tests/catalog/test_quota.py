"""The ledger: no window is ever overdrawn, whatever calls, clocks and limits do."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.beatconnect.errors import (
    QuotaUsedUp,
    Unavailable,
)
from catalog.models.ledger import ApiCall
from catalog.quota.ledger import Ledger, OverBudget, fingerprint, prune_calls
from catalog.quota.limits import Limit, parse_limits
from catalog.quota.purposes import EXTRAS, SWEEP, Purpose
from catalog.quota.purposes import FIRST as FIRST_FILL
from catalog.quota.purposes import VISITOR as VISITOR_WAITS
from tests.catalog.ledgers import ANY, LIMITS, OK, Time, spend, spend_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(time: Time) -> Ledger:
    return Ledger("shop", LIMITS, clock=time)


def test_a_minute_holds_ten_calls_less_the_margin(ledger: Ledger) -> None:
    assert spend_all(ledger) == 9


def test_there_is_room_again_exactly_when_the_refusal_says(ledger: Ledger, time: Time) -> None:
    spend(ledger)
    time.pass_(seconds=20)
    spend_all(ledger)
    with pytest.raises(OverBudget) as denied:
        ledger.acquire(ANY, "/beats")
    assert denied.value.retry_after == pytest.approx(41)
    time.pass_(seconds=40.9)
    with pytest.raises(OverBudget):
        ledger.acquire(ANY, "/beats")
    time.pass_(seconds=0.2)
    ledger.acquire(ANY, "/beats")


def test_the_longer_windows_hold_too(time: Time) -> None:
    ledger = Ledger("shop", (Limit("minute", 10, 60, 1), Limit("hour", 30, 600, 2), Limit("day", 80, 3_600, 10)), time)
    spent = []
    for _ in range(75):
        time.pass_(seconds=62)
        spent += [time.now] * spend_all(ledger)
    for seconds, most in ((600, 28), (3_600, 70)):
        window = timedelta(seconds=seconds)
        assert max(sum(start <= moment < start + window for moment in spent) for start in spent) == most


@pytest.mark.parametrize(("purpose", "a_minute"), [(FIRST_FILL, 8), (SWEEP, 5), (VISITOR_WAITS, 5)])
def test_each_purpose_leaves_what_it_must_to_the_others(ledger: Ledger, purpose: Purpose, a_minute: int) -> None:
    assert spend_all(ledger, purpose) == a_minute


def test_a_visitor_may_still_be_served_when_the_sweep_must_stop(ledger: Ledger) -> None:
    spend_all(ledger, SWEEP)
    assert spend_all(ledger, VISITOR_WAITS) == 4


def test_a_call_under_way_counts_until_it_is_lost(ledger: Ledger, time: Time) -> None:
    for _ in range(9):
        ledger.acquire(ANY, "/beats")
    time.pass_(seconds=59)
    with pytest.raises(OverBudget):
        ledger.acquire(ANY, "/beats")
    # Whoever made them died: they are closed after a minute, and leave the window a minute after that.
    time.pass_(seconds=2)
    with pytest.raises(OverBudget):
        ledger.acquire(ANY, "/beats")
    assert ApiCall.objects.filter(outcome="lost").count() == 9
    time.pass_(seconds=61)
    ledger.acquire(ANY, "/beats")


def test_a_call_that_never_left_is_given_back(ledger: Ledger) -> None:
    spend(ledger, answer=Unavailable("connect", "refused", sent=False))
    assert not ApiCall.objects.exists()


def test_keys_have_accounts_of_their_own(ledger: Ledger, time: Time) -> None:
    spend_all(ledger)
    assert spend_all(Ledger("another", LIMITS, clock=time)) == 9


@pytest.mark.parametrize("jump", [{"seconds": -130}, {"hours": -2}, {"days": -3}])
def test_a_clock_set_back_reopens_no_window_and_stops_nobody_for_long(
    ledger: Ledger, time: Time, jump: dict[str, float]
) -> None:
    assert spend_all(ledger) == 9
    time.pass_(**jump)
    for _ in range(61):
        assert spend_all(ledger) == 0
        time.pass_(seconds=1)
    time.pass_(seconds=1)
    assert spend_all(ledger) == 9


def test_a_clock_set_back_while_a_call_is_under_way_loses_it_from_no_window(ledger: Ledger, time: Time) -> None:
    for _ in range(30):
        try:
            call = ledger.acquire(ANY, "/beats")
        except OverBudget:
            break
        time.pass_(seconds=-90)
        ledger.settle(call, OK)
    assert ApiCall.objects.count() == 9


def test_a_clock_that_was_days_ahead_blocks_for_no_longer_than_a_block_may(ledger: Ledger, time: Time) -> None:
    time.pass_(days=3)
    spend(ledger, answer=QuotaUsedUp("quota", "", retry_after=3_600))
    time.pass_(days=-3)
    with pytest.raises(OverBudget) as denied:
        ledger.acquire(ANY, "/beats")
    assert denied.value.retry_after <= 3_600


def test_old_calls_are_forgotten(ledger: Ledger, time: Time) -> None:
    for _ in range(12):
        spend(ledger)
        time.pass_(days=1)
    prune_calls(time())
    assert ApiCall.objects.count() == 8


@pytest.mark.parametrize(
    "limits", ["4/minute,20/hour,100/day", "5/minute,40/hour,160/day", "100/minute,1000/hour,10000/day"]
)
def test_reserves_grow_and_shrink_with_the_key_s_limits(time: Time, limits: str) -> None:
    small = Ledger("small", parse_limits(limits), clock=time)
    for purpose in (SWEEP, FIRST_FILL, VISITOR_WAITS, EXTRAS):
        spend(small, purpose)
        time.pass_(seconds=61)


def test_the_fingerprint_tells_nothing_of_the_key() -> None:
    assert "bca" not in fingerprint("bca_live_secret")
    assert fingerprint("bca_live_secret") != fingerprint("bca_live_secret2")


@settings(max_examples=15)
@given(waits=st.lists(st.floats(0, 40), min_size=15, max_size=30))
def test_no_sliding_minute_is_ever_overdrawn(django_db_blocker: object, waits: list[float]) -> None:
    clock = Time()
    ApiCall.objects.all().delete()
    ledger = Ledger("hypothesis", (Limit("minute", 10, 60, 1), Limit("hour", 40, 3600, 2)), clock=clock)
    spent: list[datetime] = []
    for wait in waits:
        clock.pass_(seconds=wait)
        try:
            spend(ledger)
        except OverBudget:
            continue
        spent.append(clock.now)
    for start in spent:
        assert sum(start <= moment <= start + timedelta(seconds=60) for moment in spent) <= 10
        assert sum(start <= moment <= start + timedelta(hours=1) for moment in spent) <= 40


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10/minute",
        "10/minute,100/hour",
        "0/minute,1/hour,1/day",
        "a/minute,1/hour,1/day",
        "10/minute,10/minute,1/day",
        "10/week,1/hour,1/day",
    ],
)
def test_limits_that_make_no_sense_are_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="10/minute,100/hour,1000/day"):
        parse_limits(text)
