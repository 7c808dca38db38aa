"""What never gets better costs the rest of the shop nothing: the sweep goes on, and no beat on sale is taken off."""

import itertools
import json
import math
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog import dirty
from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat, Producer, Quarantined
from catalog.models.sync import SyncState
from catalog.quota.purposes import EVENT_PAGE
from catalog.state import read_state
from catalog.sync import runner
from tests.accounts import people
from tests.catalog.turns import live, paths, swept, turn
from tests.conftest import sweep_later
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


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
    live(1, step=20)
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


def test_a_beat_whose_own_answer_can_not_be_read_is_shown_to_the_operator(client: Client, shop: Sandbox) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    shop.fault("raw", path="/v1/beats/12", body='{"data": {"id": 13}}', status=200, content_type="application/json")
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=12, due_at=timezone.now())
    mine = turn()
    runner.once(mine)
    mine.lease.release()
    assert not Dirty.objects.exists()
    assert Quarantined.objects.get().item_id == "12"
    client.force_login(people.operator())
    assert "<td>beat 12<br>" in client.get("/status/").content.decode()
    shop.clear_faults()
    sweep_later(shop)
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize(
    ("kind", "ref", "fault", "options"),
    [
        (Dirty.Kind.BEAT, 9999, "status", {"path": "/v1/beats/9999", "status": 500}),
        (Dirty.Kind.BEAT, 9999, "reset", {"path": "/v1/beats/9999"}),
        (Dirty.Kind.PRODUCER, None, "malformed", {"path": "/v1/users"}),
    ],
)
def test_a_change_that_can_never_be_fetched_is_given_up_and_said_once(
    shop: Sandbox,
    caplog: pytest.LogCaptureFixture,
    kind: Dirty.Kind,
    ref: int | None,
    fault: str,
    options: dict[str, Any],
) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    ref = ref or Producer.objects.order_by("pk").values_list("pk", flat=True)[0]
    Producer.objects.update(profile_fetched_at=timezone.now())
    dirty.mark(kind, ref, timezone.now())
    shop.fault(fault, **options)
    live(1)
    asked = [path for path in paths() if path.endswith(f"/{ref}")]
    assert len(asked) == 5
    assert not Dirty.objects.exists()
    assert caplog.text.count("given up") == 1
    assert swept() >= 20
    moments = [call.sent_at for call in ApiCall.objects.order_by("pk") if call.path == asked[0]]
    pauses = [(later - sooner).total_seconds() for sooner, later in itertools.pairwise(moments)]
    assert [round(math.log2(pause / 60)) for pause in pauses] == [0, 1, 2, 3]


# Answers that are no JSON pause the key only once several paths bring them: a mark may be given up before that, and
# the walk finds the new beats that they stood for.
@pytest.mark.parametrize(
    ("fault", "options"), [("status", {"status": 500}), ("status", {"status": 401}), ("reset", {})]
)
def test_a_dead_api_uses_up_no_change(shop: Sandbox, fault: str, options: dict[str, Any]) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    # The one kind of mark that is tried however late the sweep is.
    dirty.mark(Dirty.Kind.NEWEST, 0, timezone.now())
    shop.fault(fault, **options)
    live(2, step=60)
    assert ApiCall.objects.filter(purpose=EVENT_PAGE.name).count() > 5
    assert Dirty.objects.get().attempts <= 2


def test_a_new_event_has_every_try_before_it(shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    now = timezone.now()
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=9999, due_at=now + timedelta(minutes=8), attempts=4)
    dirty.mark(Dirty.Kind.BEAT, 9999, now)
    row = Dirty.objects.get()
    assert (row.attempts, row.due_at) == (0, now + timedelta(seconds=5))


def test_hundreds_of_events_starve_neither_the_sweep_nor_new_beats(shop: Sandbox) -> None:
    shop.limits("off")
    ApiCall.objects.all().delete()
    now = timezone.now()
    # As many again about beats that no list shows: no sweep serves those.
    Dirty.objects.bulk_create(Dirty(kind=Dirty.Kind.BEAT, ref=pk, due_at=now) for pk in range(1, 507))
    Dirty.objects.create(kind=Dirty.Kind.NEWEST, ref=0, due_at=now + timedelta(seconds=5))
    live(1, step=20)
    assert swept() >= 20
    # A sweep brings all that are listed, and so serves their marks.
    assert not Dirty.objects.filter(ref__lt=254).exists()


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
