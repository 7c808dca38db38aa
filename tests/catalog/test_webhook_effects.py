"""What events do: marks in the dirty queue, a beat shown meanwhile, purchases counted once."""

import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from catalog import queries
from catalog.beatconnect import models as wire
from catalog.mirror.beats import apply_beats
from catalog.models.events import Dirty, Purchase, WebhookEvent
from catalog.models.mirror import Beat, Producer
from catalog.models.sync import SyncState
from tests.webhooks import a_beat, stamp, tell

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
State = WebhookEvent.State


def marks() -> set[tuple[str, int]]:
    return set(Dirty.objects.values_list("kind", "ref"))


def ago(seconds: float) -> int:
    return int(time.time() - seconds)


# --- Beats ----------------------------------------------------------------------------------------------


def test_an_event_brings_no_removed_beat_back(client: Client) -> None:
    fetched = wire.Beat.model_validate(a_beat())
    apply_beats(wire.BeatPage(beats=(fetched,)), datetime.fromtimestamp(ago(60), UTC))
    gone = datetime.fromtimestamp(ago(30), UTC)
    Beat.objects.update(gone_at=gone, fetched_at=gone)
    tell(client, "beat.updated", a_beat(), created=ago(40))
    assert Beat.objects.get().gone_at == gone
    assert ("beat", 9001) in marks()


def test_an_event_from_a_clock_ahead_counts_as_of_now(client: Client) -> None:
    tell(client, "beat.updated", a_beat(), created=ago(-300))
    assert Beat.objects.get().fetched_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    "data",
    [
        {"id": 9001},
        {"beat_id": 9001, "title": "No price"},
        {"id": "9001", "price": 5},
        {"beat": {"id": 9001, "price": 5}},
        {**a_beat(), "price": "dear"},
        {**a_beat(), "bpm": 100_000},
    ],
)
def test_what_is_no_whole_beat_is_only_fetched(client: Client, data: dict[str, Any]) -> None:
    tell(client, "beat.updated", data)
    assert not Beat.objects.exists()
    assert marks() == {("beat", 9001)}
    assert WebhookEvent.objects.get().state == State.DONE


@pytest.mark.parametrize("data", [{"beat": a_beat()}, {**a_beat(), "id": "9001"}, {**a_beat(), "beat_id": 9001}])
def test_a_whole_beat_is_shown_at_once(client: Client, data: dict[str, Any]) -> None:
    tell(client, "beat.created", data)
    assert Beat.objects.get().title == "Summer Vibes"


def test_an_event_of_unknown_time_is_only_fetched(client: Client) -> None:
    tell(client, "beat.updated", a_beat(), created="soon")
    assert not Beat.objects.exists()
    assert marks() == {("beat", 9001)}


def test_no_event_writes_into_another_apis_mirror(client: Client) -> None:
    SyncState.objects.create(pk=1, api_url="https://elsewhere.example/v1", key_kind="live")
    tell(client, "beat.created", a_beat())
    assert not Beat.objects.exists()


@pytest.mark.parametrize("data", [None, [], "x", {}, {"id": 0}, {"id": "abc"}, {"id": -1}, {"id": 2**63}, {"id": True}])
@pytest.mark.parametrize("kind", ["beat.updated", "beat.purchased", "user.updated"])
def test_data_that_tell_nothing_are_kept_and_do_nothing(client: Client, kind: str, data: Any) -> None:
    tell(client, kind, data)
    event = WebhookEvent.objects.get()
    assert event.state == State.IGNORED
    assert event.problem.startswith("no ")
    assert not marks()
    assert not Purchase.objects.exists()


# --- Purchases and users --------------------------------------------------------------------------------


def test_a_purchase_told_four_ways_is_one_purchase(client: Client) -> None:
    moment = time.time()
    reference = {"beat_id": 7, "title": "x", "producer_id": 5, "amount": 5, "currency": "USD", "purchaser_id": 9012}
    explorer = {"purchase_id": "pur_1", "user_id": 9012, "amount": 5, "items": [{"beat_id": 7}, {"beat_id": 7}]}
    for number, (kind, data, shape) in enumerate(
        [
            ("beat.purchased", reference, "reference"),
            ("beat.purchased", reference, "explorer"),
            ("purchase.completed", explorer, "explorer"),
            ("purchase.completed", explorer, "reference"),
        ]
    ):
        tell(client, kind, data, id=f"evt_{number}", created=int(moment), shape=shape)
    assert WebhookEvent.objects.count() == 4
    assert Purchase.objects.values_list("beat_id", flat=True).get() == 7


def test_each_beat_of_a_purchase_counts(client: Client) -> None:
    items = [{"beat_id": 7}, {"beat_id": 8}, {"beat": {"id": 9}}, {"beat_id": "none"}, "x"]
    tell(client, "purchase.completed", {"purchase_id": "pur_1", "user_id": 1, "items": items})
    assert sorted(Purchase.objects.values_list("beat_id", flat=True)) == [7, 8, 9]


def test_other_buyers_days_and_nameless_buyers_count_apart(client: Client) -> None:
    for number, (buyer, age) in enumerate([(1, 0), (2, 0), (1, 90_000), (None, 0), (None, 0)]):
        tell(client, "beat.purchased", {"beat_id": 7, "purchaser_id": buyer}, id=f"evt_{number}", created=ago(age))
    assert Purchase.objects.count() == 5


MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def buy(client: Client, number: int, at: datetime, purchase: Any = None, **more: Any) -> None:
    """Take in that Bob bought beat 7, told by an event of its own."""
    told = {"beat_id": 7, "purchaser_id": 9012, "purchase_id": purchase, **more}
    tell(client, "beat.purchased", told, id=f"evt_{number}", created=int(at.timestamp()))


@pytest.mark.parametrize("purchase", [None, "pur_1", 17])
def test_one_purchase_told_on_both_sides_of_midnight_counts_once(client: Client, purchase: Any) -> None:
    buy(client, 1, MIDNIGHT - timedelta(seconds=1), purchase)
    buy(client, 2, MIDNIGHT + timedelta(seconds=1), purchase)
    assert Purchase.objects.count() == 1


def test_one_purchase_told_days_apart_counts_once(client: Client) -> None:
    for number, days in enumerate((3, 2, 0)):
        buy(client, number, datetime.now(UTC) - timedelta(days=days), "pur_1")
    assert Purchase.objects.count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations([None, "pur_1", "pur_1", "pur_2", "pur_3"], 5))[::7])
def test_purchases_of_one_day_are_as_many_as_their_ids(client: Client, order: tuple[Any, ...]) -> None:
    for number, purchase in enumerate(order):
        buy(client, number, datetime.now(UTC), purchase)
    assert set(Purchase.objects.values_list("purchase_id", flat=True)) == {"pur_1", "pur_2", "pur_3"}
    assert Purchase.objects.count() == 3


def test_purchases_near_midnight_are_as_many_as_their_ids(client: Client) -> None:
    for number, (seconds, purchase) in enumerate([(-1, None), (1, "pur_1"), (2, "pur_2"), (-2, "pur_1"), (3, None)]):
        buy(client, number, MIDNIGHT + timedelta(seconds=seconds), purchase)
    assert sorted(Purchase.objects.values_list("purchase_id", flat=True)) == ["pur_1", "pur_2"]


def test_a_purchase_with_an_id_and_no_buyer_counts_once(client: Client) -> None:
    for number in range(3):
        buy(client, number, datetime.now(UTC), "pur_1", purchaser_id=None if number else 9012)
    assert Purchase.objects.count() == 1


@pytest.mark.parametrize("purchase", ["", "a b", "x" * 65, {"id": 1}, True, -1])
def test_an_id_that_is_none_is_as_good_as_untold(client: Client, purchase: Any) -> None:
    buy(client, 1, datetime.now(UTC), purchase)
    buy(client, 2, datetime.now(UTC), None)
    assert Purchase.objects.get().purchase_id == ""


def test_bought_lately_counts_a_month(client: Client) -> None:
    for number, days in enumerate((0, 1, 29, 31, 400)):
        Purchase.objects.create(key=str(number), beat_id=7, bought_at=NOW - timedelta(days=days))
    Purchase.objects.create(key="other", beat_id=8, bought_at=NOW)
    assert queries.bought_lately(7, NOW) == 3
    assert queries.bought_lately(9, NOW) == 0


@pytest.mark.parametrize("kind", ["user.registered", "user.updated"])
@pytest.mark.parametrize("data", [{"id": 5678}, {"user_id": 5678}, {"user": {"id": 5678}}])
def test_users_matter_if_they_are_producers_we_know(client: Client, kind: str, data: dict[str, Any]) -> None:
    tell(client, kind, data, id="evt_1")
    assert not marks()
    assert WebhookEvent.objects.get().state == State.DONE
    Producer.objects.create(pk=5678, fetched_at=NOW)
    tell(client, kind, data, id="evt_2")
    assert marks() == {("producer", 5678)}


def test_a_null_beside_the_other_name_says_nothing(client: Client) -> None:
    tell(client, "beat.updated", {"id": None, "beat_id": 7}, id="evt_1")
    assert Dirty.objects.filter(kind="beat", ref=7).exists()
    tell(client, "purchase.completed", {"purchase_id": 1, "beat_id": 7, "purchaser_id": None, "user_id": 3}, id="evt_2")
    assert "3" in Purchase.objects.get().key


def test_times_of_both_envelopes_are_the_same_moment(client: Client) -> None:
    moment = ago(100)
    tell(client, "beat.updated", {"id": 7}, created=moment)
    tell(client, "beat.updated", {"id": 7}, created=stamp(moment), shape="explorer")
    assert WebhookEvent.objects.values_list("created", flat=True).distinct().count() == 1
