"""The shelf of pictures stays bounded, each picture is made once, and a failure is not asked about again at once."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import fixtures

from catalog.covers import shelf
from catalog.covers.maker import FAILURES, LONGEST_QUEUE, maker
from catalog.models.pictures import Picture
from tests.beatconnect.raw_server import answers, stays_silent
from tests.catalog.pictures import beat_with_cover, media_host, origin

pytestmark = pytest.mark.usefixtures("media_root")
NOW = timezone.now()


def fill(number: int, size: int = 1_000, first: int = 0) -> list[str]:
    """Keep so many pictures, each looked at a minute after the one before."""
    names = [shelf.card_name(pk) for pk in range(first, first + number)]
    for minute, name in enumerate(names):
        moment = NOW + timedelta(minutes=first + minute)
        assert shelf.claim(name, shelf.find(name), moment)
        shelf.keep(name, {shelf.CARD_SUFFIX: b"x" * size}, moment)
    return names


@pytest.mark.django_db
def test_what_nobody_looked_at_for_longest_goes_first(media_root: Path) -> None:
    names = fill(10)
    later = NOW + timedelta(days=2)
    assert shelf.read(shelf.find(names[0]), shelf.CARD_SUFFIX, later)  # looked at again
    assert shelf.clean(later, most_bytes=4_000) == 6
    left = {row.name for row in Picture.objects.all()}
    assert left == {names[0], *names[7:]}
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 4


@pytest.mark.django_db
def test_the_shelf_stays_bounded_however_much_is_kept(monkeypatch: pytest.MonkeyPatch, media_root: Path) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 50_000)
    fill(200)
    sizes = [path.stat().st_size for path in media_root.rglob("*") if path.is_file()]
    assert sum(sizes) <= 50_000 + shelf.KEPT_BETWEEN * 1_000
    assert sum(sizes) == sum(Picture.objects.values_list("size", flat=True))


@pytest.mark.django_db
def test_one_cleaning_does_little(django_assert_max_num_queries: fixtures.DjangoAssertNumQueries) -> None:
    fill(shelf.REMOVED_AT_ONCE + 10, size=10)
    with django_assert_max_num_queries(shelf.REMOVED_AT_ONCE + 5):
        assert shelf.clean(NOW, most_bytes=0) == shelf.REMOVED_AT_ONCE


@pytest.mark.django_db
def test_a_failure_that_is_long_over_is_forgotten() -> None:
    name = shelf.cover_name("https://media.example/1.jpg")
    assert shelf.claim(name, shelf.find(name), NOW)
    shelf.note_failure(name, "status_404", usable=False, now=NOW)
    shelf.clean(NOW)
    assert Picture.objects.count() == 1
    shelf.clean(NOW + timedelta(days=1))
    assert not Picture.objects.exists()


@pytest.mark.django_db
def test_pauses_grow_with_each_failure_in_a_row_and_end_with_a_success() -> None:
    name, moment, pauses = shelf.cover_name("https://media.example/1.jpg"), NOW, []
    for _ in range(7):
        assert shelf.claim(name, shelf.find(name), moment)
        shelf.note_failure(name, "deadline", usable=True, now=moment)
        row = Picture.objects.get()
        assert row.retry_at is not None
        pauses.append((row.retry_at - moment).total_seconds() / 60)
        assert not shelf.claim(name, shelf.find(name), row.retry_at - timedelta(seconds=1))
        moment = row.retry_at
    assert pauses == [1, 5, 30, 120, 360, 360, 360]
    assert shelf.claim(name, shelf.find(name), moment)
    shelf.keep(name, {shelf.cover_suffix(width): b"x" for width in (320, 640)}, moment)
    row = Picture.objects.get()
    assert (row.failures, row.retry_at, row.trouble, row.claimed_until) == (0, None, "", None)


@pytest.mark.django_db
def test_a_claim_keeps_others_off_until_it_runs_out() -> None:
    name = shelf.cover_name("https://media.example/1.jpg")
    assert shelf.claim(name, shelf.find(name), NOW)
    assert not shelf.claim(name, shelf.find(name), NOW + timedelta(seconds=29))
    assert shelf.claim(name, shelf.find(name), NOW + timedelta(seconds=31))


@pytest.mark.django_db
def test_cleaning_leaves_alone_what_somebody_is_at() -> None:
    name = shelf.cover_name("https://media.example/1.jpg")
    assert shelf.claim(name, shelf.find(name), NOW)
    shelf.note_failure(name, "gone", usable=True, now=NOW)
    later = NOW + timedelta(days=400)
    assert shelf.claim(name, shelf.find(name), later)
    shelf.clean(later)
    shelf.note_failure(name, "gone still", usable=True, now=later)
    shelf.clean(later + timedelta(days=400))
    assert shelf.find(name) is None


@pytest.mark.django_db
def test_what_another_has_made_meanwhile_is_not_made_again() -> None:
    name = shelf.card_name(0)
    seen = shelf.find(name)
    fill(1)
    assert not shelf.claim(name, seen, NOW)


@pytest.mark.django_db
def test_a_file_half_written_is_read_by_nobody() -> None:
    (name,) = fill(1)
    before = shelf.find(name)
    assert before is not None
    assert shelf.claim(name, shelf.find(name), NOW)
    assert shelf.read(shelf.find(name), shelf.CARD_SUFFIX, NOW) is None


@pytest.mark.django_db
def test_the_queue_is_bounded_and_holds_each_cover_once(client: Client, settings: fixtures.Settings) -> None:
    with media_host(answers(b"", status="404 Not Found"), settings) as host:
        for _ in range(3):
            for number in range(LONGEST_QUEUE + 50):
                maker.want(f"{origin(host)}/{number}.jpg")
        maker.work_off()
        assert len(host.requests) == LONGEST_QUEUE


@pytest.mark.django_db
def test_a_dead_host_is_left_alone_for_a_while(settings: fixtures.Settings) -> None:
    with media_host(answers(b"", status="503 Busy"), settings) as host:
        for number in range(50):
            maker.want(f"{origin(host)}/{number}.jpg")
        maker.work_off()
        maker.want(f"{origin(host)}/another.jpg")
        maker.work_off()
        assert len(host.requests) == FAILURES


@pytest.mark.django_db
def test_nobody_waits_for_a_host_that_is_silent(client: Client, settings: fixtures.Settings) -> None:
    with media_host(stays_silent, settings) as host:
        beat = beat_with_cover(f"{origin(host)}/1.jpg")
        started = timezone.now()
        assert client.get(beat.small_cover).status_code == 302
        assert client.get(beat.share_picture).status_code == 200
        assert timezone.now() - started < timedelta(seconds=2)
        assert host.connections == 0
