"""How paced calls spread over the day, whatever else has spent or will spend the key's calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from catalog.models.ledger import ApiCall, Budget
from catalog.quota.ledger import Ledger
from catalog.quota.limits import parse_limits
from catalog.sync import pacing

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
# 1,000 less the margin, the paced calls' reserve, and what visitors may ask for: 870 a day.
PLANNED = 99.3


@dataclass(frozen=True)
class Key(Ledger):
    """A key whose calls stand in a list: two days of them would take a database a minute."""

    calls: Sequence[tuple[str, datetime]] = ()

    def log(self, now: datetime) -> list[tuple[str, datetime | None]]:
        return [(purpose, done) for purpose, done in self.calls if done > now - DAY]

    def budget(self) -> Budget:
        return Budget()


@pytest.fixture
def ledger() -> Ledger:
    Budget.objects.create(pk="key")
    return Ledger("key", parse_limits("10/minute,100/hour,1000/day"), lambda: NOW)


def log(purpose: str, number: int, begin: timedelta, end: timedelta) -> None:
    """Note calls that were made evenly between two ages."""
    moments = [NOW - begin + (begin - end) * part / number for part in range(number)]
    ApiCall.objects.bulk_create(
        ApiCall(budget_id="key", purpose=purpose, path="/beats", sent_at=at, done_at=at) for at in moments
    )


def pace(ledger: Ledger) -> float:
    return pacing.pace(ledger, NOW).total_seconds()


def test_a_quiet_day_is_paced_evenly_beside_what_visitors_may_ask_for(ledger: Ledger) -> None:
    assert pace(ledger) == pytest.approx(PLANNED, abs=0.1)
    assert not pacing.is_lean(ledger, NOW)


@pytest.mark.parametrize("past", [timedelta(hours=3), timedelta(hours=15), DAY])
def test_an_even_day_stays_even(ledger: Ledger, past: timedelta) -> None:
    log("sweep", round(870 * (past / DAY)), past, timedelta())
    log("visitor", round(60 * (past / DAY)), past, timedelta())
    assert pace(ledger) == pytest.approx(PLANNED, rel=0.05)
    assert not pacing.is_lean(ledger, NOW)


def test_a_day_of_many_events_is_swept_less_often_and_leaves_extras_out(ledger: Ledger) -> None:
    log("event-single", 300, DAY, timedelta())
    assert pace(ledger) == pytest.approx(86_400 / (930 - 300), rel=0.02)
    assert pacing.is_lean(ledger, NOW)


def test_what_a_burst_left_is_spread_over_the_hours_until_there_is_more(ledger: Ledger) -> None:
    log("sweep", 880, timedelta(hours=2), timedelta(hours=1))
    assert 6 * 3600 / 50 < pace(ledger) < 3 * 6 * 3600 / 50
    assert pacing.is_lean(ledger, NOW)


def test_a_spent_day_waits_for_its_window(ledger: Ledger) -> None:
    log("sweep", 930, timedelta(hours=2), timedelta(hours=1))
    assert pace(ledger) == DAY.total_seconds()


def test_calls_under_way_count(ledger: Ledger) -> None:
    ApiCall.objects.bulk_create(
        ApiCall(budget_id="key", purpose="visitor", path="/beats", sent_at=NOW) for _ in range(5)
    )
    assert pace(ledger) == DAY.total_seconds(), "the minute is spent"


def test_what_strangers_spend_of_the_key_counts_until_their_window_ends(ledger: Ledger) -> None:
    def foreign(until: timedelta) -> None:
        Budget.objects.update(foreign={"day": {"calls": 600, "until": (NOW + until).isoformat()}})

    foreign(DAY * 2)
    assert pace(ledger) == pytest.approx(86_400 / (870 - 600), rel=0.01)
    assert pacing.is_lean(ledger, NOW)
    foreign(timedelta(minutes=5))
    assert pace(ledger) == pytest.approx(PLANNED, abs=0.1)


@pytest.mark.parametrize(
    "limits", ["10/minute,100/hour,1000/day", "60/minute,20/hour,9000/day", "2/minute,2/hour,2/day"]
)
def test_any_limits_have_an_even_pace_that_leaves_room_in_every_window(
    limits: str,
) -> None:
    seconds = pace(Ledger("none", parse_limits(limits)))
    for limit in parse_limits(limits):
        assert limit.seconds / seconds <= max(1, limit.calls - limit.margin)


def test_it_never_runs_dry_and_never_oversleeps() -> None:
    calls: list[tuple[str, datetime]] = [("first", NOW - timedelta(hours=1))] * 60
    gaps, swept, asked = [], NOW, NOW
    for step in range(2 * 86_400 // 30):
        now = NOW + timedelta(seconds=30 * step)
        if now - asked >= DAY / 150:
            calls.append(("visitor", now))
            asked = now
        key = Key("key", parse_limits("10/minute,100/hour,1000/day"), calls=calls)
        if now - swept >= pacing.pace(key, now) and len(key.log(now)) < 930:
            calls.append(("sweep", now))
            gaps.append((now - swept).total_seconds())
            swept = now
    assert max(gaps) < 1.5 * PLANNED
    assert sum(gaps) / len(gaps) < 1.25 * PLANNED
