"""Effects that fail: the event is kept, tried again with growing pauses, and parked at last."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from catalog import dirty, effects, webhooks
from catalog.models.events import Dirty, WebhookEvent
from tests.webhooks import tell

pytestmark = pytest.mark.django_db

State = WebhookEvent.State


def marks() -> set[tuple[str, int]]:
    return set(Dirty.objects.values_list("kind", "ref"))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Effects that fail after having done half of their work."""

    def fail(event: Any, received: datetime, now: datetime) -> None:
        dirty.mark(Dirty.Kind.BEAT, 1, now)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setitem(effects.EFFECTS, "beat.updated", fail)
        yield patch


def test_a_failed_effect_is_kept_retried_and_done(
    client: Client, broken: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tell(client, "beat.updated", {"id": 7})
    event = WebhookEvent.objects.get()
    assert (event.state, event.attempts, event.problem) == (State.FAILED, 1, "ZeroDivisionError")
    assert not marks(), "half an effect is none"
    assert [record.levelname for record in caplog.records if record.name == "catalog.webhooks"][:1] == ["ERROR"]
    assert event.next_try
    assert timedelta(seconds=1) <= event.next_try - event.received <= timedelta(seconds=15)
    assert webhooks.next_retry() == event.next_try
    tell(client, "beat.updated", {"id": 7})
    broken.undo()
    webhooks.retry_failed(event.next_try - timedelta(milliseconds=1))
    assert WebhookEvent.objects.get().state == State.FAILED
    webhooks.retry_failed(event.next_try)
    event.refresh_from_db()
    assert (event.state, event.problem, event.next_try) == (State.DONE, "", None)
    assert marks() == {("beat", 7)}
    assert webhooks.next_retry() is None


def test_what_fails_five_times_is_parked(
    client: Client, broken: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tell(client, "beat.updated", {"id": 7})
    moment = datetime.now(UTC)
    for attempts in range(2, 6):
        moment += timedelta(minutes=15)
        webhooks.retry_failed(moment)
        assert WebhookEvent.objects.get().attempts == attempts
    assert WebhookEvent.objects.get().state == State.PARKED
    assert "webhook parked" in caplog.text
    webhooks.retry_failed(moment + timedelta(days=1))
    assert WebhookEvent.objects.get().attempts == 5


def test_what_another_version_took_in_is_parked_and_stops_nobody(client: Client, broken: pytest.MonkeyPatch) -> None:
    tell(client, "beat.updated", {"id": 7}, id="evt_1")
    tell(client, "beat.updated", {"id": 8}, id="evt_2")
    broken.undo()
    WebhookEvent.objects.filter(key="evt:evt_1").update(payload='{"type": "beat.remixed"}')
    webhooks.retry_failed(datetime.now(UTC) + timedelta(minutes=1))
    states = dict(WebhookEvent.objects.values_list("key", "state"))
    assert states == {"evt:evt_1": State.PARKED, "evt:evt_2": State.DONE}


def test_pruning_trims_ignored_events_that_taking_them_in_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MOST_IGNORED", webhooks.TRIM_EVERY + 2)
    now = datetime.now(UTC)
    WebhookEvent.objects.bulk_create(
        WebhookEvent(key=f"evt:{number}", digest="", type="beat.sung", received=now, state=State.IGNORED, payload="{}")
        for number in range(5)
    )
    webhooks.prune(now)
    assert list(WebhookEvent.objects.exclude(payload="").values_list("key", flat=True)) == ["evt:3", "evt:4"]
    assert WebhookEvent.objects.count() == 5
