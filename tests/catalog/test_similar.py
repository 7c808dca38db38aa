"""Beats like one: BeatConnect's own choice while it is fresh, the shop's score otherwise, each with its reason."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models.mirror import Beat, Genre, Producer, Similar
from catalog.similar import likeness
from catalog.similar_beats import SIMILAR_FRESH_FOR, similar
from catalog.sync import extras
from tests.pages import Node, cards, read
from tests.sandbox import Sandbox

A_MINOR, C_MAJOR, E_MINOR, B_MINOR, G_SHARP_MINOR = 21, 0, 16, 23, 20


@dataclass(frozen=True)
class Song:
    genre_id: int | None = 1
    bpm: int | None = 112
    tone: int | None = A_MINOR
    producer_id: int | None = 7
    price: Decimal | None = Decimal("30")


SONG = Song()


@pytest.mark.parametrize(
    ("other", "score", "reason"),
    [
        (Song(), 100, "same key · same tempo · same genre"),
        (Song(bpm=None, price=None), 70, "same key · same genre · same producer"),
        (Song(bpm=114, producer_id=8), 86.3, "same key · +2 BPM · same genre"),
        (Song(bpm=110, tone=C_MAJOR, producer_id=8), 81.2, "relative key · −2 BPM · same genre"),
        (Song(bpm=56, tone=E_MINOR, producer_id=8), 76.5, "neighbouring key · half time · same genre"),
        (Song(bpm=224, tone=B_MINOR, genre_id=2, producer_id=8), 27.5, "key that lifts · double time"),
        (Song(bpm=150, tone=G_SHARP_MINOR, genre_id=2, producer_id=8, price=Decimal("15")), 2.5, ""),
        (Song(None, None, None, None, None), 0, ""),
    ],
)
def test_the_score_and_the_reason_say_what_is_alike(other: Song, score: float, reason: str) -> None:
    found = likeness(SONG, other)
    assert found.score == pytest.approx(score, abs=0.1)
    assert found.reason.replace("\u00a0", " ") == reason


def test_what_nobody_knows_is_alike_to_nothing() -> None:
    nothing = Song(None, None, None, None, None)
    assert likeness(nothing, nothing).score == 0


def test_two_free_beats_cost_the_same() -> None:
    free = Song(None, None, None, None, Decimal(0))
    assert likeness(free, free).score == 5


songs = st.builds(
    Song,
    st.none() | st.integers(1, 3),
    st.none() | st.integers(20, 400),
    st.none() | st.integers(0, 23),
    st.none() | st.integers(1, 3),
    st.none() | st.decimals(0, 100_000, places=2),
)


@given(songs, songs)
def test_no_score_leaves_its_scale_and_nothing_is_liker_than_the_beat_itself(one: Song, other: Song) -> None:
    found = likeness(one, other)
    assert 0 <= found.score <= 100
    assert found.score <= likeness(one, one).score + 1e-9
    assert found.reason or found.score <= 5


def shelf(page: Node) -> Node:
    return next(section for section in page.all("section", class_="shelf") if section["aria-labelledby"] == "similar")


def reasons(page: Node) -> list[str]:
    return [line.text for line in shelf(page).all("p", class_="card-reason")]


@pytest.mark.django_db
def test_the_shelf_is_ranked_by_the_score_and_says_why(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.filter(genre=Genre.objects.order_by("-beat_count")[0]).exclude(bpm=None, tone=None).latest("id")
    page = read(client.get(beat.url))
    found = cards(shelf(page))
    # What stands on the shelf above isn't shown again.
    above = cards(page)[: -len(found)]
    assert above
    others = Beat.objects.exclude(pk__in=[beat.pk, *above])
    best = sorted(others, key=lambda other: (-likeness(beat, other).score, -(other.play_count or 0), -other.pk))
    # In so small a catalogue every beat of the genre in tempo is compared.
    assert found == [other.pk for other in best[:12]]
    assert reasons(page) == [likeness(beat, other).reason.replace("\u00a0", " ") for other in best[:12]]
    assert shelf(page).the("h2").text == "Similar beats"
    assert shelf(page).the("ul", data_reel=True)
    assert len(shelf(page).all("button", data_reel_step=True)) == 2


@pytest.mark.django_db
def test_beatconnect_s_own_choice_comes_first_while_it_is_fresh(client: Client, shop: Sandbox) -> None:
    beat, now = Beat.objects.get(pk=100), timezone.now()
    chosen = [3, 200, 150]
    Similar.objects.bulk_create(Similar(beat=beat, other_id=pk, rank=rank) for rank, pk in enumerate(chosen))
    Beat.objects.filter(pk=200).update(gone_at=now)
    Beat.objects.filter(pk=3).update(bpm=None, tone=None, genre=None, producer=None)
    Beat.objects.filter(pk=100).update(similar_fetched_at=now - SIMILAR_FRESH_FOR + timedelta(hours=1))
    page = read(client.get(beat.url))
    assert cards(shelf(page))[:2] == [3, 150]
    assert len(set(cards(shelf(page)))) == 12
    assert 100 not in cards(shelf(page))
    assert reasons(page)[0] == "BeatConnect’s choice"
    assert len(reasons(page)) == 12
    Beat.objects.filter(pk=100).update(similar_fetched_at=now - SIMILAR_FRESH_FOR - timedelta(hours=1))
    assert "BeatConnect’s choice" not in reasons(read(client.get(beat.url)))


@pytest.mark.django_db
def test_a_beat_that_is_gone_shows_what_is_like_it(client: Client, shop: Sandbox) -> None:
    Beat.objects.filter(pk=100).update(gone_at=timezone.now())
    response = client.get(Beat.objects.get(pk=100).url)
    assert response.status_code == 410
    assert len(reasons(read(response))) == 12
    assert 100 not in cards(read(response))


@pytest.mark.django_db
def test_a_genre_of_its_own_borrows_what_would_mix(client: Client, shop: Sandbox) -> None:
    # On sale, what mixes stands in a shelf of its own.
    gone = {"gone_at": timezone.now(), "genre": None, "producer": None, "bpm": 112, "tone": A_MINOR}
    Beat.objects.filter(pk=100).update(**gone)
    found = Beat.objects.in_bulk(cards(shelf(read(client.get(Beat.objects.get(pk=100).url)))))
    assert found
    assert all(54 <= (beat.bpm or 0) <= 240 and beat.tone is not None for beat in found.values())


@pytest.mark.django_db
def test_where_nothing_is_alike_the_most_played_are_shown_as_such(client: Client, shop: Sandbox) -> None:
    nothing: dict[str, Any] = {"bpm": None, "tone": None, "genre": None, "producer": None, "price": None}
    Beat.objects.filter(pk=100).update(**nothing)
    page = read(client.get(Beat.objects.get(pk=100).url))
    assert shelf(page).the("h2").text == "Popular beats"
    assert reasons(page) == []
    best = Beat.objects.exclude(pk=100).exclude(play_count=None).order_by("-play_count", "-id")[:12]
    assert cards(shelf(page)) == [beat.pk for beat in best]


@pytest.mark.django_db
def test_it_costs_a_fixed_number_of_queries_and_compares_no_more_than_200(shop: Sandbox) -> None:
    Beat.objects.update(bpm=112, tone=A_MINOR, genre=Genre.objects.get(pk=1), producer=Producer.objects.earliest("id"))
    beat, now = Beat.objects.get(pk=100), timezone.now()
    with CaptureQueriesContext(connection) as local:
        found = similar(beat, 12, now)
    assert (len(local), len(found)) == (4, 12)
    Similar.objects.bulk_create(Similar(beat=beat, other_id=pk, rank=pk) for pk in range(1, 21))
    beat.similar_fetched_at = now
    with CaptureQueriesContext(connection) as named:
        assert [other.pk for other in similar(beat, 12, now)] == list(range(1, 13))
    assert len(named) == 1
    lonely = Beat.objects.create(pk=9999, fetched_at=now)
    with CaptureQueriesContext(connection) as none:
        similar(lonely, 12, now)
    assert len(none) == 1


@pytest.mark.django_db
def test_lists_are_fetched_again_after_a_week_the_most_played_beats_first(shop: Sandbox) -> None:
    now = timezone.now()
    Producer.objects.update(profile_fetched_at=now)
    by_plays = list(Beat.objects.exclude(play_count=None).order_by("-play_count", "-id").values_list("pk", flat=True))
    assert extras.wanted(now) == ("beat", by_plays[0])
    Beat.objects.filter(pk=by_plays[0]).update(similar_fetched_at=now)
    assert extras.wanted(now) == ("beat", by_plays[1])
    assert extras.wanted(now + timedelta(days=8)) == ("beat", by_plays[0])
    Beat.objects.update(similar_fetched_at=now)
    assert extras.wanted(now + timedelta(days=6)) is None
