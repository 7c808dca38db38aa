"""The mirror's version says when something that visitors can see has changed: what came again as it was keeps it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.test import Client
from django.utils import timezone

from catalog.mirror.beats import forget_unconfirmed
from catalog.mirror.removal import mark_gone
from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat, Producer
from catalog.quota import purposes
from catalog.state import read_state, reset
from catalog.sync import events, extras, hot, newest, sweep
from catalog.sync.turn import Turn
from tests.catalog.turns import turn
from tests.sandbox import Sandbox
from tests.webhooks import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(shop: Sandbox) -> Turn:
    shop.limits("off")
    ApiCall.objects.all().delete()
    return turn()


@contextmanager
def version(*, changes: bool) -> Iterator[None]:
    before = read_state().version
    yield
    assert (read_state().version != before) == changes


def page(mine: Turn) -> bool:
    return sweep.fetch_page(mine, purposes.FIRST)


def event_of(pk: int, kind: Dirty.Kind = Dirty.Kind.BEAT) -> Callable[[Turn], None]:
    def fetch(mine: Turn) -> None:
        Dirty.objects.create(kind=kind, ref=pk, due_at=timezone.now())
        events.serve_next(mine, kind, timezone.now())

    return fetch


UNCHANGED: dict[str, Callable[[Turn], object]] = {
    "a page of the sweep": page,
    "the newest page": event_of(0, Dirty.Kind.NEWEST),
    "a beat": event_of(12),
    "a popular page": lambda mine: hot.fetch(mine, "hot"),
    "a walk": lambda mine: newest.walk(mine, purposes.NEWEST),
    "the genres": lambda mine: sweep.fetch_genres(mine, purposes.FIRST),
}


@pytest.mark.parametrize("what", UNCHANGED)
def test_what_comes_again_as_it_was_changes_nothing(mine: Turn, what: str) -> None:
    with version(changes=False):
        UNCHANGED[what](mine)


def test_a_profile_changes_it_once(mine: Turn) -> None:
    producer = Producer.objects.order_by("pk").values_list("pk", flat=True)[0]
    for changes in (True, False):
        with version(changes=changes):
            extras.fetch_profile(mine, producer, purposes.FIRST)


def test_the_end_of_a_sweep_changes_what_every_footer_says(mine: Turn) -> None:
    with version(changes=False):
        assert [page(mine), page(mine)] == [False, False]
    with version(changes=True):
        assert page(mine)


@pytest.mark.parametrize("change", [{"price": 1.25}, {"title": "Renamed"}, {"play_count": 9_999_999}, {"bpm": None}])
def test_any_column_of_any_beat_changes_it(shop: Sandbox, mine: Turn, change: dict[str, object]) -> None:
    shop.change_beat(shop.beats()[50]["id"], **change)
    with version(changes=True):
        page(mine)


def test_a_new_beat_and_one_that_is_gone_change_it(shop: Sandbox, mine: Turn) -> None:
    added = shop.add_beat(title="New")["id"]
    with version(changes=True):
        newest.walk(mine, purposes.NEWEST)
    shop.remove_beat(added)
    with version(changes=True):
        newest.walk(mine, purposes.NEWEST)
    assert Beat.objects.get(pk=added).gone_at
    with version(changes=True):
        mark_gone(12, timezone.now())
    with version(changes=False):
        mark_gone(12, timezone.now())


def test_similar_beats_a_ghost_that_goes_and_an_emptied_mirror_change_it(mine: Turn) -> None:
    with version(changes=True):
        extras.fetch_similar(mine, 12)
    Beat.objects.filter(pk=13).update(provisional=True)
    with version(changes=True):
        forget_unconfirmed(timezone.now())
    with version(changes=False):
        forget_unconfirmed(timezone.now())
    with version(changes=True):
        reset()
    # Nor does it come by a number that it had before.
    versions = {read_state().version}
    for _ in range(3):
        reset()
        versions.add(read_state().version)
    assert len(versions) == 4


def test_a_purchase_that_is_news_changes_what_was_bought_lately(shop: Sandbox) -> None:
    client = Client()
    told = {"beat_id": 12, "amount": 5, "currency": "USD", "purchaser_id": 9012}
    for event, changes in (("evt_1", True), ("evt_2", False)):
        with version(changes=changes):
            assert tell(client, "beat.purchased", told, id=event).status_code == 200
    with version(changes=True):
        tell(client, "beat.purchased", {**told, "purchaser_id": 9013}, id="evt_3")
