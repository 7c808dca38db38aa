"""The figures kept of genres and producers agree with their beats, whatever becomes of these."""

import pytest
from django.test import Client

from catalog.models.mirror import Beat, Genre, Producer
from catalog.models.search import SearchEntry
from tests.conftest import sweep_later
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def counts_agree() -> None:
    for genre in Genre.objects.all():
        assert genre.beat_count == Beat.objects.filter(genre=genre, gone_at=None).count()
    for producer in Producer.objects.all():
        beats = Beat.objects.filter(producer=producer, gone_at=None)
        assert producer.beat_count == beats.count()
        assert producer.play_count == sum(beat.play_count or 0 for beat in beats)


def test_the_kept_counts_agree_with_the_beats(shop: Sandbox) -> None:
    counts_agree()


def test_the_kept_counts_follow_beats_that_come_go_move_and_are_played(shop: Sandbox) -> None:
    played, moved, given, gone = (Beat.objects.filter(gone_at=None).exclude(genre=2)[place] for place in (0, 9, 50, 99))
    other = Producer.objects.exclude(pk=given.producer_id).filter(beat_count__gt=0)[0]
    shop.change_beat(played.pk, play_count=1_000_000)
    shop.change_beat(moved.pk, genre={"id": 2, "name": "Amapiano"})
    shop.change_beat(given.pk, user_id=other.pk)
    shop.remove_beat(gone.pk)
    shop.add_beat(title="Arrived", user_id=other.pk)
    before = Producer.objects.get(pk=other.pk).beat_count
    sweep_later(shop)
    assert Beat.objects.get(pk=moved.pk).genre_id == 2
    assert Beat.objects.get(pk=gone.pk).gone_at
    assert Producer.objects.get(pk=other.pk).beat_count == before + 2
    counts_agree()


def test_counts_that_somebody_put_wrong_are_right_after_a_sweep(shop: Sandbox, client: Client) -> None:
    Genre.objects.filter(pk=2).update(beat_count=7_777)
    wrong = Producer.objects.filter(pk=Beat.objects.all()[0].producer_id)
    wrong.update(play_count=1)
    SearchEntry.objects.filter(kind=SearchEntry.Kind.PRODUCER, item=wrong[0].pk).update(plays=1)
    sweep_later(shop)
    counts_agree()
    plays = dict(Producer.objects.values_list("pk", "play_count"))
    entries = SearchEntry.objects.filter(kind=SearchEntry.Kind.PRODUCER).values_list("item", "plays")
    assert {item: plays[item] for item, _ in entries} == dict(entries)
    assert "7,777" not in client.get("/genres/").text
