"""The sweep: the whole catalogue, once, within the quota, whatever happens meanwhile."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import fixtures

from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat, Quarantined
from catalog.state import WrongSource, read_state
from catalog.sync import leases, runner, sweep
from tests.catalog.sweeps import next_page
from tests.conftest import sweep as sweep_whole
from tests.conftest import sweep_later
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def mirrored() -> list[int]:
    return list(Beat.objects.filter(gone_at=None).values_list("id", flat=True).order_by("id"))


def upstream(api: Sandbox) -> list[int]:
    api.limits("off")
    return sorted(beat["id"] for beat in api.beats())


def test_a_full_fill_of_253_beats_costs_three_calls_and_one_for_the_genres(shop: Sandbox) -> None:
    assert shop.stats()["asked"] == {"/v1/beats": 3, "/v1/genres": 1}
    assert mirrored() == upstream(shop)
    assert read_state().complete


def test_every_field_arrives_as_the_api_tells_it(shop: Sandbox) -> None:
    shop.limits("off")
    for told in shop.beats():
        beat = Beat.objects.get(pk=told["id"])
        assert beat.title == (told["title"] or "")
        assert beat.producer_id == told["user_id"]
        assert beat.producer_name == told["producer_name"]
        assert beat.genre_id == told["genre"]["id"]
        assert (float(beat.price) if beat.price is not None else None) == told["price"]
        assert (beat.duration, beat.bpm, beat.key or None) == (told["duration"], told["bpm"], told["key"])
        assert (beat.audio_url or None, beat.cover_url or None) == (told["audio_url"], told["cover_image"])
        assert beat.created_at.strftime("%Y-%m-%dT%H:%M:%SZ") == told["created_at"]
        assert (beat.play_count, beat.download_count) == (told["play_count"], told["download_count"])


def test_a_whole_sweep_tells_sqlite_how_large_the_tables_are(shop: Sandbox) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks by itself")
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'beat_newest'")
        assert cursor.fetchone()[0].startswith("253 ")


def test_a_killed_sweep_goes_on_where_it_was(api: Sandbox) -> None:
    next_page()
    next_page()
    # Nothing but the database remembers.
    assert next_page()
    assert api.asked == 3
    assert mirrored() == upstream(api)


def test_a_page_that_could_not_be_kept_moves_nothing(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: Any, **kwargs: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sweep, "remove_missing", die)
        with pytest.raises(KeyboardInterrupt):
            next_page()
    assert mirrored() == []
    assert read_state().as_of is None
    sweep_whole()
    assert mirrored() == upstream(api)


@pytest.mark.parametrize("shape", ["reference", "explorer", "bare"])
def test_every_shape_fills_the_mirror(api: Sandbox, shape: str) -> None:
    api.shape(shape)
    sweep_whole()
    api.shape("reference")
    assert mirrored() == upstream(api)


def test_a_shape_without_a_field_wipes_nothing_that_another_told(shop: Sandbox) -> None:
    before = {beat.pk: (beat.producer_id, beat.play_count, beat.audio_url) for beat in Beat.objects.all()}
    shop.shape("explorer")
    sweep_later(shop)
    assert {beat.pk: (beat.producer_id, beat.play_count, beat.audio_url) for beat in Beat.objects.all()} == before


def test_changes_upstream_arrive_with_the_next_sweep(shop: Sandbox) -> None:
    newest = shop.beats()[0]["id"]
    shop.change_beat(newest, title="Renamed", price=12.5, bpm=None)
    added = shop.add_beat(title="Brand new")["id"]
    sweep_later(shop)
    beat = Beat.objects.get(pk=newest)
    assert (beat.title, float(beat.price), beat.bpm) == ("Renamed", 12.5, None)
    assert Beat.objects.filter(pk=added).exists()


def test_a_beat_removed_upstream_is_gone_after_the_next_sweep_wherever_it_stood(shop: Sandbox) -> None:
    order = [beat["id"] for beat in shop.beats()]
    # The very newest, both sides of the boundary between two pages, the very oldest.
    for index in (252, 200, 100, 99, 0):
        shop.remove_beat(order[index])
    sweep_later(shop)
    assert mirrored() == upstream(shop)
    assert Beat.objects.exclude(gone_at=None).count() == 5


def test_a_removed_beat_that_returns_is_on_sale_again(shop: Sandbox) -> None:
    told = shop.beats()[10]
    shop.remove_beat(told["id"])
    sweep_later(shop)
    assert Beat.objects.get(pk=told["id"]).gone_at
    shop.add_beat(**told)
    sweep_later(shop)
    assert Beat.objects.get(pk=told["id"]).gone_at is None


@pytest.mark.parametrize(
    "lie",
    [
        {
            "status": "success",
            "data": {"beats": [], "pagination": {"total": 0, "per_page": 100, "current_page": 1, "last_page": 1}},
        },
        {"status": "success", "data": {"beats": []}},
        {"success": True, "data": [], "meta": {"page": 1, "limit": 100, "total": 0}},
        {"data": []},
    ],
)
def test_an_answer_without_beats_empties_nothing(shop: Sandbox, lie: dict[str, Any]) -> None:
    shop.fault("raw", path="/v1/beats", body=json.dumps(lie), content_type="application/json", status=200)
    sweep_later(shop)
    assert len(mirrored()) == 253


def test_a_catalogue_that_loses_too_much_at_once_is_not_believed(shop: Sandbox) -> None:
    for beat in shop.beats()[:60]:
        shop.remove_beat(beat["id"])
    sweep_later(shop)
    assert len(mirrored()) >= 253 - 5


def test_beats_that_arrive_and_vanish_during_a_sweep_confuse_nothing(api: Sandbox) -> None:
    api.limits("off")
    rng = random.Random(7)
    original = [beat["id"] for beat in api.beats()]
    removed: set[int] = set()
    ended = False
    while not ended:
        ApiCall.objects.all().delete()  # time passes
        ended = next_page()
        if len(removed) < 4:
            for _ in range(2):
                victim = original.pop(rng.randrange(60))
                api.remove_beat(victim)
                removed.add(victim)
            api.add_beat(title="Arrived")
    assert read_state().complete
    # Whatever was there from beginning to end is in the mirror, though the pages shifted by a beat each time.
    assert set(original) <= set(mirrored())
    sweep_later(api)
    assert mirrored() == upstream(api)


def test_a_bad_item_is_quarantined_beside_the_good_ones(api: Sandbox) -> None:
    api.change_beat(5, price="1,50")
    api.change_beat(6, title={"a": 1})
    api.change_beat(7, bpm=100_000)
    sweep_whole()
    assert set(mirrored()) == set(upstream(api)) - {5, 6, 7}
    assert set(Quarantined.objects.values_list("item_id", flat=True)) == {"5", "6", "7"}
    api.change_beat(5, price=1.5)
    sweep_later(api)
    assert 5 in mirrored()
    assert set(Quarantined.objects.values_list("item_id", flat=True)) == {"6", "7"}


def test_a_bad_item_is_not_mistaken_for_a_removed_one(shop: Sandbox) -> None:
    shop.change_beat(50, price="1,50")
    sweep_later(shop)
    assert Beat.objects.get(pk=50).gone_at is None


def test_a_second_process_leaves_the_sweep_to_the_first(api: Sandbox) -> None:
    leases.take(leases.SYNC)
    with pytest.raises(runner.Busy):
        sweep_whole()
    assert api.asked == 0


def test_a_lease_runs_out_with_its_holder(api: Sandbox) -> None:
    leases.take(leases.SYNC, clock=lambda: timezone.now() - timedelta(minutes=1))
    sweep_whole()
    assert len(mirrored()) == 253


def test_the_sweep_waits_as_long_as_the_quota_says(shop: Sandbox) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner.sweep_to_end(site_gateway(), report=lambda line: None, wait=wait)
    assert 0 < waits[0] <= 61
    assert shop.stats()["refused"] == 0


def test_a_mirror_of_another_api_is_not_mixed_with_this_one(shop: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_API_KEY = "bca_live_real"
    with pytest.raises(WrongSource, match="sync_catalog --reset"):
        sweep_whole()
    assert len(mirrored()) == 253
