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
from catalog.models.search import SearchEntry
from catalog.state import read_state
from catalog.sync import plan, runner
from catalog.webhooks import receive
from tests.catalog.turns import paths, turn
from tests.conftest import sweep_later
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_an_event_comes_before_the_sweep(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=timezone.now())
    shop.change_beat(12, price=1.5)
    runner.once(turn())
    assert paths() == ["/beats/12"]
    assert float(Beat.objects.get(pk=12).price or 0) == 1.5
    assert not Dirty.objects.exists()


def test_an_event_that_came_before_its_change_is_looked_at_again_a_minute_later(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=timezone.now())
    runner.once(turn())
    due = dirty.next_due_at(Dirty.Kind.BEAT)
    assert due
    assert due - timezone.now() == pytest.approx(timedelta(seconds=60), abs=timedelta(seconds=3))


def test_a_page_that_comes_right_after_an_event_is_not_its_second_look(shop: Sandbox) -> None:
    """It may have been too early for the change, as the event's own fetch may be."""
    moment = timezone.now()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=moment - timedelta(seconds=5))
    Beat.objects.filter(pk=12).update(fetched_at=moment)
    shop.change_beat(12, price=1.5)
    ApiCall.objects.all().delete()
    mine = turn()
    runner.once(mine)
    assert "/beats/12" not in paths()
    due = dirty.next_due_at(Dirty.Kind.BEAT)
    assert due
    assert due - timezone.now() == pytest.approx(timedelta(seconds=60), abs=timedelta(seconds=5))
    Dirty.objects.update(due_at=timezone.now())
    runner.once(mine)
    assert float(Beat.objects.get(pk=12).price or 0) == 1.5
    assert not Dirty.objects.exists()


def test_a_page_that_comes_long_after_an_event_leaves_nothing_to_ask(shop: Sandbox) -> None:
    moment = timezone.now()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=moment - timedelta(seconds=90))
    Beat.objects.filter(pk=12).update(fetched_at=moment)
    ApiCall.objects.all().delete()
    runner.once(turn())
    assert "/beats/12" not in paths()
    assert not Dirty.objects.exists()


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
    assert not Dirty.objects.exists()


def test_an_event_whose_change_the_api_does_not_show_yet_is_looked_at_again(shop: Sandbox) -> None:
    shop.limits("off")
    tell(shop, "beat.updated", 12, price=77.77)
    assert float(Beat.objects.get(pk=12).price or 0) == 77.77
    ApiCall.objects.all().delete()
    mine = turn()
    runner.once(mine)
    assert dirty.next_due_at(Dirty.Kind.BEAT), "one more look is to come"
    shop.change_beat(12, price=77.77)
    Dirty.objects.update(due_at=timezone.now())
    runner.once(mine)
    assert float(Beat.objects.get(pk=12).price or 0) == 77.77
    assert not Dirty.objects.exists()


def test_a_beat_that_an_event_told_before_the_list_shows_it_is_not_taken_for_gone(shop: Sandbox) -> None:
    shop.limits("off")
    early = {"id": 900, "title": "Early", "price": 5, "created_at": timezone.now().isoformat()}
    tell(shop, "beat.created", 12, **early)
    ApiCall.objects.all().delete()
    runner.once(turn())
    assert Beat.objects.get(pk=900).gone_at is None


def test_a_new_beat_that_an_event_had_fetched_outlives_a_list_that_does_not_show_it_yet(shop: Sandbox) -> None:
    shop.limits("off")
    before_it = shop.get("/v1/beats", sort="newest", limit=100, page=1).json()
    new = shop.add_beat(title="Just uploaded")["id"]
    ApiCall.objects.all().delete()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=new, due_at=timezone.now())
    mine = turn()
    runner.once(mine)
    assert paths() == [f"/beats/{new}"]
    shop.fault("raw", path="/v1/beats", body=json.dumps(before_it), status=200, content_type="application/json")
    runner.once(mine)
    assert len(paths()) == 2
    assert Beat.objects.get(pk=new).gone_at is None


def tell_of_a_ghost(shop: Sandbox) -> None:
    """Take in an event about a beat that no list places, and that BeatConnect will never show."""
    shop.limits("off")
    tell(shop, "beat.created", 12, id=900, title="Ghost", created_at=None, price=5)
    assert Beat.objects.get(pk=900).provisional
    ApiCall.objects.all().delete()


def test_a_beat_that_only_an_event_told_of_is_asked_for_by_itself_where_no_list_can_place_it(shop: Sandbox) -> None:
    tell_of_a_ghost(shop)
    mine = turn()
    for _ in range(4):  # the newest page and the beat, each with its second look
        Dirty.objects.update(due_at=timezone.now())
        runner.once(mine)
    assert paths().count("/beats/900") == 2
    assert not Beat.objects.filter(pk=900, gone_at=None).exists()
    assert not Dirty.objects.exists()


def test_a_beat_that_an_event_told_without_its_date_costs_one_call_more_if_the_list_shows_it(shop: Sandbox) -> None:
    shop.limits("off")
    pk = shop.add_beat(title="Dateless in its event")["id"]
    tell(shop, "beat.created", pk, created_at=None)
    ApiCall.objects.all().delete()
    mine = turn()
    for _ in range(2):
        runner.once(mine)
    assert not any(path.startswith("/beats/") for path in paths())
    assert Beat.objects.get(pk=pk).created_at
    for _ in range(2):  # the second look of the beat, and of the newest page
        Dirty.objects.update(due_at=timezone.now())
        runner.once(mine)
    assert paths().count(f"/beats/{pk}") == 1
    assert not Dirty.objects.filter(kind=Dirty.Kind.BEAT).exists()


def test_what_no_answer_confirms_within_a_day_goes_without_a_trace(shop: Sandbox) -> None:
    tell_of_a_ghost(shop)
    Dirty.objects.all().delete()
    assert SearchEntry.objects.filter(item=900).exists()
    for hours, there in ((20, True), (25, False)):
        Beat.objects.filter(pk=900).update(fetched_at=timezone.now() - timedelta(hours=hours))
        sweep_later(shop)
        plan.prune(timezone.now())
        assert Beat.objects.filter(pk=900).exists() == there
    assert not SearchEntry.objects.filter(item=900).exists()
    assert Beat.objects.count() == 253


def test_what_an_event_told_stays_while_no_sweep_could_confirm_it(shop: Sandbox) -> None:
    tell_of_a_ghost(shop)
    plan.prune(timezone.now() + timedelta(days=5))
    assert Beat.objects.filter(pk=900).exists()


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
    version = read_state().version
    runner.once(turn())
    assert read_state().version != version, "like every writer it locks the mirror's state, so nothing made of it stays"
    producer.refresh_from_db()
    assert producer.profile_fetched_at
    assert producer.bio
