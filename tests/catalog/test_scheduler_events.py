"""The scheduler at work for webhooks: what an event names is fetched first, once, and looked at again if need be."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import dirty
from catalog.beatconnect.signatures import sign
from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat, Producer
from catalog.sync import runner
from catalog.webhooks import receive
from tests.catalog.turns import paths, turn
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_an_event_comes_before_the_sweep(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=timezone.now())
    shop.change_beat(12, price=1.5)
    runner.once(turn())
    assert paths() == ["/beats/12"]
    assert float(Beat.objects.get(pk=12).price or 0) == 1.5
    assert dirty.next_due_at() is None


def test_an_event_that_came_before_its_change_is_looked_at_again_a_minute_later(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=timezone.now())
    runner.once(turn())
    due = dirty.next_due_at()
    assert due
    assert due - timezone.now() == pytest.approx(timedelta(seconds=60), abs=timedelta(seconds=3))


def tell(shop: Sandbox, kind: str, pk: int, **told: object) -> None:
    """Take in an event as the webhook does."""
    data = {**shop.get(f"/v1/beats/{pk}").json()["data"].get("beat", {}), **told}
    event = {"id": f"evt_{kind}_{pk}", "created": int(timezone.now().timestamp()) + 1, "type": kind, "data": data}
    body = json.dumps(event).encode()
    receive(body, sign(body, "whsec_new"))
    Dirty.objects.update(due_at=timezone.now())


def test_an_event_that_is_confirmed_costs_one_call(shop: Sandbox) -> None:
    shop.limits("off")
    shop.change_beat(12, price=1.5)
    tell(shop, "beat.updated", 12)
    assert float(Beat.objects.get(pk=12).price or 0) == 1.5
    ApiCall.objects.all().delete()
    runner.once(turn())
    assert paths() == ["/beats/12"]
    assert dirty.next_due_at() is None


def test_an_event_whose_change_the_api_does_not_show_yet_is_looked_at_again(shop: Sandbox) -> None:
    shop.limits("off")
    tell(shop, "beat.updated", 12, price=77.77)
    assert float(Beat.objects.get(pk=12).price or 0) == 77.77
    ApiCall.objects.all().delete()
    mine = turn()
    runner.once(mine)
    assert dirty.next_due_at(), "one more look is to come"
    shop.change_beat(12, price=77.77)
    Dirty.objects.update(due_at=timezone.now())
    runner.once(mine)
    assert float(Beat.objects.get(pk=12).price or 0) == 77.77
    assert dirty.next_due_at() is None


def test_a_beat_that_an_event_told_before_the_list_shows_it_is_not_taken_for_gone(shop: Sandbox) -> None:
    shop.limits("off")
    early = {"id": 900, "title": "Early", "price": 5, "created_at": timezone.now().isoformat()}
    tell(shop, "beat.created", 12, **early)
    ApiCall.objects.all().delete()
    runner.once(turn())
    assert Beat.objects.get(pk=900).gone_at is None


def test_a_404_right_after_an_event_counts_only_at_the_second_look(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    shop.remove_beat(12)
    row = Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=timezone.now())
    mine = turn()
    runner.once(mine)
    assert Beat.objects.get(pk=12).gone_at is None
    Dirty.objects.filter(pk=row.pk).update(due_at=timezone.now())
    runner.once(mine)
    assert Beat.objects.get(pk=12).gone_at


def test_a_failed_event_waits_its_turn_and_is_not_lost(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=timezone.now())
    shop.fault("status", path="/v1/beats/12", status=500)
    assert runner.once(turn()) > 0
    assert Dirty.objects.get().due_at > timezone.now() + timedelta(seconds=30)


def test_a_known_producers_profile_is_refreshed_by_an_event(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    producer = Producer.objects.order_by("pk").first()
    assert producer
    Dirty.objects.create(kind=Dirty.Kind.PRODUCER, ref=producer.pk, due_at=timezone.now())
    runner.once(turn())
    producer.refresh_from_db()
    assert producer.profile_fetched_at
    assert producer.bio
