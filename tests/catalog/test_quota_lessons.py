"""What a key's ledger learns of answers: a block holds for everybody, and trouble pauses the calls."""

import pytest

from catalog.beatconnect.errors import (
    BadRequest,
    BeatConnectError,
    NotFound,
    QuotaUsedUp,
    Refused,
    Unavailable,
    Unreadable,
)
from catalog.beatconnect.models import Reply
from catalog.beatconnect.ratelimit import RateLimit
from catalog.quota.ledger import Ledger, OverBudget
from catalog.quota.purposes import VISITOR as VISITOR_WAITS
from tests.catalog.ledgers import ANY, LIMITS, OK, Time, spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(time: Time) -> Ledger:
    return Ledger("shop", LIMITS, clock=time)


def test_a_success_that_set_out_before_the_refusal_lifts_no_block(ledger: Ledger, time: Time) -> None:
    early = ledger.acquire(ANY, "/beats")
    time.pass_(seconds=1)
    spend(ledger, answer=QuotaUsedUp("quota", "", retry_after=30))
    time.pass_(seconds=1)
    ledger.settle(early, OK)
    with pytest.raises(OverBudget):
        ledger.acquire(ANY, "/beats")
    time.pass_(seconds=30)
    spend(ledger)


def test_a_visitor_s_short_patience_and_an_odd_item_pause_nobody(ledger: Ledger) -> None:
    for _ in range(4):
        spend(ledger, VISITOR_WAITS, Unavailable("deadline", ""))
        spend(ledger, answer=Unreadable("bad_shape", ""))
    spend(ledger)


def test_a_window_that_resets_now_holds_no_strangers_calls(ledger: Ledger) -> None:
    rate = RateLimit(1000, 0, None, 0.0)
    spend(ledger, answer=Reply(value=None, status=200, rate=rate, date=None))
    spend(ledger)


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
