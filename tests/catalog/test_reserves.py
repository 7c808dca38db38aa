"""What each purpose leaves to the more urgent ones, in each window, and what it may spend itself at the most."""

import pytest

from catalog.models.ledger import ApiCall
from catalog.quota.ledger import Ledger, OverBudget
from catalog.quota.purposes import (
    EVENT_PAGE,
    EVENT_SINGLE,
    EXTRAS,
    FIRST,
    HOT,
    NEWEST,
    SEARCH,
    SWEEP,
    VISITOR,
    Purpose,
)
from tests.catalog.ledgers import ANY, LIMITS, NOW, Time, spend

pytestmark = pytest.mark.django_db

WINDOWS = ("minute", "hour", "day")
CALLS = {"minute": 9, "hour": 98, "day": 990}  # less the margin
RESERVES = [
    (VISITOR, (0, 0, 0)),
    (EVENT_PAGE, (2, 10, 40)),
    (EVENT_SINGLE, (2, 10, 40)),
    (NEWEST, (3, 10, 35)),
    (SWEEP, (4, 15, 60)),
    (HOT, (4, 15, 60)),
    (EXTRAS, (4, 15, 60)),
    (SEARCH, (4, 15, 60)),
    (FIRST, (1, 8, 150)),
]
CAPS = [
    (VISITOR, "minute", 5),
    (VISITOR, "hour", 20),
    (VISITOR, "day", 60),
    (EVENT_PAGE, "day", 120),
    (EVENT_SINGLE, "hour", 50),
    (EVENT_SINGLE, "day", 300),
    (EXTRAS, "hour", 9),
    (EXTRAS, "day", 93),
    (SEARCH, "hour", 5),
    (SEARCH, "day", 40),
]


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger("shop", LIMITS, clock=Time())
    spend(made)
    ApiCall.objects.all().delete()
    return made


def note(ledger: Ledger, purpose: Purpose, number: int, window: str) -> None:
    """Have so many calls stand in a window and in none that is shorter."""
    age = {"minute": 1, "hour": 61 + 1, "day": 3_601 + 1}[window]
    moment = NOW.fromtimestamp(NOW.timestamp() - age, tz=NOW.tzinfo)
    ApiCall.objects.bulk_create(
        ApiCall(budget_id=ledger.key, purpose=purpose.name, path="/beats", sent_at=moment, done_at=moment, outcome="ok")
        for _ in range(number)
    )


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("purpose", "reserves"), RESERVES, ids=lambda value: getattr(value, "name", ""))
def test_it_leaves_its_reserve_to_others(
    ledger: Ledger, purpose: Purpose, reserves: tuple[int, int, int], window: str
) -> None:
    note(ledger, ANY, CALLS[window] - reserves[WINDOWS.index(window)] - 1, window)
    spend(ledger, purpose)
    with pytest.raises(OverBudget, match=f"the {window}'s calls are spent"):
        spend(ledger, purpose)


@pytest.mark.parametrize(("purpose", "window", "most"), CAPS, ids=lambda value: getattr(value, "name", value))
def test_it_spends_no_more_than_its_cap(ledger: Ledger, purpose: Purpose, window: str, most: int) -> None:
    note(ledger, purpose, most - 1, window)
    spend(ledger, purpose)
    with pytest.raises(OverBudget, match=f"the {window}'s calls for {purpose.name} are spent"):
        spend(ledger, purpose)
    spend(ledger)


def test_every_cap_is_told_here() -> None:
    assert {(purpose.name, window) for purpose, _reserves in RESERVES for window in purpose.cap} == {
        (purpose.name, window) for purpose, window, _most in CAPS
    }
