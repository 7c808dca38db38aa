"""The ledger: no window is ever overdrawn, a block holds for everybody, and trouble pauses the calls."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.beatconnect.errors import BadRequest, BeatConnectError, NotFound, QuotaUsedUp, Refused, Unavailable
from catalog.beatconnect.models import Reply
from catalog.models.ledger import ApiCall
from catalog.quota.ledger import Ledger, OverBudget, fingerprint
from catalog.quota.limits import Limit, parse_limits
from catalog.quota.purposes import FIRST as FIRST_FILL
from catalog.quota.purposes import SWEEP, Purpose
from catalog.quota.purposes import VISITOR as VISITOR_WAITS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OK: Reply[None] = Reply(value=None, status=200, rate=None, date=None)
LIMITS = parse_limits("10/minute,100/hour,1000/day")
ANY = Purpose("any")


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(time: Time) -> Ledger:
    return Ledger("shop", LIMITS, clock=time)


def spend(ledger: Ledger, purpose: Purpose = ANY, answer: Reply[None] | BeatConnectError = OK) -> None:
    ledger.settle(ledger.acquire(purpose, "/beats"), answer)


def spend_all(ledger: Ledger, purpose: Purpose = ANY) -> int:
    count = 0
    while True:
        try:
            spend(ledger, purpose)
        except OverBudget:
            return count
        count += 1


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


def test_a_clock_set_back_reopens_no_window(ledger: Ledger, time: Time) -> None:
    spend_all(ledger)
    time.pass_(hours=-2)
    with pytest.raises(OverBudget):
        ledger.acquire(ANY, "/beats")


@pytest.mark.parametrize(
    ("retry_after", "blocked"),
    [(30, 30), (0, 1), (0.2, 1), (86_400, 3_600), (1e12, 3_600), (None, 60)],
)
def test_a_429_blocks_the_key_for_what_it_asks_within_reason(
    ledger: Ledger, retry_after: float | None, blocked: float
) -> None:
    spend(ledger, answer=QuotaUsedUp("quota", "too many", status=429, retry_after=retry_after))
    with pytest.raises(OverBudget) as denied:
        ledger.acquire(ANY, "/beats")
    assert denied.value.retry_after == pytest.approx(blocked)


def test_429s_without_a_time_block_for_longer_each_time(ledger: Ledger, time: Time) -> None:
    waits = []
    for _ in range(7):
        spend(ledger, answer=QuotaUsedUp("quota", "too many", status=429))
        with pytest.raises(OverBudget) as denied:
            ledger.acquire(ANY, "/beats")
        waits.append(denied.value.retry_after)
        time.pass_(seconds=denied.value.retry_after + 1)
    assert waits == pytest.approx([60, 120, 240, 480, 900, 900, 900])


def test_three_failures_in_a_row_pause_the_key_and_a_success_forgets_them(ledger: Ledger, time: Time) -> None:
    dead = Unavailable("server_error", "500", status=500)
    spend(ledger, answer=dead)
    spend(ledger, answer=dead)
    spend(ledger)
    spend(ledger, answer=dead)
    spend(ledger, answer=dead)
    spend(ledger, answer=dead)
    with pytest.raises(OverBudget) as denied:
        ledger.acquire(ANY, "/beats")
    assert denied.value.retry_after == pytest.approx(30)


def test_a_refused_key_is_asked_again_after_a_quarter_of_an_hour(ledger: Ledger) -> None:
    spend(ledger, answer=Refused("unauthorized", "401", status=401))
    with pytest.raises(OverBudget) as denied:
        ledger.acquire(ANY, "/beats")
    assert denied.value.retry_after == pytest.approx(900)


@pytest.mark.parametrize(
    "answer", [NotFound("not_found", "404", status=404), BadRequest("bad_request", "400", status=400)]
)
def test_an_api_that_says_no_is_well(ledger: Ledger, answer: BeatConnectError) -> None:
    for _ in range(5):
        spend(ledger, answer=answer)
    ledger.acquire(ANY, "/beats")


def test_the_fingerprint_tells_nothing_of_the_key() -> None:
    assert "bca" not in fingerprint("bca_live_secret")
    assert fingerprint("bca_live_secret") != fingerprint("bca_live_secret2")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
