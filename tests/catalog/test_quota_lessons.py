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
from catalog.quota.lessons import foreign_use
from catalog.quota.purposes import VISITOR as VISITOR_WAITS
from tests.catalog.ledgers import ANY, LIMITS, OK, Time, spend, spend_all

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


@pytest.mark.parametrize("reason", ["not_json", "bad_shape", "too_large", "redirect"])
def test_one_page_that_can_not_be_read_pauses_nobody_but_three_do(ledger: Ledger, reason: str) -> None:
    odd = Unreadable(reason, "")
    for _ in range(3):
        spend(ledger, answer=odd, path="/beats?page=2")
    spend(ledger, answer=odd, path="/beats?page=3")
    spend(ledger)
    spend(ledger, answer=odd, path="/beats?page=4")
    spend(ledger, answer=odd, path="/beats?page=5")
    spend(ledger, answer=odd, path="/genres")
    with pytest.raises(OverBudget) as denied:
        spend(ledger)
    assert denied.value.retry_after == pytest.approx(30)


def test_a_probe_that_can_not_be_read_lengthens_the_pause(ledger: Ledger, time: Time) -> None:
    pages = [f"/beats?page={number}" for number in (1, 2, 3)]
    for path in pages:
        spend(ledger, answer=Unreadable("not_json", ""), path=path)
    time.pass_(seconds=31)
    spend(ledger, answer=Unreadable("not_json", ""), path=pages[0])
    with pytest.raises(OverBudget) as denied:
        spend(ledger)
    assert denied.value.retry_after == pytest.approx(60)


def test_odd_items_pause_nobody_but_web_pages_in_their_place_do(ledger: Ledger) -> None:
    for number in range(5):
        spend(ledger, answer=Unreadable("bad_shape", ""), path=f"/beats/{number}")
    for number in range(3):
        spend(ledger, answer=Unreadable("not_json", ""), path=f"/beats/{number}")
    with pytest.raises(OverBudget):
        spend(ledger)


def left(remaining: int, reset_in: float | None = 30, limit: int = 10) -> Reply[None]:
    """An answer whose headers say so many calls are left."""
    return Reply(value=None, status=200, rate=RateLimit(limit, remaining, None, reset_in), date=None)


def test_what_others_spend_is_left_to_them_until_the_reset(ledger: Ledger, time: Time) -> None:
    spend(ledger, answer=left(3))
    assert spend_all(ledger) == 2  # and one is the margin
    time.pass_(seconds=29)
    with pytest.raises(OverBudget):
        spend(ledger)
    time.pass_(seconds=2)
    assert spend_all(ledger) == 9 - 3


def test_more_calls_left_than_ours_leave_are_not_believed(ledger: Ledger) -> None:
    spend(ledger, answer=left(20))
    assert spend_all(ledger) == 8


def test_a_limit_of_a_thousand_speaks_of_the_day(ledger: Ledger, time: Time) -> None:
    spend(ledger, answer=left(100, reset_in=3_600, limit=1_000))
    assert spend_all(ledger) == 8, "the minute is our own"
    assert ledger.budget().foreign.keys() == {"day"}
    assert ledger.budget().foreign["day"]["calls"] == 899
    time.pass_(hours=2)
    assert foreign_use(ledger.budget(), LIMITS[-1], time.now) == 0


@pytest.mark.parametrize("reset_in", [None, 1e11])
def test_others_hold_a_window_no_longer_than_it_lasts(ledger: Ledger, time: Time, reset_in: float | None) -> None:
    spend(ledger, answer=left(0, reset_in=reset_in))
    with pytest.raises(OverBudget):
        spend(ledger)
    time.pass_(seconds=62)
    assert spend_all(ledger) == 9


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


def test_while_the_key_is_in_trouble_one_call_probes_and_nobody_else(ledger: Ledger, time: Time) -> None:
    for _ in range(3):
        spend(ledger, answer=Unavailable("timeout", ""))
    time.pass_(seconds=31)
    probe = ledger.acquire(ANY, "/beats")
    with pytest.raises(OverBudget, match="a probe is under way"):
        ledger.acquire(ANY, "/genres")
    ledger.settle(probe, OK)
    spend(ledger)
    spend(ledger)


def test_the_pause_doubles_up_to_ten_minutes(ledger: Ledger, time: Time) -> None:
    pauses = []
    for failures in range(1, 10):
        spend(ledger, answer=Unavailable("timeout", ""))
        if failures >= 3:
            with pytest.raises(OverBudget) as denied:
                spend(ledger)
            pauses.append(round(denied.value.retry_after))
            time.pass_(seconds=denied.value.retry_after + 1)
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


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
