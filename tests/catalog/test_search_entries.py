"""The words that search looks in: always those of the rows, whoever wrote them last."""

import importlib

import pytest
from django.apps import apps
from django.utils import timezone

from catalog import state
from catalog.beatconnect.models import User
from catalog.mirror import extras, removal
from catalog.models.mirror import Beat, Genre, Producer
from catalog.models.search import AskedSearch, SearchEntry, SearchWord
from catalog.search.find import find
from tests.conftest import sweep_later
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

Entries = set[tuple[int, int, str, int]]


def entries() -> Entries:
    return set(SearchEntry.objects.values_list("kind", "item", "word", "plays"))


def test_every_live_beat_and_producer_is_entered_with_its_plays(shop: Sandbox) -> None:
    beats = dict(Beat.objects.filter(gone_at=None).values_list("id", "play_count"))
    producers = dict(Producer.objects.filter(beat_count__gt=0).values_list("id", "play_count"))
    for kind, expected in ((SearchEntry.Kind.BEAT, beats), (SearchEntry.Kind.PRODUCER, producers)):
        told = {item: plays for at, item, _, plays in entries() if at == kind}
        assert told == {pk: -1 if plays is None else plays for pk, plays in expected.items()}


def test_plays_follow_the_rows(shop: Sandbox) -> None:
    shop.change_beat(5, play_count=10**9)
    shop.change_beat(6, play_count=None)
    sweep_later(shop)
    of_beats = SearchEntry.objects.filter(kind=SearchEntry.Kind.BEAT)
    assert set(of_beats.filter(item=5).values_list("plays", flat=True)) == {10**9}
    assert set(of_beats.filter(item=6).values_list("plays", flat=True)) == {-1}


def test_what_goes_off_sale_leaves_no_word_behind(shop: Sandbox) -> None:
    removal.mark_gone(5, timezone.now())
    assert not SearchEntry.objects.filter(kind=SearchEntry.Kind.BEAT, item=5).exists()


def test_a_profile_with_a_new_name_renames_what_is_found(shop: Sandbox) -> None:
    user = User.model_validate({"id": 5001, "name": "Quixotic Zephyr"})
    assert extras.apply_user(user, timezone.now())
    found = find("quixotic")
    theirs = Beat.objects.filter(producer=5001, gone_at=None)
    assert [ranked.id for ranked in found.producers] == [5001]
    assert {ranked.id for ranked in found.beats} == set(theirs.values_list("id", flat=True))


def test_a_renamed_genre_is_found_by_its_new_name_at_once(shop: Sandbox) -> None:
    Genre.objects.filter(pk=1).update(name="Quixotica")
    assert {ranked.id for ranked in find("quixotica").beats} == set(
        Beat.objects.filter(genre=1, gone_at=None).values_list("id", flat=True)
    )
    assert not find("amapiano").beats


def test_a_shop_that_was_filled_before_is_entered_by_the_migration(shop: Sandbox) -> None:
    before, spelled = entries(), set(SearchWord.objects.values_list("word", "backwards", "skeleton"))
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
    migration = importlib.import_module("catalog.migrations.0009_search")
    migration.enter_what_is_there(apps, None)
    assert entries() == before
    assert set(SearchWord.objects.values_list("word", "backwards", "skeleton")) == spelled


def test_a_reset_forgets_the_words_too(shop: Sandbox) -> None:
    AskedSearch.objects.create(query="x", until=timezone.now())
    state.reset()
    for model in (SearchEntry, SearchWord, AskedSearch):
        assert not model._default_manager.exists()
