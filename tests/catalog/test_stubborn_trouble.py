"""What never gets better costs the rest of the shop nothing: the sweep goes on, and no beat on sale is taken off."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from catalog import dirty
from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.models.sync import SyncState
from catalog.state import read_state
from catalog.sync import runner
from tests.catalog.turns import paths, turn
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def live(hours: float) -> None:
    """Let the scheduler work for so long, on a fake clock."""
    mine = turn()
    end = timezone.now() + timedelta(hours=hours)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while timezone.now() < end:
            clock.shift(max(runner.once(mine), 10))
            mine.lease.renew(mine.clock)


def swept() -> int:
    return sum("sort=newest" in path for path in paths())


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/v1/users", {"status": 403}),
        ("/v1/users", {"status": 500}),
        ("/v1/genres", {"status": 403}),
        ("/v1/genres", {"status": 404}),
    ],
)
def test_what_always_fails_does_not_stop_the_sweep(shop: Sandbox, path: str, fault: dict[str, Any]) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    SyncState.objects.update(genres_fetched_at=None)
    shop.fault("status", path=path, **fault)
    live(1)
    assert swept() >= 20
    as_of = read_state().as_of
    assert as_of
    assert timezone.now() + timedelta(hours=1) - as_of < timedelta(minutes=20)


def test_a_shop_is_filled_even_if_the_genres_can_not_be_had(api: Sandbox) -> None:
    api.limits("off")
    api.fault("status", path="/v1/genres", status=403)
    live(0.2)
    assert read_state().complete


def test_a_beat_that_can_not_be_read_is_not_asked_for_again_and_again(shop: Sandbox) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    shop.change_beat(9, price=-1)
    dirty.mark(Dirty.Kind.BEAT, 9, timezone.now())
    live(0.5)
    assert sum(path == "/beats/9" for path in paths()) <= 2
    assert not Dirty.objects.exists()


def test_hundreds_of_events_starve_neither_the_sweep_nor_new_beats(shop: Sandbox) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    now = timezone.now()
    Dirty.objects.bulk_create(Dirty(kind=Dirty.Kind.BEAT, ref=pk, due_at=now) for pk in range(1, 254))
    Dirty.objects.create(kind=Dirty.Kind.NEWEST, ref=0, due_at=now + timedelta(seconds=5))
    live(1)
    assert swept() >= 6
    # A sweep brings them all, and so serves every mark.
    assert not Dirty.objects.exists()


def page(shop: Sandbox, number: int, **changes: Any) -> dict[str, Any]:
    """Return a page of the newest list as the API tells it, its pagination changed as told."""
    answer: dict[str, Any] = shop.get("/v1/beats", sort="newest", limit=100, page=number).json()
    answer["data"]["pagination"] |= changes
    return answer


def lie(shop: Sandbox, answer: dict[str, Any], times: int = 1) -> None:
    shop.fault(
        "raw", path="/v1/beats", body=json.dumps(answer), status=200, content_type="application/json", times=times
    )


def test_a_page_that_repeats_takes_nothing_off_sale(shop: Sandbox) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    mine = turn()
    first = page(shop, 1)
    lie(shop, first, times=2)
    for _ in range(2):
        ApiCall.objects.all().delete()
        runner.once(mine)
    assert not Beat.objects.exclude(gone_at=None).exists()


def test_an_empty_page_in_the_middle_ends_no_sweep(api: Sandbox) -> None:
    api.limits("off")
    mine = turn()
    runner.once(mine)
    answer = page(api, 2)
    answer["data"]["beats"] = []
    lie(api, answer)
    runner.once(mine)
    runner.once(mine)
    assert Beat.objects.count() == 100
    assert not read_state().complete


def test_an_emptied_catalogue_is_not_believed_and_makes_nothing_fresh(shop: Sandbox) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    before = read_state().as_of
    answer = page(shop, 1, total=0, last_page=1)
    answer["data"]["beats"] = []
    lie(shop, answer)
    runner.once(turn())
    assert read_state().as_of == before
    assert Beat.objects.filter(gone_at=None).count() == 253
