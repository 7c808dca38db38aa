"""What the operators' page says of webhooks without a valid signature, and when somebody has to act."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import fixtures

from catalog import refusals
from catalog.models.events import RefusedDeliveries, RefusedSender
from catalog.quota.clock import database_clock
from tests.accounts import people
from tests.catalog.test_status_figures import figures, keep_event, notices
from tests.sandbox import Sandbox
from tests.webhooks import HEADERS, a_beat, body_of, deliver, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(people.operator())
    return client


def test_refused_webhooks_are_counted_and_call_for_a_person_if_none_is_believed(
    operator: Client, shop: Sandbox
) -> None:
    now = database_clock()
    for hours, number in ((1, 400), (2, 20), (30, 7)):
        moment = now - timedelta(hours=hours)
        RefusedDeliveries.objects.create(hour=moment, number=number, last=moment)
    assert figures(operator)["events"]["refused"] == 420
    assert ("act", "Webhooks without a valid signature: 420 in 24 hours, and none with one.") in notices(operator)
    RefusedSender.objects.create(sender="a", last=now, burst_at=now - timedelta(hours=1))
    keep_event("done")
    assert ("note", "Webhooks without a valid signature: 420 in 24 hours.") in notices(operator)
    assert "refused in 24 hours" in operator.get("/status/").content.decode()


def refused(number: int) -> None:
    now = database_clock()
    RefusedDeliveries.objects.create(hour=now.replace(minute=0, second=0, microsecond=0), number=number, last=now)


def test_one_refused_webhook_calls_for_a_person_where_all_were_believed_before(operator: Client, shop: Sandbox) -> None:
    refused(1)
    assert not [what for _level, what in notices(operator) if "signature" in what]
    keep_event("done", received=database_clock() - timedelta(days=3))
    assert ("act", "Webhooks without a valid signature: 1 in 24 hours, and none with one.") in notices(operator)


def test_a_signature_that_changes_overnight_is_told_within_ten_minutes(
    operator: Client, shop: Sandbox, settings: fixtures.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "refusals", refusals.Refusals(at_once=6))
    tell(operator, "beat.updated", a_beat(7))
    for _ in range(5):
        assert deliver(operator, body_of("beat.updated", a_beat(7)), {HEADERS[0]: "0" * 64}).status_code == 401
    assert not [what for _level, what in notices(operator) if "signature" in what], "a stray program"
    assert deliver(operator, body_of("beat.updated", a_beat(7)), {HEADERS[0]: "0" * 64}).status_code == 401
    told = "More than 5 webhooks without a valid signature in 10 minutes from one address"
    assert ("act", f"{told}, and none with one since.") in notices(operator)
    tell(operator, "beat.updated", a_beat(7), id="evt_2")
    assert ("note", "Webhooks without a valid signature: 6 in 24 hours.") in notices(operator)
