"""Events about what the mirror doesn't know yet: nothing is lost, and nothing is asked for in vain for long."""

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models.events import Dirty, Purchase, WebhookEvent
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Producer
from tests.catalog.turns import live, paths
from tests.sandbox import Sandbox
from tests.webhooks import tell

pytestmark = pytest.mark.django_db

AHEAD = 9001


@pytest.fixture
def quiet(shop: Sandbox) -> Sandbox:
    """A full shop whose calls so far are forgotten."""
    shop.limits("off")
    ApiCall.objects.all().delete()
    return shop


def test_what_is_told_of_a_beat_before_there_is_one_counts_once_a_sweep_brings_it(
    client: Client, quiet: Sandbox
) -> None:
    tell(client, "beat.updated", {"id": AHEAD}, id="evt_1")
    tell(client, "beat.purchased", {"beat_id": AHEAD, "purchaser_id": 9}, id="evt_2")
    later = live(0.1, start=timezone.now())
    assert paths().count(f"/beats/{AHEAD}") == 2, "asked for, and once more a minute later"
    assert not Dirty.objects.exists()
    assert client.get(f"/beats/{AHEAD}/").status_code == 404
    quiet.add_beat(id=AHEAD, title="Told of too soon")
    live(0.2, start=later)
    assert "Told of too soon" in client.get(f"/beats/{AHEAD}/", follow=True).content.decode()
    assert Purchase.objects.get().beat_id == AHEAD
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"done"}


def test_a_stranger_costs_no_call_until_they_sell_a_beat(client: Client, quiet: Sandbox) -> None:
    tell(client, "user.registered", {"id": AHEAD}, id="evt_1")
    tell(client, "user.updated", {"user": {"id": AHEAD}}, id="evt_2")
    later = live(0.1, start=timezone.now())
    assert f"/users/{AHEAD}" not in paths()
    # Everybody else's profile is there: it is the newcomer's turn as soon as a sweep has brought their beat.
    Producer.objects.update(profile_fetched_at=timezone.now())
    quiet.add_beat(title="The first one", user_id=AHEAD, producer_name="Newcomer")
    live(0.5, start=later)
    assert f"/users/{AHEAD}" in paths()
