"""How paced calls spread over the day: evenly, over what the others leave of each window.

No limit is kept here, the ledger does that; but a shop that spent its day's calls by noon would be stale all afternoon.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from catalog.models.ledger import ApiCall, Budget
from catalog.quota import purposes
from catalog.quota.ledger import Ledger
from catalog.quota.lessons import foreign_use
from catalog.quota.limits import Limit

PACED = frozenset(purpose.name for purpose in purposes.PACED)
RESERVE = purposes.SWEEP.reserve
# How far ahead, in parts of each window, there must be room: soon, lest a burst run dry; and until the window's end.
HORIZONS = (1 / 24, 1 / 4, 1)
# Paced calls this much rarer than planned: the day is ahead of its plan, and what no page needs can wait.
LEAN_BELOW = 0.75
MOST_PACES_LATE = 3
# Any moment: of an empty log each is as good.
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def next_due(ledger: Ledger, now: datetime) -> datetime:
    """Return when the next paced call is due."""
    last = _last(ledger, now)
    return last + pace(ledger, now) if last else now


def is_late(ledger: Ledger, now: datetime, since: datetime) -> bool:
    """Tell whether the sweep has waited for long, by its plan: what only some beats need should let it go first.

    `since` is when the mirror was last as a whole what BeatConnect has, for a shop without a paced call yet.
    """
    last = _last(ledger, now) or since
    return now - last > MOST_PACES_LATE * planned_pace(ledger.limits)


def _last(ledger: Ledger, now: datetime) -> datetime | None:
    # What a clock that was ahead wrote tells nothing: the next call has the ledger put it right.
    calls = ApiCall.objects.filter(budget_id=ledger.key, purpose__in=PACED, sent_at__lte=now)
    return calls.order_by("-sent_at").values_list("sent_at", flat=True).first()


def pace(ledger: Ledger, now: datetime) -> timedelta:
    """Return the time between paced calls at which no window runs dry; at the longest, the longest window."""
    rate = min(_rates(ledger.limits, ledger.log(now), ledger.budget(), now))
    return timedelta(seconds=1 / max(rate, 1 / ledger.limits[-1].seconds))


def planned_pace(limits: Sequence[Limit]) -> timedelta:
    """Return the time between paced calls where nobody else spends any."""
    return timedelta(seconds=1 / max(min(_rates(limits, [], Budget(), EVER)), 1 / limits[-1].seconds))


def is_lean(ledger: Ledger, now: datetime) -> bool:
    """Tell whether so much of the day's calls is spent that only what keeps the mirror fresh should be asked."""
    day = ledger.limits[-1:]
    planned = min(_rates(day, [], Budget(), EVER))
    return min(_rates(day, ledger.log(now), ledger.budget(), now)) < LEAN_BELOW * planned


def _rates(
    limits: Sequence[Limit], log: Sequence[tuple[str, datetime | None]], budget: Budget, now: datetime
) -> Iterator[float]:
    """Yield how many paced calls a second each window has room for."""
    day = limits[-1]
    # What the others spent lately they will go on spending; and at least what is kept for them.
    others = max(day.share(RESERVE[day.window]), sum(purpose not in PACED for purpose, _done in log)) / day.seconds
    for limit in limits:
        room = limit.calls - limit.margin - limit.share(RESERVE[limit.window])
        for part in HORIZONS:
            then = now + timedelta(seconds=limit.seconds * part)
            start = then - timedelta(seconds=limit.seconds)
            still_inside = sum(done is None or done > start for _purpose, done in log)
            still_inside += foreign_use(budget, limit, then)
            yield (room - still_inside) / (limit.seconds * part) - others
