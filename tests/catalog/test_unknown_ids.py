"""What an id gets that the mirror doesn't have: the cheapest honest answer, and at most one call."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from catalog.models.ledger import ApiCall
from catalog.models.mirror import Absent, Beat
from catalog.models.sync import SyncState
from catalog.sync import leases, runner, visitor
from tests.catalog.turns import turn
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

PERSON = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36"}
CRAWLER = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}


@pytest.fixture
def full(shop: Sandbox) -> Sandbox:
    ApiCall.objects.all().delete()
    return shop


def asked_since(shop: Sandbox, before: int) -> int:
    return shop.asked - before


def test_a_beat_newer_than_the_mirror_is_fetched_for_the_first_who_asks(client: Client, full: Sandbox) -> None:
    new = full.add_beat(title="Just uploaded")["id"]
    before = full.asked
    assert client.get(f"/beats/{new}/", headers=PERSON).status_code == 301
    assert client.get(f"/beats/{new}/just-uploaded/", headers=PERSON).status_code == 200
    assert asked_since(full, before) == 1


def test_a_beat_that_a_visitor_fetched_outlives_a_list_that_does_not_show_it_yet(client: Client, full: Sandbox) -> None:
    full.limits("off")
    before_it = full.get("/v1/beats", sort="newest", limit=100, page=1).json()
    new = full.add_beat(title="Just uploaded")["id"]
    client.get(f"/beats/{new}/", headers=PERSON)
    full.fault("raw", path="/v1/beats", body=json.dumps(before_it), status=200, content_type="application/json")
    mine = turn()
    runner.once(mine)
    assert Beat.objects.get(pk=new).gone_at is None
    # Minutes later the list has had its time.
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        mine.lease.renew(mine.clock)
        SyncState.objects.update(sweep_started_at=None)
        runner.once(mine)
    assert Beat.objects.get(pk=new).gone_at


def test_an_id_that_beatconnect_does_not_know_is_asked_for_once(client: Client, full: Sandbox) -> None:
    before = full.asked
    for _ in range(3):
        assert client.get("/beats/99999/", headers=PERSON).status_code == 404
    assert asked_since(full, before) == 1


def test_an_absence_is_believed_for_longer_each_time(client: Client, full: Sandbox) -> None:
    full.limits("off")
    waits = []
    for _ in range(9):
        client.get("/beats/99999/", headers=PERSON)
        waits.append((Absent.objects.get().until - timezone.now()) / timedelta(minutes=1))
        Absent.objects.update(until=timezone.now())
        ApiCall.objects.all().delete()
    assert waits == pytest.approx([10, 20, 40, 80, 160, 320, 640, 1280, 1440], abs=1)


def test_a_hole_below_the_highest_id_costs_no_call(client: Client, full: Sandbox) -> None:
    full.remove_beat(100)
    Beat.objects.filter(pk=100).delete()
    before = full.asked
    assert client.get("/beats/100/", headers=PERSON).status_code == 404
    assert asked_since(full, before) == 0


def test_a_crawler_never_spends_a_call(client: Client, full: Sandbox) -> None:
    before = full.asked
    assert client.get("/beats/99999/", headers=CRAWLER).status_code == 404
    assert client.get("/beats/99999/", headers={"user-agent": ""}).status_code == 404
    assert asked_since(full, before) == 0


def test_guessing_ids_stops_at_five_calls_a_minute(client: Client, full: Sandbox) -> None:
    before = full.asked
    for number in range(20):
        assert client.get(f"/beats/{90_000 + number}/", headers=PERSON).status_code == 404
    assert asked_since(full, before) == 5


def test_one_such_call_is_in_flight_at_a_time(client: Client, full: Sandbox) -> None:
    assert leases.take(leases.VISITOR)
    before = full.asked
    assert client.get("/beats/99999/", headers=PERSON).status_code == 404
    assert asked_since(full, before) == 0


def test_an_unknown_id_in_an_incomplete_mirror_is_503_and_not_404(client: Client, full: Sandbox) -> None:
    SyncState.objects.update(complete=False)
    full.fault("status", status=500)
    response = client.get("/beats/99999/", headers=PERSON)
    assert response.status_code == 503
    assert response["X-Robots-Tag"] == "noindex"
    assert int(response["Retry-After"]) > 0


def test_a_known_absence_is_404_in_an_incomplete_mirror_too(client: Client, full: Sandbox) -> None:
    SyncState.objects.update(complete=False)
    assert client.get("/beats/99999/", headers=PERSON).status_code == 404


def test_a_proxys_404_says_nothing_of_the_beat(client: Client, full: Sandbox) -> None:
    full.fault("status", path="/v1/beats/99999", status=404, html=True)
    assert client.get("/beats/99999/", headers=PERSON).status_code == 404
    assert not Absent.objects.exists()


def test_an_old_price_says_when_it_was_seen_however_fresh_the_others_are(client: Client, full: Sandbox) -> None:
    assert "seen" not in client.get("/beats/?page=2").content.decode()
    stuck = Beat.objects.exclude(price=None).order_by("-created_at")[0]
    Beat.objects.filter(pk=stuck.pk).update(fetched_at=timezone.now() - timedelta(hours=7))
    assert client.get("/beats/").content.decode().count("seen 7 hours ago") == 1
    assert "seen 7 hours ago" in client.get(stuck.url).content.decode()


def test_absences_are_kept_within_bounds(client: Client, full: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "MOST_ABSENT", 2)
    for number in range(5):
        Absent.objects.create(pk=50_000 + number, until=timezone.now() - timedelta(minutes=number))
    client.get("/beats/99999/", headers=PERSON)
    assert set(Absent.objects.values_list("pk", flat=True)) == {99_999, 50_000}
