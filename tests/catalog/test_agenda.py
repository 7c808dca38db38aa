"""What the agenda calls for, and when: each job through the scheduler's own step."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from catalog.models.events import WebhookEvent
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Quarantined
from catalog.models.sync import SyncState
from catalog.quota.purposes import BUYER, EXTRAS, NEWEST, SWEEP
from catalog.sync import runner
from tests.catalog.turns import paths, turn
from tests.sandbox import Sandbox
from tests.webhooks import body_of

pytestmark = pytest.mark.django_db

State = WebhookEvent.State


@pytest.fixture
def full(shop: Sandbox) -> Sandbox:
    """A full shop whose calls so far are forgotten, and whose prune is not due."""
    shop.limits("off")
    ApiCall.objects.all().delete()
    SyncState.objects.update(pruned_at=timezone.now())
    return shop


def ago(**amount: float) -> datetime:
    return timezone.now() - timedelta(**amount)


def keep_event(state: State, received: datetime, **fields: object) -> WebhookEvent:
    payload = body_of("beat.updated", {"id": 12}).decode()
    return WebhookEvent.objects.create(
        key="evt:evt_1", digest="", type="beat.updated", received=received, payload=payload, state=state, **fields
    )


def calls_of(purpose: str) -> int:
    return ApiCall.objects.filter(purpose=purpose).count()


def test_effects_that_failed_are_tried_again_when_due(full: Sandbox) -> None:
    event = keep_event(State.FAILED, ago(minutes=1), attempts=1, next_try=ago(seconds=1))
    runner.once(turn())
    event.refresh_from_db()
    assert event.state == State.DONE
    assert not paths()


@pytest.mark.parametrize(
    ("minutes", "told", "due"), [(9, False, False), (11, False, True), (29, True, False), (31, True, True)]
)
def test_new_beats_are_looked_for_more_rarely_where_webhooks_tell_of_them(
    full: Sandbox, minutes: int, told: bool, due: bool
) -> None:
    SyncState.objects.update(upstream_total=1_000, walked_at=ago(minutes=minutes))
    if told:
        keep_event(State.DONE, ago(hours=5))
    runner.once(turn())
    assert calls_of(NEWEST.name) == due


@pytest.mark.parametrize(("spent", "extras"), [(0, 1), (800, 0)])
def test_no_extra_comes_along_while_the_day_is_ahead_of_its_plan(full: Sandbox, spent: int, extras: int) -> None:
    mine, then = turn(), ago(hours=12)
    budget = mine.gateway.ledger.key
    ApiCall.objects.bulk_create(
        ApiCall(budget_id=budget, purpose=SWEEP.name, path="/beats", sent_at=then, done_at=then, outcome="ok")
        for _ in range(spent)
    )
    SyncState.objects.update(paced_slot=9)
    runner.once(mine)
    assert calls_of(SWEEP.name) == spent + 1
    assert calls_of(EXTRAS.name) == extras


def test_once_a_day_what_nobody_needs_any_longer_goes(full: Sandbox) -> None:
    mine, old = turn(), ago(days=100)
    event = keep_event(State.DONE, old)
    Quarantined.objects.create(kind="beat", item_id="x", reason="", first_seen=old, last_seen=old)
    ApiCall.objects.create(
        budget_id=mine.gateway.ledger.key, purpose=BUYER.name, path="/genres", sent_at=old, done_at=old
    )
    SyncState.objects.update(pruned_at=ago(days=1, seconds=1))
    for _ in range(2):  # a page first
        runner.once(mine)
    event.refresh_from_db()
    assert (event.payload, event.key) == ("", "evt:evt_1")
    assert not Quarantined.objects.exists()
    assert calls_of(BUYER.name) == 0
