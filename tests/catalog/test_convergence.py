"""The sweep alone finds everything, and in time: real code, real sandbox, and a clock that runs faster."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models.events import WebhookEvent
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.models.sync import SyncState
from tests.catalog.turns import live, paths
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

SIX_MINUTES = 0.1  # hours


@pytest.fixture
def quiet(shop: Sandbox) -> Sandbox:
    """A full shop whose calls so far are forgotten."""
    shop.limits("off")
    ApiCall.objects.all().delete()
    return shop


def test_any_change_is_seen_within_six_minutes_by_the_sweep_alone(quiet: Sandbox) -> None:
    # The genres are due, and all profiles are: what comes along must not hold the sweep up.
    SyncState.objects.update(genres_fetched_at=timezone.now() - timedelta(days=2))
    beats = quiet.beats()
    now = timezone.now()
    for number in range(5):
        # On each page in turn, at any moment of a sweep.
        changed = beats[(number * 100 + number * 31) % len(beats)]["id"]
        quiet.change_beat(changed, price=number + 0.25)
        now = live(SIX_MINUTES, start=now, step=10)
        assert Beat.objects.get(pk=changed).price == Decimal(number) + Decimal("0.25")
        now = live(number * 13 / 3600, start=now, step=10)
    asked = set(paths())
    assert "/genres" in asked
    assert any("/users/" in path for path in asked)
    assert not any("/beats/" in path for path in asked), "no beat was asked for by itself"


def test_a_shop_that_no_webhook_reaches_converges_within_a_sweep(quiet: Sandbox) -> None:
    # Each is sent, and none arrives: nobody listens there.
    quiet.webhook("http://127.0.0.1:9/webhooks/beatconnect/", "whsec_new", retries="0.01")
    beats = [beat["id"] for beat in quiet.beats()]
    now = timezone.now()
    for number in range(10):
        quiet.change_beat(beats[number * 20 + 7], title=f"Changed {number}")
        if number % 2:
            quiet.add_beat(title=f"Arrived {number}")
        if number % 5 == 4:
            quiet.remove_beat(beats[number * 20 + 3])
        now = live(0.05, start=now, step=20)
    quiet.webhook(None)
    live(2 * SIX_MINUTES, start=now, step=20)
    assert not WebhookEvent.objects.exists()
    told = {(beat["id"], beat["title"]) for beat in quiet.beats()}
    assert set(Beat.objects.filter(gone_at=None).values_list("id", "title")) == told
